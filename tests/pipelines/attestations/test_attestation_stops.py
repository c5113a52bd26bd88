"""A revocation or a freeze stops a release, and only who may say so lets it go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines.attestations.envelope import sign
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.rules import Document, Evidence, Refused
from tests.pipelines.attestations.cast import (
    NOW,
    RELEASE,
    STAGING,
    Holder,
    approver,
    builder,
    complete,
    judged,
    released,
)

REVOCATION = Revocation(RELEASE.id, RELEASE.sha256, "rita", "leaks rows", NOW)
FREEZE = Freeze("all", State.FROZEN, "rita", "audit", "CHG-9", NOW - timedelta(hours=3))


def revoked(one: Revocation = REVOCATION, by: Holder | None = None) -> Evidence:
    """A complete release beside a revocation."""
    envelope = sign(one.statement(), (by or approver(one.by)).signer)
    return replace(complete(), revocations=(Document("revocation", envelope),))


def word(one: Freeze = FREEZE, by: Holder | None = None) -> Document:
    """The envelope of a word about a scope, signed by its owner if nobody else is named."""
    return Document(one.scope, sign(one.statement(), (by or approver(one.owner)).signer))


def lift(owner: str = "rob", hours: int = 2) -> Freeze:
    """A later word that lifts the freeze."""
    made = NOW - timedelta(hours=hours)
    return replace(FREEZE, state=State.LIFTED, owner=owner, made_at=made)


def frozen(*words: Document) -> bool:
    """Tell whether these words stop a complete release."""
    try:
        judged(replace(complete(), freezes=words))
    except Refused as error:
        assert error.rule == "not-frozen", str(error)
        return True
    return False


def test_a_revoked_release_is_refused_everywhere() -> None:
    for evidence, expected in ((revoked(), None), (revoked(), STAGING)):
        with pytest.raises(Refused, match=r"a revocation by rita of .*: leaks rows") as found:
            judged(evidence, expected) if expected else judged(evidence)
        assert found.value.rule == "not-revoked"


def test_a_revocation_stops_even_when_its_persons_key_is_gone() -> None:
    with pytest.raises(Refused, match="somebody who says rita, without a pinned key") as found:
        judged(revoked(by=approver("rita", 2)))
    assert found.value.rule == "not-revoked"


def test_a_revocation_by_identifier_or_by_digest_alone_is_enough() -> None:
    for change in ({"release_sha256": "9" * 64}, {"release_id": "breast-cancer-v3-" + "0" * 12}):
        with pytest.raises(Refused, match="must not be revoked"):
            judged(revoked(replace(REVOCATION, **change)))  # type: ignore[arg-type]


def test_a_revocation_of_another_release_stops_nothing_here() -> None:
    other = replace(REVOCATION, release_sha256="9" * 64, release_id="breast-cancer-v3-" + "0" * 12)
    judged(revoked(other))


def test_what_cannot_be_read_as_a_revocation_stops_as_well() -> None:
    for content in (b"", b"{}", word().content):
        evidence = replace(complete(), revocations=(Document("odd", content),))
        with pytest.raises(Refused, match="odd: ") as found:
            judged(evidence)
        assert found.value.rule == "not-revoked"


def test_what_cannot_be_read_as_a_freeze_stops_as_well() -> None:
    assert frozen(Document("odd", b"{}"))
    assert frozen(Document("odd", revoked().revocations[0].content))


@pytest.mark.parametrize("scope", ["all", "production", "breast-cancer"])
def test_a_freeze_of_the_scope_stops(scope: str) -> None:
    assert frozen(word(replace(FREEZE, scope=scope)))


def test_a_freeze_of_another_scope_stops_nothing_here() -> None:
    for scope in ("staging", "churn", "elsewhere"):
        assert not frozen(word(replace(FREEZE, scope=scope)))


def test_a_freeze_says_why_and_whom_to_ask() -> None:
    until = replace(FREEZE, until=NOW + timedelta(hours=1))
    with pytest.raises(Refused) as found:
        judged(replace(released(), freezes=(word(until),)), STAGING)
    assert (
        "a freeze by rita since 2026-12-01T09:00:00Z until 2026-12-01T13:00:00Z: audit (CHG-9)"
        in str(found.value)
    )
    assert "ask rita" in str(found.value)


def test_a_freeze_ends_when_it_said() -> None:
    assert frozen(word(replace(FREEZE, until=NOW + timedelta(seconds=1))))
    assert not frozen(word(replace(FREEZE, until=NOW)))


def test_a_later_lift_by_anybody_who_may_lets_releases_go_on() -> None:
    assert not frozen(word(), word(lift()))
    assert not frozen(word(lift()), word())


def test_the_latest_word_counts() -> None:
    again = replace(FREEZE, made_at=NOW - timedelta(hours=1))
    assert frozen(word(), word(lift()), word(again))
    assert frozen(word(lift(hours=4)), word())


def test_in_the_same_second_the_freeze_counts() -> None:
    assert frozen(word(), word(lift(hours=3)))


def test_a_lift_of_one_scope_leaves_the_other_frozen() -> None:
    assert frozen(word(), word(replace(lift(), scope="production")))


@pytest.mark.parametrize("by", [approver("rob", 2), builder(), approver("rita")])
def test_a_lift_counts_only_with_its_owners_pinned_key(by: Holder) -> None:
    assert frozen(word(), word(lift(), by=by))


def test_a_lift_from_the_future_lifts_nothing() -> None:
    ahead = replace(lift(), made_at=NOW + timedelta(minutes=6))
    assert frozen(word(), word(ahead))
    assert not frozen(word(), word(replace(ahead, made_at=NOW + timedelta(minutes=5))))


def test_a_freeze_stops_even_when_its_persons_key_is_gone() -> None:
    gone = word(by=approver("rita", 2))
    assert frozen(gone)
    assert not frozen(gone, word(lift()))
    assert frozen(gone, word(lift(), by=approver("rob", 2)))


def test_a_short_freeze_without_a_pinned_key_does_not_end_an_endless_one() -> None:
    short = replace(FREEZE, made_at=NOW - timedelta(hours=1), until=NOW)
    assert frozen(word(), word(short, by=approver("rita", 2)))
    assert not frozen(word(), word(short))
