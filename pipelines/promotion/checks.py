"""One thing that an endpoint must do, what it did, and how a row is asked about in JSON."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipelines.promotion.rows import Table

CONTRACT = "contract"
MALFORMED = "malformed"


@dataclass(frozen=True)
class Check:
    """A rule about the contract or about malformed requests, and what was found of it."""

    about: str
    name: str
    passed: bool
    found: str

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {
            "about": self.about,
            "name": self.name,
            "passed": self.passed,
            "found": self.found,
        }


def as_json(rows: Table, numeric: Collection[str]) -> bytes:
    """Write rows as JSON objects; `numeric` names the columns of numbers."""
    instances = [
        {
            name: (float(cell) if name in numeric else cell) if cell else None
            for name, cell in zip(rows.header, cells, strict=True)
        }
        for cells in rows.rows
    ]
    return json.dumps({"instances": instances}).encode()
