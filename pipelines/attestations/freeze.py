"""The statement by which a person stops promotions in a scope, or lets them go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipelines.attestations.moments import read, spell
from pipelines.attestations.statement import Statement, Subject, predicate_of, same
from pipelines.canonical import sha256_of

PREDICATE_TYPE = "urn:gatehouse:freeze:1"
EVERYTHING = "all"


class State(StrEnum):
    """What a statement says about its scope."""

    FROZEN = "frozen"
    LIFTED = "lifted"


@dataclass(frozen=True)
class Freeze:
    """A scope (stage, account, model or `all`) is frozen, until a moment or for good, or lifted."""

    scope: str
    state: State
    owner: str
    reason: str
    ticket: str
    made_at: datetime
    until: datetime | None = None

    def statement(self) -> Statement:
        """Return the statement to sign.

        in-toto wants a subject, and a freeze is about no bytes: its scope's name stands for them.
        """
        subjects = (Subject(f"scope/{self.scope}", sha256_of(self.scope.encode())),)
        return Statement(PREDICATE_TYPE, subjects, self._predicate())

    @classmethod
    def parse(cls, address: str, statement: Statement) -> Freeze:
        """Read a statement; raises Finding where it is of another type or contradicts itself."""
        predicate = predicate_of(address, statement, PREDICATE_TYPE)
        until = predicate["until"]
        found = cls(
            scope=predicate["scope"],
            state=State(predicate["state"]),
            owner=predicate["owner"],
            reason=predicate["reason"],
            ticket=predicate["ticket"],
            made_at=read(f"{address}: made_at", predicate["made_at"]),
            until=None if until is None else read(f"{address}: until", until),
        )
        same(address, statement, found.statement())
        return found

    def in_force(self, now: datetime) -> bool:
        """Tell whether this statement, for itself, freezes its scope at a moment."""
        return self.state is State.FROZEN and (self.until is None or now < self.until)

    def _predicate(self) -> dict[str, Any]:
        return {
            "scope": self.scope,
            "state": self.state.value,
            "owner": self.owner,
            "reason": self.reason,
            "ticket": self.ticket,
            "made_at": spell(self.made_at),
            "until": None if self.until is None else spell(self.until),
        }
