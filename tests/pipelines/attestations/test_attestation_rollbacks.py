"""Production goes back only by the word of a known person, or by a rejection of what runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.attestations.evidence import Document
from pipelines.attestations.refusal import ROLLBACK_RULES, RULES, Refused
from pipelines.attestations.rollback import Left, Rollback
from pipelines.attestations.rules_of_rollbacks import (
    Asked,
    judge_rejection,
    judge_word,
    without_what_runs,
)
from pipelines.attestations.statement import parse_statement
from pipelines.errors import Finding
from tests.pipelines.attestations.cast import (
    RELEASE,
    Holder,
    approved,
    approver,
    builder,
    staging_key,
    trusted,
    unchecked,
)
from tests.pipelines.attestations.rollback_cast import (
    ASKED,
    ASKED_AT,
    LATER,
    WORD,
    names,
    said,
)

# Signed once: of the same key and bytes every signature is another one.
SAID = said()


def refuse_word(
    rule: str, document: Document, asked: Asked = ASKED, told: str | None = None
) -> None:
    """Show that a rule refuses a person's word."""
    with pytest.raises(Refused, match=told) as found:
        judge_word(document, trusted(), asked)
    names(rule, found)


def test_rules_have_names_of_their_own() -> None:
    found = [rule.id for rule in (*RULES, *ROLLBACK_RULES)]
    assert len(found) == len(set(found))


# The statement


def test_a_rollback_says_again_what_it_said() -> None:
    for word in (
        WORD,
        replace(WORD, left=None),
        replace(WORD, accounts=("production-eu", "production-us")),
    ):
        statement = parse_statement("word", word.statement().content())
        assert Rollback.parse("word", statement) == word


@pytest.mark.parametrize(
    "change",
    [
        {"made_at": "yesterday"},
        {"accounts": []},
        {"accounts": ["production", "production"]},
        {"reason": "two\nlines"},
        {"by": "Rita"},
        {"from": {"release_id": RELEASE.id}},
        {"to": None},
        {"extra": 1},
    ],
)
def test_a_rollback_has_a_closed_form(change: dict[str, object]) -> None:
    statement = WORD.statement()
    odd = replace(statement, predicate={**statement.predicate, **change})
    with pytest.raises(Finding):
        Rollback.parse("word", odd)


def test_a_rollback_about_other_subjects_than_it_names_is_refused() -> None:
    other = replace(WORD, to=replace(WORD.to, release_sha256="9" * 64)).statement()
    odd = replace(WORD.statement(), subjects=other.subjects)
    refuse_word("rollback-signed", Document("word", unchecked(odd, approver("rita"))))


# rollback-signed


def test_a_known_release_manager_takes_production_back() -> None:
    assert judge_word(said(), trusted(), ASKED) == WORD


@pytest.mark.parametrize("by", [approver("rita", 2), builder(), staging_key()])
def test_a_rollback_is_signed_by_a_pinned_approval_key(by: Holder) -> None:
    refuse_word("rollback-signed", said(by=by), told="must be signed by a key")


def test_nobody_takes_production_back_in_the_name_of_another() -> None:
    refuse_word("rollback-signed", said(by=approver("rob")), told="rob, who signed, got rita")


def test_a_person_who_may_not_decide_today_takes_nothing_back() -> None:
    refuse_word("rollback-signed", said(replace(WORD, by="milo")), told="may decide today")


def test_an_approval_is_no_rollback() -> None:
    refuse_word("rollback-signed", approved(), told="urn:gatehouse:rollback:1")


@given(st.data())
def test_a_rollback_of_which_one_byte_differs_is_refused(data: st.DataObject) -> None:
    content = bytearray(SAID.content)
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    refuse_word("rollback-signed", Document("word", bytes(content)))


# rollback-in-force, rollback-of-what-runs


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "abalone"}, "must be of the model"),
        ({"made_at": ASKED_AT + timedelta(minutes=6)}, "must not come from the future"),
        ({"expires_at": WORD.made_at}, "must expire after"),
        ({"expires_at": WORD.made_at + timedelta(days=1, seconds=1)}, "must expire after"),
        (
            {"made_at": ASKED_AT - timedelta(hours=2), "expires_at": ASKED_AT},
            "must be in force at",
        ),
    ],
)
def test_a_rollback_counts_for_its_model_and_its_time(change: dict[str, object], told: str) -> None:
    refuse_word("rollback-in-force", said(replace(WORD, **change)), told=told)  # type: ignore[arg-type]


@pytest.mark.parametrize("left", [None, Left(RELEASE.id, RELEASE.sha256), Left(LATER.id, "9" * 64)])
def test_a_rollback_leaves_what_runs(left: Left | None) -> None:
    refuse_word("rollback-of-what-runs", said(replace(WORD, left=left)), told="must leave what")


def test_a_rollback_that_names_what_no_longer_runs_is_refused_where_nothing_known_runs() -> None:
    unknown = without_what_runs(ASKED)
    refuse_word("rollback-of-what-runs", said(), unknown, told="got breast-cancer-v4")
    assert judge_word(said(replace(WORD, left=None)), trusted(), unknown).left is None


def test_a_rollback_is_not_replayed_when_what_it_left_comes_again() -> None:
    assert ASKED.runs is not None
    again = replace(ASKED, runs=replace(ASKED.runs, since=WORD.made_at + timedelta(minutes=6)))
    refuse_word("rollback-of-what-runs", said(), again, told="must be decided after")


def test_a_rollback_of_another_account_is_told_apart_before_it_is_asked_what_runs() -> None:
    word = replace(WORD, accounts=("production-us",), left=Left(RELEASE.id, RELEASE.sha256))
    assert judge_word(said(word), trusted(), ASKED).accounts == ("production-us",)


# live-package-rejected


def test_a_rejection_of_what_runs_is_enough() -> None:
    judge_rejection("Rejected", ASKED)


@pytest.mark.parametrize(
    ("status", "runs"), [("Approved", True), ("PendingManualApproval", True), ("Rejected", False)]
)
def test_without_a_word_only_a_rejection_of_what_runs_takes_production_back(
    status: str, runs: bool
) -> None:
    with pytest.raises(Refused) as found:
        judge_rejection(status, ASKED if runs else without_what_runs(ASKED))
    names("live-package-rejected", found)
