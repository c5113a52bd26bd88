"""Words that stop: freezes, revocations, rejections, and nobody's answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.stage import MODEL
from tests.rehearsals.rehearsal import (
    COMMAND,
    GATE,
    PRODUCTION,
    RELEASED,
    STAGING,
    STOPPED,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import Rehearsing
from tests.rehearsals.signing import envelope_of, lay_down

STOPS = Rehearsals("stops")


@contextmanager
def _frozen(at: Rehearsing, scope: str) -> Iterator[None]:
    """Freeze a scope for as long as a block lasts."""
    because = ("--reason", "rehearsal", "--as", "rita")
    at.stage.gatehouse("release", "freeze", "--scope", scope, "--ticket", "REH-1", *because)
    try:
        yield
    finally:
        at.stage.gatehouse("release", "unfreeze", "--scope", scope, *because)


@STOPS.ends(STAGING, rule="not-frozen")
def a_promotion_does_not_enter_what_is_frozen_before_it_starts(at: Rehearsing) -> Seen:
    """Everything is frozen, and then a version is approved."""
    with _frozen(at, "all"):
        return at.send_into("Staging")


@STOPS.ends(COMMAND, rule="not-frozen")
def nobody_approves_for_what_is_frozen(at: Rehearsing) -> Seen:
    """Production is frozen while a release waits at the gate."""
    execution = at.gate()
    with _frozen(at, "production"):
        told = at.approving(execution, "rita")
    assert told.code != 0
    return at.refused_by_command(told)


@STOPS.ends(PRODUCTION, rule="not-frozen")
def a_freeze_counts_that_came_after_the_approval(at: Rehearsing) -> Seen:
    """Production is frozen between the signature and the opening of the gate."""
    execution = at.gate()
    lay_down(at, execution, "rita", envelope_of(at, execution, "rita"))
    with _frozen(at, MODEL):
        at.click(execution)
        seen = at.ended(execution)
    at.leave(execution, "Production")
    return seen


@STOPS.ends(RELEASED)
def what_was_frozen_goes_on_once_it_is_lifted(at: Rehearsing) -> Seen:
    """The freeze is lifted, and the stage that it stopped is tried again."""
    return at.send_into("Production")


@STOPS.ends(GATE, says="rehearsal")
def a_rejection_ends_a_promotion(at: Rehearsing) -> Seen:
    """The release manager rejects the release at the gate."""
    execution = at.gate()
    summary = ("--summary", "rehearsal: not now")
    at.stage.gatehouse("release", "reject", MODEL, *summary, "--as", "rita")
    return at.ended(execution)


@STOPS.ends(PRODUCTION, rule="package-approved-now")
def a_package_that_is_rejected_while_it_waits_is_not_deployed(at: Rehearsing) -> Seen:
    """The lead rejects the version between the release manager's approval and production."""
    version, execution = at.candidate, at.gate()
    lay_down(at, execution, "rita", envelope_of(at, execution, "rita"))
    at.decide(version, "Rejected")
    at.click(execution)
    return at.ended(execution)


@STOPS.ends(STOPPED, says="rehearsal")
def a_promotion_that_is_stopped_says_so(at: Rehearsing) -> Seen:
    """The platform admin stops a promotion that waits at the gate."""
    execution = at.gate()
    at.stop(execution)
    return at.ended(execution)


@STOPS.ends(PRODUCTION, rule="not-revoked")
def what_is_revoked_while_it_waits_is_not_deployed(at: Rehearsing) -> Seen:
    """The release is revoked between the signature and the opening of the gate."""
    version = at.train()
    execution = at.gate(version)
    lay_down(at, execution, "rita", envelope_of(at, execution, "rita"))
    release = at.story.show(execution)["release"]["release_id"]
    said = ("--release", release, "--reason", "rehearsal", "--as", "rita")
    at.stage.gatehouse("release", "revoke", MODEL, *said)
    at.click(execution)
    seen = at.ended(execution)
    again = at.ended(at.start(version))
    assert (again.place, again.rule) == (STAGING, "not-revoked"), again
    return seen
