"""No sequence of events reaches production without statement, test and approval of one release."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, currently_in_test_context, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.rules import Document, Evidence, Refused, TestEvidence, judge
from pipelines.canonical import canonical_json
from tests.pipelines.attestations.cast import PEOPLE, PRODUCTION
from tests.pipelines.attestations.history import VALID, Situation, Word, may_deploy
from tests.pipelines.attestations.promotion_events import (
    HOLDERS,
    PINNED,
    RELEASES,
    STAGING,
    Events,
    mostly,
)

pytestmark = pytest.mark.slow
LISTS = ("tests", "approvals", "revocations", "words")


def spoilt(content: bytes, how: str) -> bytes:
    """Change an envelope as somebody without the key could."""
    document = json.loads(content)
    if how == "twice signed":
        document["signatures"] *= 2
    elif how == "other keyid":
        document["signatures"][0]["keyid"] = "9" * 64
    elif how == "other payload":
        document["payload"] = document["payload"][:-8] + "AAAA" + document["payload"][-4:]
    else:
        return content + b"\n"
    return canonical_json(document)


class Promotion(Events):
    """Events, what is done to their evidence afterwards, and the judgement in between."""

    @rule(
        data=st.data(),
        what=mostly("approvals", "built", "tests"),
        how=st.sampled_from(["twice signed", "other keyid", "other payload", "line"]),
    )
    def tamper(self, data: st.DataObject, what: str, how: str) -> None:
        """Change the bytes of a piece."""
        if what == "built" and self.built.intact:
            content = spoilt(self.built.content, how)
            self.built = replace(self.built, content=content, intact=False)
        elif what != "built" and getattr(self, what):
            pieces = getattr(self, what)
            at = data.draw(st.integers(0, len(pieces) - 1))
            if pieces[at].intact:
                content = spoilt(pieces[at].content, how)
                pieces[at] = replace(pieces[at], content=content, intact=False)

    @rule(where=mostly(None, "revocations", "words"))
    def scribble(self, where: str | None) -> None:
        """Leave something unreadable where a stop would lie."""
        if where is None:
            return
        unreadable = Word("nobody", False, b"{}", "", "", True, self.now, readable=False)
        getattr(self, where).append(unreadable)

    @rule(data=st.data(), where=st.sampled_from(LISTS))
    def omit(self, data: st.DataObject, where: str) -> None:
        """Leave a piece out."""
        pieces = getattr(self, where)
        if pieces:
            pieces.pop(data.draw(st.integers(0, len(pieces) - 1)))

    @rule(data=st.data(), where=st.sampled_from(LISTS))
    def repeat(self, data: st.DataObject, where: str) -> None:
        """Hand a piece over twice, and in another order."""
        pieces = getattr(self, where)
        if pieces:
            pieces.insert(0, data.draw(st.sampled_from(pieces)))

    @rule(release=mostly("good", "other"))
    def swap_release(self, release: str) -> None:
        """Put another release.json beside the statement."""
        self.release = release

    @rule(data=st.data())
    def swap_report(self, data: st.DataObject) -> None:
        """Put another report beside an attestation."""
        if self.tests:
            at = data.draw(st.integers(0, len(self.tests) - 1))
            beside = data.draw(st.sampled_from([self.tests[at].report, b"another"]))
            self.tests[at] = replace(self.tests[at], beside=beside)

    @rule(passes=st.sampled_from([timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=5)]))
    def wait(self, passes: timedelta) -> None:
        """Let time pass."""
        self.now += passes

    @rule(key=st.sampled_from(sorted(PINNED)), stays=mostly(True, False))
    def pin(self, key: str, stays: bool) -> None:
        """Pin a key, or believe it no longer."""
        self.pinned = self.pinned | {key} if stays else self.pinned - {key}

    @rule(required=st.integers(1, 3))
    def deploy(self, required: int) -> None:
        """Judge as production does before it deploys; the model must say the same."""
        situation = self.situation(required)
        keys = TrustedKeys().merged([HOLDERS[name].key for name in sorted(self.pinned)])
        expected = replace(
            PRODUCTION,
            now=self.now,
            staging_accounts=frozenset(STAGING),
            required_approvals=required,
            approval_valid=VALID,
        )
        try:
            verified = judge(self.evidence(), keys, expected)
        except Refused as error:
            self.tell(f"refused by {error.rule}")
            assert not may_deploy(situation), str(error)
        else:
            self.tell("deployed")
            assert may_deploy(situation)
            assert len(verified.approvals) >= required
            assert verified.release.statement.release == RELEASES[self.release]

    def tell(self, outcome: str) -> None:
        """Count an outcome in hypothesis's statistics."""
        if currently_in_test_context():
            event(outcome)

    def teardown(self) -> None:
        """Judge once more at the end of every history."""
        self.deploy(1)

    def situation(self, required: int) -> Situation:
        """What production sees, as the model knows it."""
        return Situation(
            now=self.now,
            pinned=self.pinned,
            release=self.release,
            built=self.built,
            tests=tuple(self.tests),
            approvals=tuple(self.approvals),
            revocations=tuple(self.revocations),
            words=tuple(self.words),
            execution="this",
            staging=frozenset(STAGING),
            may_approve=frozenset(one.name for one in PEOPLE if one.approves),
            required=required,
        )

    def evidence(self) -> Evidence:
        """What production sees, as bytes."""

        def documents(what: str) -> tuple[Document, ...]:
            return tuple(Document(what, one.content) for one in getattr(self, what))

        return Evidence(
            release=Document("release.json", RELEASES[self.release].content()),
            statement=Document("release.dsse.json", self.built.content),
            tests=tuple(
                TestEvidence(Document("report", one.beside), Document("test", one.content))
                for one in self.tests
            ),
            approvals=documents("approvals"),
            revocations=documents("revocations"),
            freezes=documents("words"),
        )


def test_a_history_in_which_all_is_well_ends_in_production() -> None:
    promotion = Promotion()
    promotion.all_is_well()
    assert may_deploy(promotion.situation(2))
    promotion.deploy(2)


TestNoSequenceReachesProductionWithoutEvidenceOfTheSameDigests = Promotion.TestCase
TestNoSequenceReachesProductionWithoutEvidenceOfTheSameDigests.settings = settings(
    max_examples=150, stateful_step_count=8, suppress_health_check=list(HealthCheck)
)
