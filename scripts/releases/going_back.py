"""Going back as code: what production runs, what it may go back to, and the word that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.attestations.envelope import sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.moments import compact
from pipelines.attestations.refusal import Refused
from pipelines.attestations.rollback import Destination, Left, Rollback
from pipelines.attestations.rules_of_rollbacks import Runs, judge_word
from pipelines.errors import EnvironmentFault, Misuse
from pipelines.organization import Account
from pipelines.promotion.endpoint import Live, read_live
from pipelines.promotion.going_back import Case, Way, find_way, make_asked, package_status
from pipelines.promotion.kept import Kept
from pipelines.promotion.target import read_target
from scripts.releases.approving import Word, check_minutes, signer_of_pinned
from scripts.releases.office import ModelOffice

_PRODUCTION = "Production"


@dataclass(frozen=True)
class Prospect:
    """One production account: what runs there, and what it would go back to."""

    account: Account
    case: Case
    way: Way

    @property
    def runs(self) -> Runs | None:
        """What runs there, as far as it is known."""
        return self.case.asked.runs

    @property
    def left(self) -> Left | None:
        """What would be left."""
        found = self.runs.release if self.runs else None
        return Left(found.id, found.sha256) if found else None

    @property
    def to(self) -> Destination:
        """What it would go back to."""
        signed = self.way.verified.release
        release = signed.statement.release
        return Destination(release.id, release.sha256, signed.sha256, self.way.kept.execution_id)


@dataclass(frozen=True)
class Started:
    """A rollback that was decided and started."""

    word: Rollback
    decision: str
    execution: str


def check_free(office: ModelOffice) -> None:
    """Refuse while something else is changing production: it would be undone, or undo this."""
    other = office.backs.under_way()
    if other is not None:
        raise Misuse(
            f"model {office.model}",
            "must have no rollback under way",
            got=other.id,
            hint="wait until it has ended: gatehouse release board",
        )
    for found in office.flow.all():
        if found.has_ended:
            continue
        if any(
            action.stage == _PRODUCTION and action.status == "InProgress"
            for action in office.flow.actions(found.id)
        ):
            raise Misuse(
                f"model {office.model}",
                "must have no promotion that is deploying to production",
                got=found.id,
                hint="wait until it has ended; what it deploys can be left afterwards",
            )


def prospects(
    office: ModelOffice, accounts: Sequence[str], wanted: str, now: datetime, scratch: Path
) -> tuple[Prospect, ...]:
    """Ask each account's own rules what it would go back to; raises Refused where nothing may.

    All must leave one release for one other: a decision names one of each.
    """
    found = tuple(
        _prospect(office, account, wanted, now, scratch / account.name)
        for account in _chosen(office, accounts)
    )
    for what in ("left", "to"):
        if len({getattr(one, what) for one in found}) > 1:
            told = ", ".join(f"{one.account.name} {_name(getattr(one, what))}" for one in found)
            raise Misuse(
                "--account",
                "must be said where production accounts run, or go back to, different releases",
                got=told,
                hint="take them back one after the other, each by --account",
            )
    return found


def decide(office: ModelOffice, found: Sequence[Prospect], word: Word, *, lasting: int) -> Started:
    """Sign what was found, keep the decision, and start the pipeline that carries it out.

    Raises Refused, and keeps nothing, where an account would not believe the word.
    """
    check_minutes(word.minutes, lasting)
    first = found[0]
    said = Rollback(
        model=office.model,
        left=first.left,
        to=first.to,
        accounts=tuple(sorted(one.account.name for one in found)),
        by=word.person,
        reason=word.reason,
        ticket=word.ticket,
        made_at=word.made_at,
        expires_at=word.made_at + timedelta(minutes=word.minutes),
    )
    pins = {one.account.name: one.case.trusted for one in found}
    signer = signer_of_pinned(office.key(), office.kms, pins)
    decision = f"{said.by}-{compact(said.made_at)}"
    signed = Document(f"decision {decision}", sign(said.statement(), signer))
    # As each account will, at the moment of the word: who looked first may have read for long.
    # Before it is kept, because whoever may start the pipeline may have it carried out then.
    for one in found:
        judge_word(signed, one.case.trusted, replace(one.case.asked, now=said.made_at))
    office.decisions.roll_back(office.model, said.by, said.made_at, signed.content)
    execution = office.backs.start(decision, said.to.release_id)
    return Started(said, decision, execution)


def shown(found: Sequence[Prospect]) -> dict[str, Any]:
    """Tell what runs and what production would go back to, a line each."""
    first = found[0]
    release = first.way.verified.release.statement.release
    return {
        "in": [one.account.name for one in found],
        "runs": _name(first.left),
        "since": [f"{one.account.name} {one.runs.since:%FT%TZ}" for one in found if one.runs],
        "goes back to": release.id,
        "package": release.package_arn,
        "archive": release.archive.sha256,
        "image": release.image.digest,
        "commit": release.commit,
        "approved by": [one.approver for one in first.way.verified.approvals],
        "passed over": [_told(one) for one in first.way.passed_over],
    }


def _prospect(
    office: ModelOffice, account: Account, wanted: str, now: datetime, scratch: Path
) -> Prospect:
    at, model = office.at, office.model
    access = at.visiting(account)
    target = read_target(access.client("ssm", account.region), at.naming, account)
    kept = Kept(access.client("s3", account.region), target.evidence_bucket, model, account.name)
    runs = kept.runs(_live(office, account), target)
    case = Case(
        kept,
        office.pinned(account),
        make_asked(office.organization, account, model, runs, now),
        lambda release_id: office.decisions.revocations(model, release_id),
        lambda arn: package_status(at.access.client("sagemaker", at.region), arn),
    )
    scratch.mkdir(parents=True)
    return Prospect(account, case, find_way(case, wanted, scratch))


def _live(office: ModelOffice, account: Account) -> Live | None:
    name = office.at.naming.endpoint_name(account.name, office.model)
    client = office.at.visiting(account).client("sagemaker", account.region)
    try:
        return read_live(client, name)
    except EnvironmentFault as error:
        if "Could not find" not in str(error.got):
            raise
        return None


def _chosen(office: ModelOffice, accounts: Sequence[str]) -> tuple[Account, ...]:
    known = {account.name: account for account in office.production}
    for name in accounts:
        if name not in known:
            raise Misuse(
                "--account", f"must be a production account ({', '.join(known)})", got=name
            )
    return tuple(known[name] for name in dict.fromkeys(accounts)) or office.production


def _told(refused: Refused) -> str:
    # Without the hint, which says the rule as a sentence: what to do is told by its name.
    sentence = str(refused).partition("\n")[0]
    return f"{sentence} (rule {refused.rule})"


def _name(one: Left | Destination | None) -> str:
    return one.release_id if one else "no release that is known"
