"""What an inventory consists of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Item:
    """One thing that exists."""

    kind: str
    name: str
    arn: str = ""
    note: str = ""
    is_data: bool = False
    """Somebody's work or evidence: it goes only with their consent."""
    is_ending: bool = False
    """AWS ends it by itself and nobody can hurry it: counts as gone."""
    is_bootstrap: bool = False
    """Made before the account's root, and left when that is destroyed."""

    @property
    def key(self) -> tuple[str, str]:
        """Tell it from all others, however it was found."""
        return ("", self.arn) if self.arn else (self.kind, self.name)

    def row(self) -> dict[str, Any]:
        """Write it for people and programs."""
        return {
            "kind": self.kind,
            "name": self.name,
            "part": "bootstrap" if self.is_bootstrap else "account",
            "note": self.note,
            "data": self.is_data,
            "counts": not self.is_ending,
            "arn": self.arn,
        }


@dataclass(frozen=True)
class Unknown:
    """A question that AWS did not answer."""

    kind: str
    reason: str


@dataclass(frozen=True)
class Inventory:
    """What exists in an account at one moment."""

    account: str
    items: tuple[Item, ...]
    unknown: tuple[Unknown, ...] = ()

    @classmethod
    def of(cls, account: str, items: Iterable[Item], unknown: Iterable[Unknown]) -> Inventory:
        """Collect items; what was found twice counts once, as it was found last."""
        found: dict[tuple[str, str], Item] = {}
        for item in items:
            found[item.key] = item
        ordered = sorted(found.values(), key=lambda item: (item.is_bootstrap, item.kind, item.name))
        return cls(account, tuple(ordered), tuple(unknown))

    @property
    def laid_out(self) -> tuple[Item, ...]:
        """What is there of the account's root and of what ran in it; the bootstrap is not."""
        return tuple(item for item in self.items if not item.is_ending and not item.is_bootstrap)

    @property
    def data(self) -> tuple[Item, ...]:
        """What is somebody's work or evidence."""
        return tuple(item for item in self.laid_out if item.is_data)

    def but(self, kept: Iterable[str], note: str) -> Inventory:
        """Count what is kept on purpose, by name or ARN, as gone, saying so."""
        names = set(kept)
        items = tuple(
            replace(item, is_ending=True, note=note)
            if item.name in names or item.arn in names
            else item
            for item in self.items
        )
        return replace(self, items=items)
