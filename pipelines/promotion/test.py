"""Test: asks a deployed release as a consumer would, and compares its answers with the recorded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from pipelines.attestations.envelope import sign
from pipelines.attestations.signing import kms_signer
from pipelines.attestations.test_attestation import REPORT_FILE, TestAttestation
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.models.description import describe
from pipelines.promotion.aws import Aws
from pipelines.promotion.consumer import become_consumer
from pipelines.promotion.documents import write_document
from pipelines.promotion.endpoint import check_live, read_live
from pipelines.promotion.evidence import REPORT_ENVELOPE, keep
from pipelines.promotion.examination import examine
from pipelines.promotion.held_out import read_held_out
from pipelines.promotion.objects import read
from pipelines.promotion.release import RELEASE_FILE, Release
from pipelines.promotion.reports import heading
from pipelines.promotion.retrained import as_served, region_of_rows
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import read_target
from pipelines.promotion.threshold import evaluated
from pipelines.promotion.trust import read_test_key
from pipelines.promotion.watch import Watch

_log = logging.getLogger(__name__)


def run(settings: Settings, aws: Aws, watch: Watch | None = None) -> None:
    """Test the release of this execution, write test-report.json and refuse what failed."""
    watch = watch or Watch()
    started = watch.now()
    account, handed = settings.target(), settings.release()
    ssm = aws.client("ssm", account.region)
    target = read_target(ssm, settings.naming, account)
    signer = kms_signer(
        aws.client("kms", account.region), read_test_key(ssm, settings.naming, account)
    )
    own = aws.client("s3", account.region)
    release = as_served(settings, own, target, handed)
    name = settings.naming.endpoint_name(account.name, release.model)
    live = read_live(aws.client("sagemaker", account.region), name)
    check_live(live, release, target)
    description = describe(release.model, settings.root / "pipelines" / "models")
    origin = aws.client("s3", region_of_rows(settings, release))
    held_out = read_held_out(origin, release, description)
    number = evaluated(
        release.evaluation.uri, description.metric_path, read(origin, release.evaluation)
    )
    consumer = become_consumer(aws, settings, release)
    result = examine(consumer, held_out, number, description, watch)
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
    keep(own, target, release, settings.execution_id, documents)
    for slice_ in result.undecided():
        _log.warning("undecided: slice of %s", slice_)
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


def refuse_failures(endpoint: str, failures: Sequence[str]) -> None:
    """Raise the first failure, telling how many there are."""
    if failures:
        rest = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise Finding(
            f"endpoint {endpoint}",
            f"must pass the test of its release; {failures[0]}{rest}",
            hint=f"all failures are listed in {REPORT_FILE}, which is kept as evidence",
        )
