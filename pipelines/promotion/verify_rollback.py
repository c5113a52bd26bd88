"""Verify a rollback: compares what production runs with what it keeps, and asks the model once."""

from __future__ import annotations

import logging
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import Refused
from pipelines.attestations.rules_of_kept_releases import as_it_ran
from pipelines.attestations.rules_of_rollbacks import without_what_runs
from pipelines.errors import EnvironmentFault, Finding
from pipelines.models.description import describe
from pipelines.promotion.archive import held_archive
from pipelines.promotion.aws import Aws
from pipelines.promotion.consumer import Consumer, become_consumer
from pipelines.promotion.documents import parse_document, write_document
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.evidence import keep_below
from pipelines.promotion.examination import describe_difference
from pipelines.promotion.going_back import Case, Way, find_way
from pipelines.promotion.held_out import read_held_out
from pipelines.promotion.kept import ROLLBACK_FILE, Bundle
from pipelines.promotion.kept_case import make_case
from pipelines.promotion.refusals import keeping_refusals
from pipelines.promotion.release import Release
from pipelines.promotion.retrained import region_of_rows
from pipelines.promotion.rollback import NOTHING
from pipelines.promotion.rows import compare
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target, read_target
from pipelines.promotion.verify import check_image
from pipelines.promotion.watch import Watch

ROLLBACK_VERIFICATION_FILE = "rollback-verification.json"
_QUESTION = "an empty body"

_log = logging.getLogger(__name__)


def run(settings: Settings, aws: Aws, watch: Watch | None = None) -> None:
    """Verify the rollback of this execution and write rollback-verification.json."""
    watch = watch or Watch()
    started, account = watch.now(), settings.target()
    target = read_target(aws.client("ssm", account.region), settings.naming, account)
    told = handed_over(settings)
    if told["outcome"] == NOTHING:
        _log.info("nothing to verify: %s", told["because"])
        _write(settings, started, watch.now(), {"outcome": NOTHING})
        return
    name = settings.naming.endpoint_name(account.name, settings.model.name)
    live = read_live(aws.client("sagemaker", account.region), name)
    with keeping_refusals(settings, aws, target, "verify-rollback", watch.now):
        way = judge_again(make_case(settings, aws, target, live, started), settings, told)
    release = as_it_ran(way.kept, way.verified.release.statement.release, account.name)
    check_runs(aws, live, release, target)
    found = {
        "outcome": told["outcome"],
        "to": told["to"],
        "endpoint": live.document(),
        "asked": ask(settings, aws, release),
    }
    content = _write(settings, started, watch.now(), found)
    place = f"{release.model}/{release.id}/{settings.execution_id}"
    documents = {f"{account.name}/{ROLLBACK_VERIFICATION_FILE}": content}
    keep_below(aws.client("s3", account.region), target, place, documents)
    _log.info("account %s runs release %s again", account.name, release.id)


def handed_over(settings: Settings) -> dict[str, Any]:
    """Read what the rollback of this account says that it did."""
    artifact = f"Deployed_{settings.account.name.replace('-', '_')}"
    path = settings.artifact(artifact) / ROLLBACK_FILE
    try:
        return parse_document(f"{artifact}/{ROLLBACK_FILE}", "rollback", path.read_bytes())
    except OSError as error:
        raise EnvironmentFault(
            str(path), "must be what the rollback has reported", got=error.strerror
        ) from error


def judge_again(case: Case, settings: Settings, told: dict[str, Any]) -> Way:
    """Judge the kept release once more; what was handed over must be what is kept here.

    Who wanted it so was judged before anything was changed, and what ran then runs no longer. The
    registry is not asked again: this build may not, and what runs is what was judged.
    """
    to = told["to"]
    kept = _kept_report(case, settings, to["release_id"])
    if kept != told:
        raise Refused(
            "kept-here",
            ROLLBACK_FILE,
            "must be the report that is kept here",
            got="another one",
            hint="somebody changed what builds hand over",
        )
    asked = without_what_runs(case.asked)
    unasked = Case(case.kept, case.trusted, asked, case.revocations, lambda _: "not asked")
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        way = find_way(unasked, to["release_id"], Path(folder))
    if way.verified.release.sha256 != to["statement_sha256"]:
        raise Refused(
            "as-decided",
            way.kept.address,
            f"must be the statement with digest {to['statement_sha256']}",
            got=way.verified.release.sha256,
        )
    return way


def check_runs(aws: Aws, live: Live, release: Release, target: Target) -> None:
    """Compare what is live with the release, down to the bytes of archive and image."""
    check_live(live, release, target)
    held_archive(aws.client("s3", target.account.region), release.archive, live.archive_uri)
    check_image(aws, release, target)


def ask(settings: Settings, aws: Aws, release: Release) -> dict[str, Any]:
    """Ask for the first held-out row; where those rows cannot be reached, for a refusal.

    The rows lie in the account that built the model, or here where it was trained here. Production
    must come back without the other account, too: then the container has to tell, politely, that
    an empty body is no question.
    """
    consumer = become_consumer(aws, settings, release)
    description = describe(release.model, settings.root / "pipelines" / "models")
    s3 = aws.client("s3", region_of_rows(settings, release))
    try:
        held_out = read_held_out(s3, release, description).first(1)
    except EnvironmentFault as fault:
        _log.warning("held-out rows are out of reach, asking %s instead: %s", _QUESTION, fault)
        return _ask_nonsense(consumer)
    answer = consumer.predictions(held_out.rows)
    comparison = compare(held_out.predictions, answer, description.acceptance.tolerance)
    if comparison.differing_rows:
        raise Finding(f"endpoint {consumer.endpoint}", describe_difference(comparison))
    return comparison.document()


def _ask_nonsense(consumer: Consumer) -> dict[str, Any]:
    status = consumer.ask(b"").status
    if not 400 <= status < 500:
        raise Finding(
            f"endpoint {consumer.endpoint}", f"must refuse {_QUESTION} with 4xx", got=str(status)
        )
    return {"question": _QUESTION, "status": status}


def _kept_report(case: Case, settings: Settings, release_id: str) -> dict[str, Any] | None:
    for bundle in case.kept.bundles:
        if _is_of(bundle, release_id, settings.execution_id):
            return case.kept.rollback(bundle)
    return None


def _is_of(bundle: Bundle, release_id: str, execution_id: str) -> bool:
    return (bundle.release_id, bundle.execution_id) == (release_id, execution_id)


def _write(settings: Settings, started: datetime, ended: datetime, found: dict[str, Any]) -> bytes:
    account = settings.account
    report = {
        "schema_version": 1,
        "account": account.name,
        "account_id": account.id,
        "region": account.region,
        "execution_id": settings.execution_id,
        "started_at": spell(started),
        "ended_at": spell(ended),
        "to": None,
        "endpoint": None,
        "asked": None,
    }
    path = settings.out / ROLLBACK_VERIFICATION_FILE
    return write_document(path, "rollback-verification", report | found)
