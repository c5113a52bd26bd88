"""Rollback: takes a production account back to a release that it keeps, if somebody may have it."""

from __future__ import annotations

import logging
import tempfile
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.attestations.evidence import Document
from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import Refused, asking
from pipelines.attestations.rollback import Destination, Left, Rollback
from pipelines.attestations.rules_of_kept_releases import as_it_ran, check_decided
from pipelines.attestations.rules_of_rollbacks import judge_rejection, judge_word
from pipelines.canonical import sha256_of
from pipelines.models.variant import Rollout
from pipelines.promotion.archive import held_archive
from pipelines.promotion.aws import Aws
from pipelines.promotion.decisions import read_rollback
from pipelines.promotion.deploy import check_deployed
from pipelines.promotion.documents import write_document
from pipelines.promotion.endpoint import Live, check_live, read_live
from pipelines.promotion.evidence import keep_below
from pipelines.promotion.going_back import Case, Way, find_way
from pipelines.promotion.kept import BEGUN, DONE, ROLLBACK_ENVELOPE, ROLLBACK_FILE, Bundle
from pipelines.promotion.kept_case import describe_live, make_case
from pipelines.promotion.refusals import keeping_refusals
from pipelines.promotion.release import RELEASE_FILE, Release
from pipelines.promotion.released_source import TERRAFORM
from pipelines.promotion.rollback_order import Order, Why
from pipelines.promotion.rollout import Applied, Surroundings, roll_out
from pipelines.promotion.rollout_failure import keeping_failures
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target, read_target
from pipelines.promotion.variables import at_once, terraform_variables
from pipelines.promotion.verify import check_image

NOTHING = "nothing"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Work:
    """One rollback in one account."""

    settings: Settings
    aws: Aws
    target: Target
    order: Order
    case: Case
    live: Live | None
    around: Surroundings
    now: datetime

    @property
    def left(self) -> Release | None:
        """The release that runs."""
        return self.case.asked.runs.release if self.case.asked.runs else None


@dataclass(frozen=True)
class _Found:
    """Where to go, from what, and the signed word if a person gave one."""

    way: Way
    left: dict[str, Any] | None
    word: Document | None


def run(settings: Settings, aws: Aws, order: Order, around: Surroundings | None = None) -> None:
    """Take this account back as ordered and write rollback.json; nothing to do ends well."""
    around = around or Surroundings()
    now, account = around.clock.now(), settings.target()
    target = read_target(aws.client("ssm", account.region), settings.naming, account)
    live = describe_live(settings, aws)
    with tempfile.TemporaryDirectory(prefix="rollback-") as folder:
        with keeping_refusals(settings, aws, target, "rollback", around.clock.now):
            case = make_case(settings, aws, target, live, now)
            work = _Work(settings, aws, target, order, case, live, around, now)
            found = _judge(work, Path(folder))
        if isinstance(found, str):
            _end_with_nothing(work, found)
        else:
            _go(work, found)


def _judge(work: _Work, scratch: Path) -> _Found | str:
    """Tell where to go, or in a sentence why there is nothing to do here; raises Refused."""
    begun = _begun(work)
    if begun is not None:
        return _resumed(work, begun, scratch)
    if work.order.why is Why.REJECTED:
        return _judge_rejected(work, scratch)
    document = read_rollback(
        work.aws.client("s3", work.settings.home.region),
        work.settings.naming.bucket_name(work.settings.home.name, "decisions"),
        work.order.decision_key(work.settings.model.name),
    )
    word = judge_word(document, work.case.trusted, work.case.asked)
    if work.settings.account.name not in word.accounts:
        return f"the decision is for {', '.join(word.accounts)}"
    way = find_way(work.case, _named(work, word), scratch)
    check_decided(word, way.verified.release, way.kept)
    return _Found(way, asdict(word.left) if word.left else None, document)


def _named(work: _Work, word: Rollback) -> str:
    # The pipeline's own variable proves nothing; what is signed does.
    if work.order.to not in ("last", word.to.release_id):
        raise Refused(
            "as-decided",
            "RELEASE",
            f"must be {word.to.release_id}, as the decision says",
            got=work.order.to,
        )
    return word.to.release_id


def _judge_rejected(work: _Work, scratch: Path) -> _Found | str:
    left, rejected = work.left, work.settings.package_arn
    if left is None:
        return "what runs is no release that is known here, so its package was not rejected"
    if left.package_arn != rejected:
        return f"{left.id} runs, whose package is not {rejected}"
    judge_rejection(work.case.package_status(rejected), work.case.asked)
    way = find_way(work.case, "last", scratch)
    return _Found(way, asdict(Left(left.id, left.sha256)), None)


def _begun(work: _Work) -> tuple[Bundle, dict[str, Any]] | None:
    """Give what this very execution has begun here before it was stopped."""
    for bundle in work.case.kept.bundles:
        if bundle.execution_id == work.settings.execution_id:
            told = work.case.kept.rollback(bundle)
            if told and told.get("outcome") in (BEGUN, DONE):
                return bundle, told
    return None


