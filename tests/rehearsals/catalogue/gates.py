"""A gate before staging as well: each gate opens what lies behind it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.stage import MODEL
from tests.rehearsals.publishing import Source
from tests.rehearsals.rehearsal import (
    COMMAND,
    GATE,
    GATE_BEFORE_STAGING,
    PRODUCTION,
    RELEASED,
    STAGING,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import Rehearsing
from tests.rehearsals.signing import envelope_of, lay_down

GATES = Rehearsals("gates")
_MAKER = "approver-is-nobody-of-the-makers"


@contextmanager
def _before_staging(at: Rehearsing, author: str = "milo") -> Iterator[str]:
    """Give a promotion that waits before staging, and make sure that staging stays as it was."""
    before = at.live("staging")
    with at.source(Source(author=author, before_staging=1)):
        execution = at.gate()
        _waits_at(at, execution, GATE_BEFORE_STAGING)
        yield execution
    assert at.live("staging") == before, "staging must be as it was"


def _waits_at(at: Rehearsing, execution: str, place: str) -> None:
    gate = at.waits(execution)
    assert gate is not None, at.seen(execution)
    assert f"{gate.stage}/{gate.action}" == place, gate


@GATES.ends(STAGING, rule="approvals-signed")
def a_click_before_staging_leads_nowhere(at: Rehearsing) -> Seen:
    """The release manager answers in the console, and nobody signs."""
    with _before_staging(at) as execution:
        at.click(execution)
        return at.ended(execution)


@GATES.ends(STAGING, rule="approved-for-this-stage-and-execution")
def an_approval_for_production_does_not_open_staging(at: Rehearsing) -> Seen:
    """The approval is signed for what lies behind the other gate."""
    with _before_staging(at) as execution:
        lay_down(at, execution, "rita", envelope_of(at, execution, "rita"))
        at.click(execution)
        return at.ended(execution)


@GATES.ends(COMMAND, rule=_MAKER)
def who_wrote_the_commit_lets_nothing_into_staging(at: Rehearsing) -> Seen:
    """The source was committed by the release manager who approves."""
    with _before_staging(at, author="rosa") as execution:
        return at.refused_by_command(at.approving(execution, "rosa"))


@GATES.ends(GATE_BEFORE_STAGING, says="not before the audit")
def a_rejection_before_staging_ends_the_promotion(at: Rehearsing) -> Seen:
    """The release manager refuses it at the first gate."""
    with _before_staging(at) as execution:
        words = ("--execution", execution, "--summary", "not before the audit", "--as", "rita")
        told = at.command("release", "reject", MODEL, *words)
        assert told.code == 0, told.err
        return at.ended(execution)


@GATES.ends(PRODUCTION, rule="approved-these-digests")
def a_word_for_staging_opens_nothing_in_production(at: Rehearsing) -> Seen:
    """The approval that let it into staging is all there is when somebody clicks at the next."""
    execution = _into_staging(at)
    at.click(execution)
    return at.ended(execution)


@GATES.ends(RELEASED)
def two_gates_open_by_two_words(at: Rehearsing) -> Seen:
    """Nothing: a release manager approves at each of the gates."""
    execution = _into_staging(at)
    at.approve(execution)
    seen = at.ended(execution)
    at.check_nothing_left()
    return seen


def _into_staging(at: Rehearsing) -> str:
    """Approve at the gate before staging, and give the promotion at the one before production."""
    with at.source(Source(before_staging=1)):
        execution = at.gate()
    _waits_at(at, execution, GATE_BEFORE_STAGING)
    at.approve(execution)
    at.settle(execution)
    _waits_at(at, execution, GATE)
    return execution
