"""Approvals that do not count, though somebody signed them and the gate was opened."""

from __future__ import annotations

from datetime import timedelta

from pipelines.attestations.statement import Subject
from scripts.releases.carried import read_carried
from tests.journeys.stage import until
from tests.rehearsals.breaking import pinned_otherwise, without
from tests.rehearsals.rehearsal import COMMAND, PRODUCTION, Rehearsals, Seen
from tests.rehearsals.rehearsing import Rehearsing
from tests.rehearsals.signing import a_key_of_ones_own_making, envelope_of, lay_down, now, own_key

APPROVALS = Rehearsals("approvals")
_ELSEWHERE = "0" * 64


def _with(at: Rehearsing, execution: str, envelope: bytes, person: str = "rita") -> Seen:
    """Keep an approval, open the gate, and tell what became of it."""
    lay_down(at, execution, person, envelope)
    at.click(execution, person)
    return at.ended(execution)


@APPROVALS.ends(PRODUCTION, rule="approvals-signed")
def a_click_in_the_console_leads_nowhere(at: Rehearsing) -> Seen:
    """The release manager answers in the console, and nobody signs."""
    execution = at.gate()
    at.click(execution)
    return at.ended(execution)


@APPROVALS.ends(PRODUCTION, rule="approvals-signed")
def a_key_that_nobody_pinned_approves_nothing(at: Rehearsing) -> Seen:
    """The approval is signed with a key that is in no account."""
    execution = at.gate()
    return _with(at, execution, envelope_of(at, execution, "rita", a_key_of_ones_own_making()))


@APPROVALS.ends(PRODUCTION, rule="approvals-signed")
def nobody_approves_in_anothers_name(at: Rehearsing) -> Seen:
    """One release manager signs the approval of another with their own key."""
    execution = at.gate()
    return _with(at, execution, envelope_of(at, execution, "rita", own_key(at, "rosa")), "rosa")


@APPROVALS.ends(PRODUCTION, rule="approvals-signed")
def an_approval_that_was_edited_counts_nothing(at: Rehearsing) -> Seen:
    """The reason in a signed approval is changed afterwards."""
    execution = at.gate()
    signed = envelope_of(at, execution, "rita")
    other = envelope_of(at, execution, "rita", ticket="REH-2")
    head, _, _ = other.partition(b'"signatures"')
    return _with(at, execution, head + b'"signatures"' + signed.partition(b'"signatures"')[2])


@APPROVALS.ends(PRODUCTION, rule="approvals-signed")
def a_manager_whose_pin_was_removed_approves_nothing(at: Rehearsing) -> Seen:
    """Production believes the approver's key no longer; the command and the target both say so."""
    execution = at.gate()
    with pinned_otherwise(at, "production", without(lambda key: key.person != "rosa")):
        refused = at.approving(execution, "rosa")
        assert refused.code != 0
        assert "must have pinned the key with which rosa signs" in refused.err, refused.err
        return _with(at, execution, envelope_of(at, execution, "rosa"), "rosa")


@APPROVALS.ends(PRODUCTION, rule="approval-in-force")
def an_approval_that_expired_counts_nothing(at: Rehearsing) -> Seen:
    """The approval is for two seconds, and production asks later."""
    execution = at.gate()
    ends = now() + timedelta(seconds=2)
    envelope = envelope_of(at, execution, "rita", expires_at=ends)
    until(lambda: now() >= ends or None, "the approval expires", 10)
    return _with(at, execution, envelope)


@APPROVALS.ends(PRODUCTION, rule="approval-in-force")
def an_approval_from_the_future_counts_nothing(at: Rehearsing) -> Seen:
    """The approval says that it is made in ten minutes."""
    execution = at.gate()
    later = now() + timedelta(minutes=10)
    return _with(
        at,
        execution,
        envelope_of(at, execution, "rita", made_at=later, expires_at=later + timedelta(hours=1)),
    )


@APPROVALS.ends(PRODUCTION, rule="approval-in-force")
def an_approval_does_not_last_longer_than_the_organisation_lets_it(at: Rehearsing) -> Seen:
    """The approval says that it counts for a month."""
    execution = at.gate()
    ends = now() + timedelta(days=30)
    return _with(at, execution, envelope_of(at, execution, "rita", expires_at=ends))


@APPROVALS.ends(PRODUCTION, rule="approved-for-this-stage-and-execution")
def an_approval_for_staging_does_not_open_production(at: Rehearsing) -> Seen:
    """The approval is signed for the other environment."""
    execution = at.gate()
    return _with(at, execution, envelope_of(at, execution, "rita", accounts=("staging",)))


@APPROVALS.ends(PRODUCTION, rule="approved-for-this-stage-and-execution")
def an_approval_is_for_one_promotion(at: Rehearsing) -> Seen:
    """The approval names an earlier promotion of the same release."""
    earlier = next(iter(at.statuses()))
    execution = at.gate()
    return _with(at, execution, envelope_of(at, execution, "rita", execution_id=earlier))


@APPROVALS.ends(PRODUCTION, rule="approved-these-digests")
def an_approval_of_an_earlier_promotion_is_not_played_again(at: Rehearsing) -> Seen:
    """The signed approval of an earlier promotion is laid beside this one, as it is."""
    earlier = at.gate()
    envelope = envelope_of(at, earlier, "rita")
    at.stop(earlier)
    return _with(at, at.gate(), envelope)


@APPROVALS.ends(PRODUCTION, rule="approved-these-digests")
def an_approval_of_other_digests_counts_nothing(at: Rehearsing) -> Seen:
    """The approval names another archive than the release does."""
    execution = at.gate()
    _, statement = read_carried(at.flow, execution).signed()
    assert statement.content
    approved = [Subject("archive", _ELSEWHERE)]
    return _with(at, execution, envelope_of(at, execution, "rita", subjects=tuple(approved)))


@APPROVALS.ends(COMMAND, says="must name a release manager (rita, rosa), got lena")
def whoever_is_no_release_manager_approves_nothing(at: Rehearsing) -> Seen:
    """A lead approves by the command, and then answers the gate past it."""
    execution = at.gate()
    told = at.approving(execution, "lena")
    assert told.code != 0
    try:
        at.click(execution, "lena")
    except Exception as error:
        assert "not authorized to perform: codepipeline:PutApprovalResult" in str(error), error
    else:
        raise AssertionError("a lead has opened the gate")
    assert at.waits(execution), "the promotion must still wait for a release manager"
    return Seen(COMMAND, told.err)
