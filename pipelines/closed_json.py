"""Documents between programs: canonical bytes, under a closed schema that lies in a file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.yaml_schema import StrictValidator

LARGEST = 1_000_000


def parse_closed(address: str, schema: Path, content: bytes) -> dict[str, Any]:
    """Read a document whose bytes must be the canonical ones and follow a schema.

    Raises Finding for anything else, and for a megabyte or more.
    """
    if len(content) > LARGEST:
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
    return check_closed(address, schema, document)


def check_closed(address: str, schema: Path, document: object) -> dict[str, Any]:
    """Return the document if it follows the schema in a file; raises Finding."""
    for problem in sorted(_validator(schema).iter_errors(document), key=lambda p: str(p.json_path)):
        place = problem.json_path.removeprefix("$").lstrip(".")
        raise Finding(
            address, f"{place} must follow its schema".strip(), got=_short(problem.message)
        )
    if not isinstance(document, dict):  # every schema says so too; this tells the type checker
        raise Finding(address, "must be a JSON object", got=type(document).__name__)
    return document


@cache
def _validator(schema: Path) -> Any:
    return StrictValidator(json.loads(schema.read_text("utf-8")))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:197]}..."
