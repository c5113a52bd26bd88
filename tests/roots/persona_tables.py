"""What each persona may and may not do, as tables; python -m tests.roots.persona_tables records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "personas"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "people.md"
_START = "<!-- recorded from tests/roots/personas: python -m tests.roots.persona_tables -->\n"
_END = "<!-- end -->\n"


@dataclass(frozen=True)
class Row:
    """One thing that somebody tries: the words for it, and the request that it is."""

    does: str
    allowed: bool
    action: str
    resource: str
    context: Mapping[str, Any]
    outside: bool
    source_identity: str | None


@dataclass(frozen=True)
class Table:
    """What the holder of a role may and may not do in the accounts of some kinds."""

    name: str
    title: str
    role: str
    person: str
    roots: tuple[str, ...]
    rows: tuple[Row, ...]


def read_tables() -> tuple[Table, ...]:
    """Read every table."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def write_document() -> None:
    """Put the tables into the document that people read."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    DOCUMENT.write_text(before + _START + markdown() + _END + after, "utf-8")


def recorded() -> str:
    """Return what the document says."""
    return DOCUMENT.read_text("utf-8").partition(_START)[2].partition(_END)[0]


def markdown() -> str:
    """Write the tables as a document."""
    lines = [_line(table) for table in read_tables()]
    return "\n".join(["", "| who | may | may not |", "|---|---|---|", *lines, ""]) + "\n"


def _line(table: Table) -> str:
    may, may_not = (
        "; ".join(dict.fromkeys(row.does for row in table.rows if row.allowed is wanted))
        for wanted in (True, False)
    )
    return f"| {table.title} | {may} | {may_not} |"


def _read(path: Path) -> Table:
    value = yaml.safe_load(path.read_text("utf-8"))
    person = value["person"]
    rows = tuple(
        _row({"outside": value.get("outside", False)} | entry, allowed=key == "may", person=person)
        for key in ("may", "may_not")
        for entry in value[key]
    )
    title, role = value["title"], value["role"]
    return Table(path.stem, title, role, person, tuple(value["roots"]), rows)


def _row(entry: Mapping[str, Any], *, allowed: bool, person: str) -> Row:
    return Row(
        does=entry["does"],
        allowed=allowed,
        action=entry["action"],
        resource=entry["to"],
        context=entry.get("with", {}),
        outside=entry["outside"],
        source_identity=entry.get("as", person),
    )


if __name__ == "__main__":
    write_document()
