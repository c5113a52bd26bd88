"""Where the closed schemas of statements and pinned keys lie, and how they are applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.closed_json import check_closed, parse_closed

_SCHEMAS = Path(__file__).resolve().parent / "schemas"


def parse(address: str, kind: str, content: bytes) -> dict[str, Any]:
    """Read canonical bytes that follow the schema of a kind; raises Finding."""
    return parse_closed(address, _schema(kind), content)


def check(address: str, kind: str, document: object) -> dict[str, Any]:
    """Return a document that follows the schema of a kind; raises Finding."""
    return check_closed(address, _schema(kind), document)


def _schema(kind: str) -> Path:
    return _SCHEMAS / f"{kind}.schema.json"
