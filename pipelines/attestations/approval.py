"""The statement by which one person approves exact digests for a stage, for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.statement import Statement, Subject, predicate_of
from pipelines.attestations.test_attestation import REPORT_FILE, TestAttestation

PREDICATE_TYPE = "urn:gatehouse:approval:1"
_DECISION = "approve"


@dataclass(frozen=True)
class Approval:
    """Who approves which release, on the strength of which tests, why, where and until when."""

    release_id: str
    release_sha256: str
    statement_sha256: str
    execution_id: str
    stage: str
    accounts: tuple[str, ...]
    test_report_sha256: tuple[str, ...]
    approver: str
    reason: str
    ticket: str
    made_at: datetime
    expires_at: datetime
    subjects: tuple[Subject, ...]

    def statement(self) -> Statement:
        """Return the statement to sign."""
        return Statement(PREDICATE_TYPE, self.subjects, self._predicate())

    @classmethod
    def parse(cls, address: str, statement: Statement) -> Approval:
        """Read a statement; raises Finding where it is of another type."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        return cls(
            release_id=predicate["release_id"],
            release_sha256=predicate["release_sha256"],
            statement_sha256=predicate["statement_sha256"],
            execution_id=predicate["execution_id"],
            stage=predicate["stage"],
            accounts=tuple(predicate["accounts"]),
            test_report_sha256=tuple(predicate["test_report_sha256"]),
            approver=predicate["approver"],
            reason=predicate["reason"],
            ticket=predicate["ticket"],
            made_at=read(f"{address}: made_at", predicate["made_at"]),
            expires_at=read(f"{address}: expires_at", predicate["expires_at"]),
            subjects=statement.subjects,
        )

    def _predicate(self) -> dict[str, Any]:
        return {
            "release_id": self.release_id,
            "release_sha256": self.release_sha256,
            "statement_sha256": self.statement_sha256,
            "execution_id": self.execution_id,
            "stage": self.stage,
            "accounts": list(self.accounts),
            "test_report_sha256": list(self.test_report_sha256),
            "approver": self.approver,
            "reason": self.reason,
            "ticket": self.ticket,
            "decision": _DECISION,
            "made_at": spell(self.made_at),
            "expires_at": spell(self.expires_at),
        }


@dataclass(frozen=True)
class Decision:
    """What a person adds to what a release and its tests say already.

    ``stage`` is that of the accounts: staging or production.
    """

    approver: str
    accounts: tuple[str, ...]
    reason: str
    ticket: str
    made_at: datetime
    expires_at: datetime
    stage: str = "production"


def approve(
    release: ReleaseStatement, tests: Iterable[TestAttestation], decision: Decision
) -> Approval:
    """Make an approval; whether it holds is judged elsewhere. Before staging there are no tests."""
    tests = tuple(tests)
    return Approval(
        release_id=release.release.id,
        release_sha256=release.release.sha256,
        statement_sha256=release.statement().sha256,
        execution_id=release.execution_id,
        stage=decision.stage,
        accounts=tuple(sorted(decision.accounts)),
        test_report_sha256=report_digests(tests),
        approver=decision.approver,
        reason=decision.reason,
        ticket=decision.ticket,
        made_at=decision.made_at,
        expires_at=decision.expires_at,
        subjects=approved_subjects(release, tests),
    )


def report_digests(tests: Iterable[TestAttestation]) -> tuple[str, ...]:
    """Give the digests of the test reports, in order."""
    return tuple(sorted({test.report_sha256 for test in tests}))


def approved_subjects(
    release: ReleaseStatement, tests: Iterable[TestAttestation]
) -> tuple[Subject, ...]:
    """Give what an approval is about: all of the release, and each staging account's report."""
    reports = {Subject(f"{test.account}/{REPORT_FILE}", test.report_sha256) for test in tests}
    return tuple(sorted({*release.subjects, *reports}))
