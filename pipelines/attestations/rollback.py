"""The statement by which a person takes production back to a release that ran there before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.statement import Statement, Subject, predicate_of, same
from pipelines.promotion.release import RELEASE_FILE

PREDICATE_TYPE = "urn:gatehouse:rollback:1"


@dataclass(frozen=True)
class Left:
    """The release that is left, by name and digest."""

    release_id: str
    release_sha256: str


@dataclass(frozen=True)
class Destination:
    """The release that is gone back to, and the execution under which its evidence is kept.

    `statement_sha256` is that of the build's statement, which names every digest.
    """

    release_id: str
    release_sha256: str
    statement_sha256: str
    execution_id: str


@dataclass(frozen=True)
class Rollback:
    """Who takes which accounts from what to what, why, and until when that may be done.

    `left` is None where what runs is no release that these accounts know.
    """

    model: str
    left: Left | None
    to: Destination
    accounts: tuple[str, ...]
    by: str
    reason: str
    ticket: str
    made_at: datetime
    expires_at: datetime

    def statement(self) -> Statement:
        """Return the statement to sign."""
        named = {
            f"to/{RELEASE_FILE}": self.to.release_sha256,
            "to/statement": self.to.statement_sha256,
        }
        if self.left is not None:
            named[f"from/{RELEASE_FILE}"] = self.left.release_sha256
        subjects = tuple(sorted(Subject(name, digest) for name, digest in named.items()))
        return Statement(PREDICATE_TYPE, subjects, self._predicate())

    @classmethod
    def parse(cls, address: str, statement: Statement) -> Rollback:
        """Read a statement; raises Finding where it is of another type or contradicts itself."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        left = predicate["from"]
        found = cls(
            model=predicate["model"],
            left=None if left is None else Left(**left),
            to=Destination(**predicate["to"]),
            accounts=tuple(predicate["accounts"]),
            by=predicate["by"],
            reason=predicate["reason"],
            ticket=predicate["ticket"],
            made_at=read(f"{address}: made_at", predicate["made_at"]),
            expires_at=read(f"{address}: expires_at", predicate["expires_at"]),
        )
        same(address, statement, found.statement())
        return found

    def _predicate(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "from": None if self.left is None else asdict(self.left),
            "to": asdict(self.to),
            "accounts": list(self.accounts),
            "by": self.by,
            "reason": self.reason,
            "ticket": self.ticket,
            "made_at": spell(self.made_at),
            "expires_at": spell(self.expires_at),
        }
