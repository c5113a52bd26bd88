"""The documents that pass from build to build: canonical bytes under closed schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.yaml_schema import StrictValidator

_SCHEMAS = Path(__file__).resolve().parent / "schemas"
_LARGEST = 1_000_000


def parse_document(address: str, kind: str, content: bytes) -> dict[str, Any]:
    """Read a document whose bytes must be the canonical ones and follow the schema of its kind."""
    if len(content) > _LARGEST:
        raise Finding(address, "must be smaller than 1 MB", got=f"{len(content)} bytes")
    try:
        document = json.loads(content.decode("utf-8"))
        canonical = canonical_json(document)
    except (ValueError, RecursionError) as error:
        raise Finding(address, "must be canonical JSON", got=_short(str(error))) from error
    if canonical != content:
        raise Finding(
            address,
            "must be canonical JSON (sorted keys, no spaces, each key once)",
            got=f"{len(content)} bytes that differ from the {len(canonical)} canonical ones",
        )
    return check_document(address, kind, document)


def check_document(address: str, kind: str, document: object) -> dict[str, Any]:
    """Return the document if it follows the closed schema of its kind."""
    schema = json.loads((_SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))
    for problem in sorted(
        StrictValidator(schema).iter_errors(document), key=lambda p: str(p.json_path)
    ):
        place = problem.json_path.removeprefix("$").lstrip(".")
        raise Finding(
            address, f"{place} must follow its schema".strip(), got=_short(problem.message)
        )
    if not isinstance(document, dict):  # every schema says so too; this tells the type checker
        raise Finding(address, "must be a JSON object", got=type(document).__name__)
    return document


def write_document(path: Path, kind: str, document: Mapping[str, Any]) -> bytes:
    """Check a document that this program made, write its canonical bytes and return them."""
    check_document(path.name, kind, dict(document))
    content = canonical_json(document)
    path.write_bytes(content)
    return content


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:197]}..."
