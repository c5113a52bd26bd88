"""An organisational unit as it is told to a twin, apart from the twin's state: no moto here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """An organisational unit below the root, and the accounts in it."""

    name: str
    id: str
    account_ids: tuple[str, ...] = ()

    def spelled(self) -> str:
        """Write the unit as one argument of a command line."""
        return f"{self.name}={self.id}:{','.join(self.account_ids)}"

    @classmethod
    def read(cls, text: str) -> Unit:
        """Read a unit as `spelled` writes it."""
        name, _, rest = text.partition("=")
        identifier, _, accounts = rest.partition(":")
        return cls(name, identifier, tuple(filter(None, accounts.split(","))))
