"""What each statement of a policy allowed in a trail, and what was refused for want of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scripts.audit_trail import Record, decision_of, role_of

# The layers whose silence means that a role lacks something of its own.
_OWN = ("identity-based policy", "permissions boundary")


@dataclass(frozen=True)
class Lack:
    """What a role asked for and was not granted."""

    role: str
    action: str
    resource: str
    layer: str


@dataclass
class Uses:
    """Actions by role and by the address of the statement that allowed them, and what lacked."""

    by_statement: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    lacks: dict[Lack, int] = field(default_factory=dict)

    def learn(self, record: Record) -> None:
        """Take what was decided about a request."""
        decision = decision_of(record)
        if decision is None:
            return
        role = role_of(record)
        for each in decision["asked"]:
            if each["allowed"]:
                for address in each["statements"]:
                    self.by_statement.setdefault((role, address), set()).add(each["action"])
            elif not each["explicit"] and each["layer"] in _OWN:
                lack = Lack(role, each["action"], each["resource"], each["layer"])
                self.lacks[lack] = self.lacks.get(lack, 0) + 1

    def of(self, role: str, statement: str) -> frozenset[str]:
        """Return the actions that a statement allowed a role."""
        return frozenset(self.by_statement.get((role, statement), ()))


def uses_in(records: Iterable[Record]) -> Uses:
    """Gather the uses of a trail."""
    found = Uses()
    for record in records:
        found.learn(record)
    return found
