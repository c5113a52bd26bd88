"""Each rule about approvals refuses what breaks it, and says that it was this rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from pipelines.attestations.approval import Approval, Decision, approve
from pipelines.attestations.evidence import Evidence
from pipelines.attestations.release_statement import Author, ReleaseStatement
from tests.pipelines.attestations.cast import (
    NOW,
    PRODUCTION,
    STAGING,
    STATEMENT,
    approval,
    approved,
    approver,
    attested,
    builder,
    complete,
    judged,
    refused,
    released,
    staging_key,
)

# approvals-signed


def test_a_click_in_the_console_is_no_approval() -> None:
    refused("approvals-signed", complete(approvals=[]), told="a click in the console signs nothing")


@pytest.mark.parametrize("by", [lambda: approver("rita", 2), builder, staging_key])
def test_an_approval_is_signed_by_a_pinned_approval_key(by: Callable[[], object]) -> None:
    evidence = complete(approvals=[approved(by=by())])  # type: ignore[arg-type]
    refused("approvals-signed", evidence, told="must be signed by a key")


def test_nobody_approves_in_the_name_of_another() -> None:
    evidence = complete(approvals=[approved(approval("rita"), by=approver("rob"))])
    refused("approvals-signed", evidence, told="must be the word of rob, who signed, got rita")


def test_a_person_who_may_not_approve_today_approves_nothing() -> None:
    evidence = complete(approvals=[approved(approval("milo"))])
    refused("approvals-signed", evidence, told="who may approve today, got milo")


# approved-these-digests


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"release_id": "breast-cancer-v3-" + "0" * 12}, "must approve the release breast"),
        ({"release_sha256": "9" * 64}, "must approve the release with digest"),
        ({"statement_sha256": "9" * 64}, "must approve the statement with digest"),
        ({"test_report_sha256": ("9" * 64,)}, "must approve the test reports"),
        ({"subjects": approval().subjects[1:]}, "must name every digest .* got archive"),
    ],
)
def test_an_approval_of_other_digests_is_refused(change: dict[str, object], told: str) -> None:
    other = replace(approval(), **change)  # type: ignore[arg-type]
    refused("approved-these-digests", complete(approvals=[approved(other)]), told=told)


def test_an_approval_of_an_earlier_statement_about_the_same_release_is_refused() -> None:
    earlier = replace(STATEMENT, made_at=STATEMENT.made_at - timedelta(minutes=1))
    evidence = complete(approvals=[approved(approval("rita", earlier))])
    refused("approved-these-digests", evidence, told="must approve the statement with digest")


# approved-for-this-stage-and-execution


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"accounts": ("staging",)}, "must be for the account production, got staging"),
        ({"execution_id": "earlier"}, "must be for the execution"),
    ],
)
def test_an_approval_for_elsewhere_is_refused(change: dict[str, object], told: str) -> None:
    other = replace(approval(), **change)  # type: ignore[arg-type]
    rule = "approved-for-this-stage-and-execution"
    refused(rule, complete(approvals=[approved(other)]), told=told)


# approval-in-force


@pytest.mark.parametrize(
    ("made", "ends", "told"),
    [
        (timedelta(minutes=-61), timedelta(hours=1), "must be made after the tests"),
        (timedelta(minutes=6), timedelta(hours=1), "must not come from the future"),
        (timedelta(minutes=-30), timedelta(0), "must be in force at .* one that expired"),
        (timedelta(minutes=-30), timedelta(minutes=-30), "must expire after"),
        (timedelta(minutes=-30), timedelta(hours=24), "must expire after .* and by"),
    ],
)
def test_an_approval_that_is_not_in_force_is_refused(
    made: timedelta, ends: timedelta, told: str
) -> None:
    other = replace(approval(), made_at=NOW + made, expires_at=NOW + ends)
    refused("approval-in-force", complete(approvals=[approved(other)]), told=told)


# approver-is-nobody-of-the-makers


@pytest.mark.parametrize(
    "change",
    [
        {"author": Author("somebody@example.net", "rita")},
        {"author": Author("RITA@example.com", None)},
        {"registrar": "rita"},
        {"registrar": None, "answers": "rita"},
        {"model_approver": "rita"},
        {"starter": "rita"},
    ],
)
def test_whoever_had_a_hand_in_a_release_does_not_approve_it(change: dict[str, object]) -> None:
    actors = replace(STATEMENT.actors, **change)  # type: ignore[arg-type]
    own = replace(STATEMENT, actors=actors)
    evidence = replace(
        released(own), tests=(attested(),), approvals=(approved(approval("rita", own)),)
    )
    refused("approver-is-nobody-of-the-makers", evidence, told="got rita, who")


# enough-approvers


def test_the_same_person_twice_is_one_approver() -> None:
    later = replace(approval(), made_at=NOW - timedelta(minutes=2))
    evidence = complete(approvals=[approved(), approved(), approved(later)])
    expected = replace(PRODUCTION, required_approvals=2)
    refused("enough-approvers", evidence, expected, "must be approved by 2 people, got 1: rita")


def test_of_several_approvals_of_one_person_the_latest_that_holds_counts_once() -> None:
    first, later = approval(), replace(approval(), made_at=NOW - timedelta(minutes=2))
    expired = replace(approval(), made_at=NOW - timedelta(minutes=1), expires_at=NOW)
    for order in permutations([first, later, expired]):
        verified = judged(complete(approvals=[approved(one) for one in order]))
        assert verified.approvals == (later,)
        assert [one.rule for one in verified.passed_over] == ["approval-in-force"]


def test_an_approval_that_expired_is_not_what_is_missing_once_there_is_another() -> None:
    expired = replace(approval(), expires_at=NOW)
    evidence = complete(approvals=[approved(expired), approved()])
    expected = replace(PRODUCTION, required_approvals=2)
    refused("enough-approvers", evidence, expected, "must be approved by 2 people, got 1: rita")


def test_two_people_are_two_approvers() -> None:
    evidence = complete(approvals=[approved(), approved(approval("rob"))])
    verified = judged(evidence, replace(PRODUCTION, required_approvals=2))
    assert [one.approver for one in verified.approvals] == ["rita", "rob"]


def test_an_approval_that_does_not_hold_spoils_no_other_one() -> None:
    own = approved(approval("sofia"))
    verified = judged(complete(approvals=[own, approved()]))
    assert [one.approver for one in verified.approvals] == ["rita"]
    assert [one.rule for one in verified.passed_over] == ["approver-is-nobody-of-the-makers"]


def test_of_several_approvals_that_do_not_hold_the_first_rule_is_told() -> None:
    expired = replace(approval("rob"), expires_at=NOW)
    evidence = complete(approvals=[approved(approval("sofia")), approved(expired)])
    refused("approval-in-force", evidence, told="expired")


# before staging, where the organisation wants people to decide there as well

BEFORE_STAGING = replace(STAGING, required_approvals=1)
STAGE_RULE = "approved-for-this-stage-and-execution"


def _for_staging(person: str = "rita", statement: ReleaseStatement = STATEMENT) -> Approval:
    made = NOW - timedelta(minutes=30)
    ends = made + timedelta(hours=8)
    word = Decision(person, ("staging",), "worth a test", "CHG-6", made, ends, "staging")
    return approve(statement, [], word)


def _staged(*approvals: Approval, statement: ReleaseStatement = STATEMENT) -> Evidence:
    given = tuple(approved(one) for one in approvals)
    return replace(released(statement), approvals=given)


def test_staging_takes_what_was_approved_for_it_before_anything_was_tested() -> None:
    found = judged(_staged(_for_staging()), BEFORE_STAGING)
    assert [one.approver for one in found.approvals] == ["rita"]
    assert found.tests == ()


def test_staging_that_wants_a_word_refuses_a_release_without_one() -> None:
    refused("approvals-signed", _staged(), BEFORE_STAGING, "signed approval for staging")


def test_an_approval_for_production_is_none_for_staging() -> None:
    # Nothing is tested yet, so it may even name no report.
    early = replace(approval(), test_report_sha256=(), subjects=_for_staging().subjects)
    refused(STAGE_RULE, _staged(early), BEFORE_STAGING, "must be for the stage staging")


def test_an_approval_for_staging_is_none_for_production() -> None:
    evidence = complete(approvals=[approved(_for_staging())])
    refused("approved-these-digests", evidence, told="must approve the test reports")
    named = complete(approvals=[approved(replace(approval(), stage="staging"))])
    refused(STAGE_RULE, named, told="for the stage production")


def test_an_approval_for_staging_is_not_older_than_the_statement() -> None:
    early = replace(_for_staging(), made_at=STATEMENT.made_at - timedelta(minutes=1))
    refused("approval-in-force", _staged(early), BEFORE_STAGING, "made after the statement")


def test_who_made_a_release_does_not_approve_it_for_staging() -> None:
    own = replace(STATEMENT, actors=replace(STATEMENT.actors, model_approver="rita"))
    evidence = _staged(_for_staging(statement=own), statement=own)
    refused("approver-is-nobody-of-the-makers", evidence, BEFORE_STAGING, "rita")


def test_two_people_where_staging_wants_two() -> None:
    two = replace(STAGING, required_approvals=2)
    refused("enough-approvers", _staged(_for_staging()), two, "must be approved by 2 people")
    found = judged(_staged(_for_staging(), _for_staging("rob")), two)
    assert {one.approver for one in found.approvals} == {"rita", "rob"}
