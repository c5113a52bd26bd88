"""What may happen around one promotion, good and bad: each event makes evidence and its fact."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pipelines.attestations.approval import Decision, approve
from pipelines.attestations.freeze import Freeze, State
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.canonical import canonical_json, sha256_of
from tests.pipelines.attestations.cast import (
    EXECUTION,
    NOW,
    PRODUCTION,
    RELEASE,
    STATEMENT,
    Holder,
    approver,
    builder,
    staging_key,
    unchecked,
)
from tests.pipelines.attestations.history import (
    VALID,
    Approved,
    Built,
    Piece,
    Tested,
    Word,
)

OTHER = replace(RELEASE, archive=replace(RELEASE.archive, sha256="9" * 64))
RELEASES = {"good": RELEASE, "other": OTHER}
EXECUTIONS = {"this": EXECUTION, "earlier": "earlier"}
STAGING = ("staging", "trial")
PEOPLE_WITH_KEYS = ("rita", "rob", "sofia", "milo")
HOLDERS: dict[str, Holder] = {
    "build": builder(),
    "build-stranger": builder(2),
    **{f"test-{account}": staging_key(account) for account in STAGING},
    "test-stranger": staging_key(number=2),
    **{f"approval-{person}": approver(person) for person in PEOPLE_WITH_KEYS},
    "approval-stranger": approver("rita", 2),
}
PINNED = frozenset(name for name in HOLDERS if "stranger" not in name)
SCOPES = ("all", "production", "breast-cancer", "staging", "churn", "lab", "trial")
SECOND = timedelta(seconds=1)

P = TypeVar("P", bound=Piece)


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Draw what is right three times of four, so that long histories still end well."""
    return st.sampled_from([usual] * 3 * len(others) + list(others))


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


