"""The statement by which a person says that a release must not be deployed any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.statement import Statement, Subject, predicate_of, same
from pipelines.promotion.release import RELEASE_FILE

PREDICATE_TYPE = "urn:gatehouse:revocation:1"


@dataclass(frozen=True)
class Revocation:
    """Which release is revoked, by whom and why; nothing takes a revocation back."""

    release_id: str
    release_sha256: str
    by: str
    reason: str
    made_at: datetime

    def statement(self) -> Statement:
        """Return the statement to sign."""
        subjects = (Subject(RELEASE_FILE, self.release_sha256),)
        return Statement(PREDICATE_TYPE, subjects, self._predicate())

    @classmethod
    def parse(cls, address: str, statement: Statement) -> Revocation:
        """Read a statement; raises Finding where it is of another type or contradicts itself."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        found = cls(**predicate | {"made_at": read(f"{address}: made_at", predicate["made_at"])})
        same(address, statement, found.statement())
        return found

    def _predicate(self) -> dict[str, Any]:
        return {
            "release_id": self.release_id,
            "release_sha256": self.release_sha256,
            "by": self.by,
            "reason": self.reason,
            "made_at": spell(self.made_at),
        }
