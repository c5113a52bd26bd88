"""The promotions that were: how each ended, who approved it, by which rule it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.organization import Account
from scripts.promotions import Action
from scripts.releases.board_attempts import Attempt, Attempts
from scripts.releases.board_gates import moment
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_rollbacks import WORD_UNTOLD, Back
from scripts.releases.carried import read_carried
from scripts.releases.judging import refusing_rule
from scripts.releases.last_words import Why, said_since
from scripts.releases.office import ModelOffice, read_approvals

_ENDS = {
    "Cancelled": "cancelled",
    "Stopped": "stopped by somebody",
    "Superseded": "superseded: a newer one overtook it",
    "Succeeded": "in production",
}


@dataclass(frozen=True)
class Past:
    """One promotion; `seconds` from its start to its latest action, the gate's share told apart."""

    execution: str
    version: str | None
    release: str | None
    outcome: str
    good: bool | None
    started: datetime | None
    seconds: float | None
    gate_seconds: float | None
    approved_by: tuple[str, ...]
    rule: str | None
    reason: str | None


def read_history(
    office: ModelOffice, attempts: Attempts, waits: str | None, inquiry: Inquiry
) -> tuple[Past, ...]:
    """Tell the latest promotions; `waits` is the one at the gate."""
    return tuple(_past(office, one, waits, inquiry) for one in attempts.latest)


def _past(office: ModelOffice, attempt: Attempt, waits: str | None, inquiry: Inquiry) -> Past:
    promotion = attempt.promotion
    failed = _failed(attempt)
    told = (failed.reason if failed else None) or promotion.reason
    why = _why(office, attempt, failed, told, inquiry)
    return Past(
        execution=promotion.id,
        version=attempt.version or None,
        release=attempt.release.id if attempt.release else None,
        outcome=_outcome(attempt, failed, waits=waits == promotion.id),
        good={"Succeeded": True, "Failed": False}.get(promotion.status),
        started=moment(promotion.started),
        seconds=_seconds(attempt),
        gate_seconds=_gate_seconds(attempt),
        approved_by=_approvers(office, attempt, inquiry),
        rule=why.rule if why else refusing_rule(told),
        reason=why.because if why else told,
    )


def _outcome(attempt: Attempt, failed: Action | None, *, waits: bool) -> str:
    if attempt.back is not None:
        return _went_back(attempt.back, failed)
    if waits:
        return "waits at the gate"
    if failed and failed.gate is not None:
        return "ended at the gate"
    if failed:
        return f"failed at {failed.name} of {failed.stage}"
    if attempt.promotion.status == "InProgress":
        return f"under way: {attempt.actions[-1].stage}" if attempt.actions else "under way"
    return _ENDS.get(attempt.promotion.status, attempt.promotion.status.lower())


def _went_back(back: Back, failed: Action | None) -> str:
    told = [f"failed at {failed.name} of {failed.stage}"] if failed else []
    if back.done:
        # Whatever failed afterwards, or in another account: these run something else now.
        accounts = ", ".join(sorted(back.done))
        told.append(f"{accounts} went back to it: {back.word or WORD_UNTOLD}")
    if told:
        return "; ".join(told)
    if back.execution.status == "Succeeded":
        nobody = "no account had to go back"
        return nobody if back.reported else "ended; which account went back is not told here"
    if back.execution.status == "InProgress":
        return "going back"
    return f"rollback {back.execution.status.lower()}"


def _failed(attempt: Attempt) -> Action | None:
    if attempt.promotion.status != "Failed":
        return None
    return next((one for one in reversed(attempt.actions) if one.status == "Failed"), None)


def _why(
    office: ModelOffice,
    attempt: Attempt,
    failed: Action | None,
    told: str | None,
    inquiry: Inquiry,
) -> Why | None:
    """Read what a target has kept about the end, where the promotion itself names no rule."""
    target = _target(office, failed) if failed else None
    if failed is None or target is None or refusing_rule(told):
        return None
    return said_since(_kept(office, attempt, target, inquiry), failed)


def _kept(office: ModelOffice, attempt: Attempt, target: Account, inquiry: Inquiry) -> Why | None:
    execution = attempt.promotion.id
    if attempt.back is not None:
        return inquiry.ask(
            f"why {target.name} did not go back",
            lambda: office.why_of_rollback(execution, target),
        )
    if attempt.release is None:
        return None
    return inquiry.ask(
        f"why {target.name} ended it",
        lambda: office.why(read_carried(office.flow, execution), target),
    )


def _target(office: ModelOffice, action: Action) -> Account | None:
    return next((target for target in office.targets if target.name == action.account), None)


def _approvers(office: ModelOffice, attempt: Attempt, inquiry: Inquiry) -> tuple[str, ...]:
    release = attempt.release
    if release is None or not any(action.gate for action in attempt.actions):
        return ()
    found = inquiry.ask(
        "who approved",
        lambda: office.decisions.approvals(office.model, release.id, attempt.promotion.id),
    )
    return tuple(one.approver for one in read_approvals(found or ()))


def _gate_seconds(attempt: Attempt) -> float | None:
    """Tell how long a promotion has waited for people, at all its gates."""
    waited = [one.seconds for one in attempt.actions if one.gate and one.status != "InProgress"]
    known = [seconds for seconds in waited if seconds is not None]
    return sum(known) if known else None


def _seconds(attempt: Attempt) -> float | None:
    started = moment(attempt.promotion.started)
    ends = [action.ended for action in attempt.actions if action.ended is not None]
    if started is None or not ends or attempt.promotion.status == "InProgress":
        return None
    return max(0.0, (max(ends) - started).total_seconds())