def _resumed(work: _Work, begun: tuple[Bundle, dict[str, Any]], scratch: Path) -> _Found:
    """Go on: whether anybody may have it so was judged when it began."""
    bundle, told = begun
    expected = {one["release_id"] for one in (told["from"], told["to"]) if one}
    if work.left is not None and work.left.id not in expected:
        raise Refused(
            "undisturbed",
            f"model {work.settings.model.name} in {work.settings.account.name}",
            f"must still run {' or '.join(sorted(expected))}",
            got=work.left.id,
        )
    case = replace(work.case, asked=replace(work.case.asked, runs=None))
    way = find_way(case, bundle.release_id, scratch)
    word = None
    if ROLLBACK_ENVELOPE in bundle.came:
        word = work.case.kept.document(bundle, ROLLBACK_ENVELOPE)
    _log.info("going on with what this execution has begun")
    return _Found(way, told["from"], word)


def _go(work: _Work, found: _Found) -> None:
    settings, target, around = work.settings, work.target, work.around
    account, signed = settings.account, found.way.verified.release.statement.release
    release = as_it_ran(found.way.kept, signed, account.name)
    for refused in found.way.passed_over:
        _log.warning("passed over: %s", str(refused).partition("\n")[0])
    _log.info("account %s goes back to release %s", account.name, release.id)
    s3 = work.aws.client("s3", account.region)
    place = f"{release.model}/{release.id}/{settings.execution_id}"
    began = _report(work, found, BEGUN, spell(work.now))
    documents = {f"{account.name}/{ROLLBACK_FILE}": _written(work, began)}
    if found.word is not None:
        documents[ROLLBACK_ENVELOPE] = found.word.content
    keep_below(s3, target, place, documents)
    with _keeping(work), asking("kept-here"):
        store = target.archive_uri(release.model, release.archive.sha256)
        held_archive(s3, release.archive, store)
        check_image(work.aws, release, target)
    name = settings.naming.endpoint_name(account.name, release.model)
    with keeping_failures(settings, work.aws, target, release, work.now, around.clock.now):
        # At once: what is left does harm, and what comes was watched when it came first.
        applied = roll_out(
            found.way.folder / TERRAFORM[0],
            at_once(terraform_variables(release, target, name)),
            Rollout(),
            target,
            work.aws,
            around,
            lambda: _check_undisturbed(work),
        )
    live = read_live(work.aws.client("sagemaker", account.region), name)
    check_deployed(live, release, target, applied)
    check_live(live, release, target)
    ended = _report(work, found, DONE, spell(around.clock.now()), live, applied)
    content = _written(work, ended)
    (settings.out / RELEASE_FILE).write_bytes(release.content())
    keep_below(s3, target, place, {f"{account.name}/{ROLLBACK_FILE}": content})


def _check_undisturbed(work: _Work) -> None:
    """Refuse where the endpoint runs something else than when it was judged."""
    now = describe_live(work.settings, work.aws)
    before = work.live.config_name if work.live else None
    after = now.config_name if now else None
    if before == after:
        return
    with _keeping(work):
        raise Refused(
            "undisturbed",
            f"endpoint of {work.settings.model.name} in {work.settings.account.name}",
            f"must still run {before or 'nothing'}",
            got=after or "nothing",
            hint="a promotion came in between: look at what runs, and decide again",
        )


def _keeping(work: _Work) -> AbstractContextManager[None]:
    return keeping_refusals(work.settings, work.aws, work.target, "rollback", work.around.clock.now)


def _end_with_nothing(work: _Work, because: str) -> None:
    _log.info("nothing to go back from: %s", because)
    ended = spell(work.around.clock.now())
    report = _report(work, None, NOTHING, ended) | {"because": because}
    content = _written(work, report)
    if work.left is None:
        return
    place = f"{work.left.model}/{work.left.id}/{work.settings.execution_id}"
    name = f"{work.settings.account.name}/{ROLLBACK_FILE}"
    s3 = work.aws.client("s3", work.settings.account.region)
    keep_below(s3, work.target, place, {name: content})


def _written(work: _Work, report: dict[str, Any]) -> bytes:
    return write_document(work.settings.out / ROLLBACK_FILE, "rollback", report)


def _report(
    work: _Work,
    found: _Found | None,
    outcome: str,
    ended: str,
    live: Live | None = None,
    applied: Applied | None = None,
) -> dict[str, Any]:
    account, order, left = work.settings.account, work.order, work.left
    runs = {"release_id": left.id, "release_sha256": left.sha256} if left else None
    return {
        "schema_version": 1,
        "account": account.name,
        "account_id": account.id,
        "region": account.region,
        "execution_id": work.settings.execution_id,
        "started_at": spell(work.now),
        "ended_at": ended,
        "outcome": outcome,
        "why": order.why.value,
        "decision": order.decision,
        "decision_sha256": sha256_of(found.word.content) if found and found.word else None,
        "because": None,
        "from": found.left if found else runs,
        "to": _destination(found) if found else None,
        "plan": applied.document() if applied else None,
        "endpoint": live.document() if live else None,
    }


def _destination(found: _Found) -> dict[str, str]:
    signed, kept = found.way.verified.release, found.way.kept
    release = signed.statement.release
    return asdict(Destination(release.id, release.sha256, signed.sha256, kept.execution_id))
