"""The statement that a staging account's test signs about the release that it has tested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.statement import Statement, Subject, predicate_of, same
from pipelines.promotion.release import RELEASE_FILE

PREDICATE_TYPE = "urn:gatehouse:test:1"
REPORT_FILE = "test-report.json"


@dataclass(frozen=True)
class TestAttestation:
    """That a release was tested in an account, by which report, and whether it passed."""

    __test__ = False  # pytest takes names like this one for its own

    release_id: str
    release_sha256: str
    execution_id: str
    account: str
    made_at: datetime
    report_sha256: str
    passed: bool

    def statement(self) -> Statement:
        """Return the statement to sign."""
        subjects = (
            Subject(RELEASE_FILE, self.release_sha256),
            Subject(REPORT_FILE, self.report_sha256),
        )
        return Statement(PREDICATE_TYPE, subjects, self._predicate())

    @classmethod
    def parse(cls, address: str, statement: Statement) -> TestAttestation:
        """Read a statement; raises Finding where it is of another type or contradicts itself."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        found = cls(
            **predicate | {"made_at": read(f"{address}: made_at", predicate["made_at"])},
        )
        same(address, statement, found.statement())
        return found

    def _predicate(self) -> dict[str, Any]:
        return {
            "release_id": self.release_id,
            "release_sha256": self.release_sha256,
            "execution_id": self.execution_id,
            "account": self.account,
            "made_at": spell(self.made_at),
            "report_sha256": self.report_sha256,
            "passed": self.passed,
        }