class Events(RuleBasedStateMachine):
    """Events around one promotion, good and bad, in any order."""

    @initialize()
    def all_is_well(self) -> None:
        """Begin with a release that everybody has signed as they should."""
        self.now: datetime = NOW
        self.pinned = PINNED
        self.release = "good"
        self.tests: list[Tested] = []
        self.approvals: list[Approved] = []
        self.revocations: list[Word] = []
        self.words: list[Word] = []
        self.publish("build", "good", "this", True, True, None)
        for account in STAGING:
            self.test(account, f"test-{account}", "good", "this", True, b"report")
        for person in ("rita", "rob"):
            self.approve(person, f"approval-{person}", "production", "this", timedelta(hours=5))

    @rule(
        key=mostly("build", "build-stranger", "test-staging"),
        release=mostly("good", "other"),
        execution=mostly("this", "earlier"),
        source=mostly(True, False),
        gate=mostly(True, False),
        starter=mostly(None, "rita"),
    )
    def publish(
        self, key: str, release: str, execution: str, source: bool, gate: bool, starter: str | None
    ) -> None:
        """Sign a statement of a release."""
        said = replace(
            STATEMENT,
            release=RELEASES[release],
            execution_id=EXECUTIONS[execution],
            made_at=self.now,
            actors=replace(STATEMENT.actors, starter=starter),
            gate=(replace(STATEMENT.gate[0], passed=gate),),
            terraform_sha256=PRODUCTION.terraform_sha256 if source else "9" * 64,
        )
        content = unchecked(said.statement(), HOLDERS[key])
        makers = frozenset({"sofia", "lena"} | ({starter} if starter else set()))
        payload = said.statement().content()
        self.built = Built(
            key, True, content, payload, release, execution, source, gate, makers, self.now
        )
        self.said = said

    @rule(
        account=st.sampled_from(STAGING),
        key=mostly(None, "test-stranger", "build", "test-trial", "test-staging"),
        release=mostly("good", "other"),
        execution=mostly("this", "earlier"),
        passed=mostly(True, False),
        report=mostly(b"report", b"another"),
        anew=st.booleans(),
    )
    def test(
        self,
        account: str,
        key: str | None,
        release: str,
        execution: str,
        passed: bool,
        report: bytes,
        anew: bool = True,
    ) -> None:
        """Attest a test, instead of earlier ones of the account or beside them."""
        name = key or f"test-{account}"
        report = report + account.encode()
        said = TestAttestation(
            RELEASES[release].id,
            RELEASES[release].sha256,
            EXECUTIONS[execution],
            account,
            self.now,
            sha256_of(report),
            passed,
        )
        content = unchecked(said.statement(), HOLDERS[name])
        if anew:
            self.tests = [one for one in self.tests if one.account != account]
        self.tests.append(
            Tested(
                name, True, content, release, execution, account, report, report, passed, self.now
            )
        )

    @precondition(lambda self: self.tests)
    @rule(
        person=st.sampled_from(PEOPLE_WITH_KEYS),
        key=mostly(None, "approval-stranger", "build", "approval-rob"),
        account=mostly("production", "staging"),
        execution=mostly("this", "earlier"),
        lasts=mostly(timedelta(hours=5), SECOND, VALID, VALID + SECOND, timedelta(0)),
        ahead=mostly(timedelta(0), -SECOND, timedelta(minutes=5), timedelta(minutes=5, seconds=1)),
    )
    def approve(
        self,
        person: str,
        key: str | None,
        account: str,
        execution: str,
        lasts: timedelta,
        ahead: timedelta = timedelta(0),
    ) -> None:
        """Approve what there is now."""
        name, made = key or f"approval-{person}", self.now + ahead
        attestations = [self.attestation(one) for one in self.tests]
        decision = Decision(person, (account,), "why", "CHG-1", made, made + lasts)
        said = replace(
            approve(self.said, attestations, decision), execution_id=EXECUTIONS[execution]
        )
        reports = frozenset((one.account, one.report) for one in self.tests)
        self.approvals.append(
            Approved(
                name,
                True,
                unchecked(said.statement(), HOLDERS[name]),
                self.said.statement().content(),
                reports,
                execution,
                frozenset({account}),
                person,
                made,
                made + lasts,
            )
        )

    @staticmethod
    def attestation(test: Tested) -> TestAttestation:
        """Say again what a test attestation says."""
        release = RELEASES[test.release]
        digest = sha256_of(test.report)
        execution = EXECUTIONS[test.execution]
        return TestAttestation(
            release.id, release.sha256, execution, test.account, test.made, digest, test.passed
        )

    @rule(
        person=st.sampled_from(PEOPLE_WITH_KEYS),
        key=mostly(None, "approval-stranger"),
        release=mostly("other", "good"),
    )
    def revoke(self, person: str, key: str | None, release: str) -> None:
        """Revoke a release."""
        of = RELEASES[release]
        said = Revocation(of.id, of.sha256, person, "why", self.now)
        name = key or f"approval-{person}"
        content = unchecked(said.statement(), HOLDERS[name])
        self.revocations.append(Word(name, True, content, release, person, True, self.now))

    @rule(
        person=st.sampled_from(PEOPLE_WITH_KEYS),
        key=mostly(None, "approval-stranger", "approval-rob"),
        scope=st.sampled_from(SCOPES),
        stops=st.booleans(),
        lasts=st.sampled_from([None, SECOND, timedelta(hours=1)]),
        ahead=mostly(timedelta(0), -SECOND, timedelta(minutes=5), timedelta(minutes=6)),
    )
    def say(
        self,
        person: str,
        key: str | None,
        scope: str,
        stops: bool,
        lasts: timedelta | None,
        ahead: timedelta,
    ) -> None:
        """Freeze a scope or lift it."""
        made, until = self.now + ahead, None if lasts is None else self.now + lasts
        state = State.FROZEN if stops else State.LIFTED
        said = Freeze(scope, state, person, "why", "CHG-2", made, until)
        name = key or f"approval-{person}"
        content = unchecked(said.statement(), HOLDERS[name])
        self.words.append(Word(name, True, content, scope, person, stops, made, until))
