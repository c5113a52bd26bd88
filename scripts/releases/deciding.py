"""The gates of a promotion as code: what a release manager approves or refuses, at any desk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.evidence import TestEvidence
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.organization import AccountKind
from scripts.promotions import Gate, require_gate
from scripts.releases.approving import (
    Tally,
    Word,
    counted_after,
    make_approval,
    signer_of,
    tally,
    with_approval,
)
from scripts.releases.carried import Carried, read_carried
from scripts.releases.decisions import ApprovalPlace
from scripts.releases.judging import Case, check_hands, hands, proven
from scripts.releases.office import ModelOffice

# What CodePipeline takes as a summary.
_LONGEST_SUMMARY = 512


@dataclass(frozen=True)
class Waiting:
    """A release that may be approved, found to be what build and tests have signed.

    `gate` is None for one that is past it and failed there, to be approved anew for a retry.
    """

    gate: Gate | None
    carried: Carried
    statement: ReleaseStatement
    cases: tuple[Case, ...]

    def shown(self) -> dict[str, Any]:
        """Tell what is approved, a line each."""
        release = self.statement.release
        makers = hands(self.statement, self.cases[0].expected.people)
        return {
            "release": release.id,
            "execution": self.carried.execution,
            "for": [case.target.name for case in self.cases],
            "archive": release.archive.sha256,
            "image": release.image.digest,
            "definition": release.definition_sha256,
            "evaluation": release.evaluation.sha256,
            "data": release.data.sha256,
            "commit": release.commit,
            "tests": [_told(account, test) for account, test in sorted(self.carried.tests.items())],
            "gate": [f"{one.rule} passed" for one in self.statement.gate],
            "makers": {hand: ", ".join(sorted(who)) for hand, who in makers.items() if who},
        }


def _told(account: str, test: TestEvidence) -> str:
    """Tell that a test passed, and how many slices of rows it could not decide."""
    slices = json.loads(test.report.content).get("slices", ())
    undecided = sum(one["undecided"] for one in slices)
    return f"{account} passed" + (f", {undecided} slices undecided" if undecided else "")


@dataclass(frozen=True)
class Outcome:
    """How things stand after an approval: whether the way is open, or who is missing.

    `past` tells that the gate was open before, and somebody must retry what failed behind it;
    `stage` is what lies behind the gate.
    """

    tally: Tally
    signed: bool
    opened: bool
    past: bool
    stage: str


def waiting(office: ModelOffice, execution: str | None, now: datetime) -> Waiting:
    """Read the release at the gate and ask the rules; raises Refused where it must not pass.

    Nothing is signed yet. What is refused here, a target would refuse too.
    """
    gate, before = _gate(office, execution)
    carried = read_carried(office.flow, gate.execution if gate else str(execution))
    cases = office.cases(carried, office.decided(carried), office.behind(before), now)
    (signed, _), *_ = [proven(case) for case in cases]
    return Waiting(gate, carried, signed.statement, cases)


def approve_waiting(office: ModelOffice, found: Waiting, word: Word) -> Outcome:
    """Sign, keep what was signed, and open the gate once enough people have.

    Somebody whose approval holds already signs no second one: the gate may still have to be opened.
    Raises Refused for whoever had a hand in the release.
    """
    key = office.key()
    check_hands(found.statement, word.person, found.cases[0].expected.people)
    counted, signs = tally(found.cases), False
    if counted.of(word.person) is None:
        signer = signer_of(key, office.kms, found.cases)
        envelope = make_approval(found.cases, word, signer)
        release_id, execution = found.statement.release.id, found.carried.execution
        place = ApprovalPlace(office.model, release_id, execution, word.person, word.made_at)
        kept = office.decisions.approve(place, envelope)
        counted = counted_after(with_approval(found.cases, kept), word.person, kept.address)
        signs = True
    if found.gate is not None and not counted.missing:
        office.flow.decide(found.gate, approve=True, summary=_summary(counted, word))
    stage = found.cases[0].expected.stage.value
    opened = not counted.missing
    return Outcome(counted, signs, opened=opened, past=found.gate is None, stage=stage)


def reject_waiting(office: ModelOffice, execution: str | None, summary: str) -> str:
    """Refuse the release at the gate, whatever it carries; returns how it is called."""
    gate = require_gate(office.flow, office.model, execution)
    release = office.flow.release(gate.execution) or {}
    office.flow.decide(gate, approve=False, summary=summary)
    return str(release.get("release_id", gate.execution))


def still_missing(office: ModelOffice, outcome: Outcome) -> tuple[str, ...]:
    """Name the release managers who have not approved."""
    return tuple(name for name in office.managers if outcome.tally.of(name) is None)


def _gate(office: ModelOffice, execution: str | None) -> tuple[Gate | None, AccountKind]:
    """Give the gate at which a release waits, and what lies behind it.

    There is none where a release is named that failed behind it: an approval may have expired
    before what failed there can be tried again.
    """
    if execution is not None:
        gate = office.flow.gate()
        passed = None if gate and gate.execution == execution else _passed(office, execution)
        if passed is not None:
            return None, passed
    gate = require_gate(office.flow, office.model, execution)
    return gate, gate.before


def _passed(office: ModelOffice, execution: str) -> AccountKind | None:
    """Tell into which kind of account the last gate has let a promotion that failed behind it."""
    if not any(one.id == execution and one.status == "Failed" for one in office.flow.all()):
        return None
    actions = office.flow.actions(execution)
    passed = [one.gate for one in actions if one.gate and one.status == "Succeeded"]
    return passed[-1] if passed else None


def _summary(counted: Tally, word: Word) -> str:
    people = ", ".join(one.approver for one in counted.approvals)
    return f"{word.reason} ({word.ticket}); signed by {people}"[:_LONGEST_SUMMARY]
