"""What waits at which gate, since when and for whom: who may still decide, and who may not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.attestations.approval import Approval
from pipelines.attestations.keys import SignerKind
from pipelines.attestations.refusal import Refused
from pipelines.organization import AccountKind, Persona
from pipelines.promotion.people import known_people
from scripts.model_packages import ModelPackages
from scripts.releases.approving import tally
from scripts.releases.board_attempts import Attempts
from scripts.releases.board_inquiry import Inquiry, plainly
from scripts.releases.carried import Carried, read_carried
from scripts.releases.judging import Case, hands, judge_case, standing, stated
from scripts.releases.office import ModelOffice, read_approvals

APPROVED, MAY, MAY_NOT = "has approved", "may approve", "may not approve"


@dataclass(frozen=True)
class Candidate:
    """Somebody who decides on a release or had a hand in it, and whether they may approve."""

    person: str
    state: str
    because: str = ""


@dataclass(frozen=True)
class Given:
    """An approval as its person gave it; `holds` is None where no rule could be asked."""

    person: str
    made_at: datetime
    expires_at: datetime
    reason: str
    ticket: str
    holds: bool | None


@dataclass(frozen=True)
class Answer:
    """What an account behind the gate would say now; without a rule it would deploy."""

    account: str
    rule: str | None
    because: str | None


@dataclass(frozen=True)
class WaitingRelease:
    """A release that waits to go to `stage`, and the people it waits for.

    `missing` is how many more people must approve, as far as it is known.
    """

    execution: str
    version: str
    release: str | None
    stage: str
    since: datetime | None
    until: datetime | None
    required: int
    missing: int
    approvals: tuple[Given, ...]
    candidates: tuple[Candidate, ...]
    answers: tuple[Answer, ...]
    makers: Mapping[str, str]


@dataclass(frozen=True)
class WaitingVersion:
    """A version of the model that nobody has decided on yet, and who may."""

    version: int
    since: datetime | None
    people: tuple[str, ...]


def read_waiting_versions(office: ModelOffice, inquiry: Inquiry) -> tuple[WaitingVersion, ...]:
    """List what waits at the first gate, in the registry."""
    at = office.at
    group = at.naming.model_package_group(office.model)
    packages = ModelPackages(at.access, at.region, group)
    leads = office.organization.people_with(Persona.LEAD, at.home.business_unit)
    return tuple(
        WaitingVersion(one.version, moment(one.created), tuple(person.name for person in leads))
        for one in inquiry.ask("versions in the registry", packages.all) or []
        if one.is_waiting
    )


def read_waiting(
    office: ModelOffice, attempts: Attempts, inquiry: Inquiry, now: datetime
) -> WaitingRelease | None:
    """Read what waits before staging or production, if anything does."""
    gate = inquiry.ask("what waits at the gate", office.flow.gate)
    if gate is None:
        return None
    attempt = next((one for one in attempts.found if one.promotion.id == gate.execution), None)
    action = attempt.action(gate.stage, gate.action) if attempt else None
    since = moment(action.started) if action else None
    timeout = timedelta(minutes=office.organization.promotion.approval_timeout_minutes)
    carried = inquiry.ask(
        "what the waiting promotion carries", lambda: read_carried(office.flow, gate.execution)
    )
    decided = _Desk(office, carried, gate.before, inquiry, now)
    given = decided.given()
    required = office.organization.promotion.approvals[gate.before]
    return WaitingRelease(
        execution=gate.execution,
        version=attempt.version if attempt else "",
        release=attempt.release.id if attempt and attempt.release else None,
        stage=gate.before.value,
        since=since,
        until=since + timeout if since else None,
        required=required,
        missing=max(0, required - sum(one.holds is not False for one in given)),
        approvals=given,
        candidates=decided.candidates(),
        answers=decided.answers(),
        makers={hand: ", ".join(sorted(who)) for hand, who in decided.makers.items() if who},
    )


class _Desk:
    """What can be found out about one release at the gate."""

    def __init__(
        self,
        office: ModelOffice,
        carried: Carried | None,
        before: AccountKind,
        inquiry: Inquiry,
        now: datetime,
    ) -> None:
        self._office = office
        self._cases: tuple[Case, ...] = ()
        self._approvals: Sequence[Approval] = ()
        self._held: frozenset[str] | None = None
        self._why: dict[str, str] = {}
        self.makers: Mapping[str, frozenset[str]] = {}
        if carried is None:
            return
        people = known_people(office.organization, office.at.home.business_unit)
        self.makers = (
            inquiry.ask("who made the release", lambda: hands(stated(carried), people)) or {}
        )
        found = inquiry.ask("what was decided on it", lambda: office.decided(carried))
        if found is None:
            return
        self._approvals = read_approvals(found.approvals)
        self._cases = (
            inquiry.ask(
                f"the keys that {before} has pinned",
                lambda: office.cases(carried, found, office.behind(before), now),
            )
            or ()
        )
        if self._cases:
            inquiry.ask("which approvals count", self._count)

    def answers(self) -> tuple[Answer, ...]:
        """Tell what accounts behind the gate would say now."""
        judged = [judge_case(case) for case in self._cases]
        return tuple(
            Answer(one.account, one.refused.rule, plainly(one.refused))
            if one.refused
            else Answer(one.account, None, None)
            for one in judged
        )

    def given(self) -> tuple[Given, ...]:
        """List what people have approved, and whether it holds."""
        return tuple(
            Given(
                one.approver,
                one.made_at,
                one.expires_at,
                one.reason,
                one.ticket,
                None if self._held is None else one.approver in self._held,
            )
            for one in self._approvals
        )

    def candidates(self) -> tuple[Candidate, ...]:
        """Tell of everybody who decides, or had a hand in the release, whether they may approve."""
        makers = {name for who in self.makers.values() for name in who}
        people = dict.fromkeys([*self._office.managers, *sorted(makers)])
        return tuple(self._candidate(person) for person in people)

    def _candidate(self, person: str) -> Candidate:
        reasons = [hand.removeprefix("who ") for hand, who in self.makers.items() if person in who]
        if person not in self._office.managers:
            reasons.append("is no release manager")
        else:
            reasons += [
                f"no key of theirs is pinned in {case.target.name}"
                for case in self._cases
                if not _has_key(case, self._office, person)
            ]
        if reasons:
            return Candidate(person, MAY_NOT, ", ".join(reasons))
        said = any(one.approver == person for one in self._approvals)
        if said and (self._held is None or person in self._held):
            return Candidate(person, APPROVED, "" if self._held is not None else "not checked here")
        if said:
            why = self._why.get(person, "")
            return Candidate(person, MAY, f"an earlier approval does not hold{why}")
        return Candidate(
            person, MAY, "" if self.makers else "who made the release is not told here"
        )

    def _count(self) -> None:
        """Ask the rules, whatever stops the release just now: a freeze ends, an approval stays."""
        cases = [
            replace(case, evidence=replace(case.evidence, freezes=(), revocations=()))
            for case in self._cases
        ]
        self._held = frozenset(one.approver for one in tally(cases).approvals)
        for case in cases:
            for refused in standing(case).passed_over:
                self._why |= {
                    one.approver: f": rule {refused.rule}"
                    for one in self._approvals
                    if _is_about(refused, one.approver)
                }


def moment(text: str) -> datetime | None:
    """Read a moment as AWS told it."""
    return datetime.fromisoformat(text) if text else None


def _has_key(case: Case, office: ModelOffice, person: str) -> bool:
    home = office.at.home.name
    return bool(case.trusted.of(SignerKind.APPROVAL, account=home, person=person))


def _is_about(refused: Refused, person: str) -> bool:
    # Named after the person and the moment; those of old by the person alone.
    return bool(re.search(rf"/{re.escape(person)}(-[0-9TZ]+)?\.dsse\.json", refused.address))
