"""The documents that the builds of a promotion hand on, each under the schema of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.canonical import canonical_json
from pipelines.closed_json import check_closed, parse_closed

_SCHEMAS = Path(__file__).resolve().parent / "schemas"


def parse_document(address: str, kind: str, content: bytes) -> dict[str, Any]:
    """Read a document whose bytes must be the canonical ones and follow the schema of its kind."""
    return parse_closed(address, _schema(kind), content)


def check_document(address: str, kind: str, document: object) -> dict[str, Any]:
    """Return the document if it follows the closed schema of its kind."""
    return check_closed(address, _schema(kind), document)


def write_document(path: Path, kind: str, document: Mapping[str, Any]) -> bytes:
    """Check a document that this program made, write its canonical bytes and return them."""
    check_document(path.name, kind, dict(document))
    content = canonical_json(document)
    path.write_bytes(content)
    return content


def _schema(kind: str) -> Path:
    return _SCHEMAS / f"{kind}.schema.json"
