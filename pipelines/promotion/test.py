"""Test: asks a deployed release as a consumer would, and compares its answers with the recorded."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipelines.attestations.envelope import sign
from pipelines.attestations.signing import kms_signer
from pipelines.attestations.test_attestation import REPORT_FILE, TestAttestation
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.models.description import ModelDescription, describe
from pipelines.promotion.aws import Aws
from pipelines.promotion.consumer import Consumer, become_consumer
from pipelines.promotion.documents import write_document
from pipelines.promotion.endpoint import check_live, read_live
from pipelines.promotion.evidence import REPORT_ENVELOPE, keep
from pipelines.promotion.limits import Limits, read_limits
from pipelines.promotion.objects import S3Client, read
from pipelines.promotion.questions import (
    Check,
    Latency,
    ask_contract,
    ask_nonsense,
    measure_latency,
)
from pipelines.promotion.release import RELEASE_FILE, Release
from pipelines.promotion.reports import heading
from pipelines.promotion.rows import Comparison, Table, compare, parse_csv
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import read_target
from pipelines.promotion.trust import read_test_key

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """Tells the time of day, and counts seconds."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    seconds: Callable[[], float] = field(default=time.perf_counter)


@dataclass(frozen=True)
class HeldOut:
    """The rows that no training has seen, without their target, and the model's own predictions."""

    rows: Table
    predictions: Table


@dataclass(frozen=True)
class Result:
    """What a tested endpoint did."""

    comparison: Comparison
    checks: tuple[Check, ...]
    latency: Latency

    def failures(self) -> list[str]:
        """Name every reason to refuse the release, the weightiest first."""
        found = []
        if self.comparison.differing_rows:
            found.append(describe_difference(self.comparison))
        found += [f"{check.name}: got {check.found}" for check in self.checks if not check.passed]
        if not self.latency.passed:
            limit, got = self.latency.limit_p95_ms, self.latency.p95_ms
            found.append(f"95 of 100 requests must end within {limit} ms: got {got} ms")
        return found

    def document(self) -> dict[str, Any]:
        """Return what the report tells about it."""
        failures = self.failures()
        return {
            "passed": not failures,
            "failures": failures,
            "predictions": self.comparison.document(),
            "checks": [check.document() for check in self.checks],
            "latency": self.latency.document(),
        }


def run(settings: Settings, aws: Aws, watch: Watch | None = None) -> None:
    """Test the release of this execution, write test-report.json and refuse what failed."""
    watch = watch or Watch()
    started = watch.now()
    account, release = settings.target(), settings.release()
    ssm = aws.client("ssm", account.region)
    target = read_target(ssm, settings.naming, account)
    signer = kms_signer(
        aws.client("kms", account.region), read_test_key(ssm, settings.naming, account)
    )
    name = settings.naming.endpoint_name(account.name, release.model)
    live = read_live(aws.client("sagemaker", account.region), name)
    check_live(live, release, target)
    description = describe(release.model, settings.root / "pipelines" / "models")
    held_out = read_held_out(aws.client("s3", settings.home.region), release, description)
    consumer = become_consumer(aws, settings, release)
    result = examine(consumer, held_out, description, read_limits(), watch.seconds)
    ended = watch.now()
    report = heading(settings, release, started, ended) | result.document()
    report["endpoint"] = live.document()
    content = write_document(settings.out / REPORT_FILE, "test-report", report)
    test = attest(settings, release, content, ended, passed=not result.failures())
    envelope = sign(test.statement(), signer)
    (settings.out / REPORT_ENVELOPE).write_bytes(envelope)
    documents = {
        RELEASE_FILE: release.content(),
        f"{account.name}/{REPORT_FILE}": content,
        f"{account.name}/{REPORT_ENVELOPE}": envelope,
    }
    keep(aws.client("s3", account.region), target, release, settings.execution_id, documents)
    refuse_failures(name, result.failures())
    _log.info("release %s passed its tests in account %s", release.id, account.name)


def attest(
    settings: Settings, release: Release, report: bytes, ended: datetime, *, passed: bool
) -> TestAttestation:
    """State how the test of a release went; a test that failed is attested as well."""
    return TestAttestation(
        release_id=release.id,
        release_sha256=release.sha256,
        execution_id=settings.execution_id,
        account=settings.account.name,
        made_at=ended,
        report_sha256=sha256_of(report),
        passed=passed,
    )


def read_held_out(s3: S3Client, release: Release, description: ModelDescription) -> HeldOut:
    """Read the exact held-out rows and predictions of a release."""
    rows = parse_csv(release.holdout.uri, read(s3, release.holdout))
    predictions = parse_csv(release.predictions.uri, read(s3, release.predictions))
    if description.target not in rows.header:
        raise Finding(
            release.holdout.uri,
            f"must have the column {description.target}",
            got=", ".join(rows.header),
        )
    if len(rows.rows) != len(predictions.rows):
        raise Finding(
            release.predictions.uri,
            f"must have a prediction for each of {len(rows.rows)} held-out rows",
            got=str(len(predictions.rows)),
        )
    return HeldOut(rows.without(description.target), predictions)


def examine(
    consumer: Consumer,
    held_out: HeldOut,
    description: ModelDescription,
    limits: Limits,
    seconds: Callable[[], float],
) -> Result:
    """Ask everything that a tested endpoint is asked."""
    answers = [
        consumer.predictions(batch) for batch in held_out.rows.batches(limits.rows_per_request)
    ]
    comparison = compare(held_out.predictions, joined(answers), limits.prediction_tolerance)
    row = next(held_out.rows.batches(1))
    checks = (
        *ask_contract(consumer, row, description.numeric),
        *ask_nonsense(consumer, row),
    )
    latency = measure_latency(
        consumer, row, limits.latency_requests, limits.latency_p95_ms, seconds
    )
    return Result(comparison, checks, latency)


def joined(tables: Sequence[Table]) -> Table:
    """Put the answers to several requests together."""
    header = tables[0].header
    for table in tables:
        if table.header != header:
            raise Finding(
                "the endpoint's predictions",
                f"must have the columns {', '.join(header)} in every answer",
                got=", ".join(table.header),
            )
    return Table(header, tuple(row for table in tables for row in table.rows))


def describe_difference(comparison: Comparison) -> str:
    """Tell in words how answers differ from what was recorded."""
    return (
        f"predictions must equal those recorded, within {comparison.tolerance}: "
        f"got {comparison.differing_rows} of {comparison.rows} rows that differ"
    )


def refuse_failures(endpoint: str, failures: Sequence[str]) -> None:
    """Raise the first failure, telling how many there are."""
    if failures:
        rest = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise Finding(
            f"endpoint {endpoint}",
            f"must pass the test of its release; {failures[0]}{rest}",
            hint=f"all failures are listed in {REPORT_FILE}, which is kept as evidence",
        )
