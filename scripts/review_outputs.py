"""Writes the reports of a review into a folder, each whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.canonical import canonical_json
from pipelines.errors import Misuse
from policies.report.evidence import bundle
from policies.report.junit import junit
from policies.report.page import page
from policies.report.sarif import sarif
from scripts.review_work import Reviewed


def write_reports(folder: Path, done: Reviewed) -> list[Path]:
    """Write every report; gives their paths. Raises Misuse where the folder cannot be written."""
    contents = {
        "review.html": page(done.document, done.requests).encode(),
        "review.json": _json(done.document),
        "review.sarif": _json(sarif(done.document, done.document["tools"]["gatehouse"])),
        "review.junit.xml": junit(done.document),
        "evidence.tar": bundle(done.document, done.exported),
    }
    return [write_whole(folder / name, content) for name, content in contents.items()]


def write_model(path: Path, exported: object) -> Path:
    """Write the model for other tools."""
    return write_whole(path, canonical_json(exported) + b"\n")


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that nobody ever reads half of it; raises Misuse where that cannot be."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise Misuse(str(path), "must be a file that can be written", got=error.strerror) from error
    return path


def _json(document: object) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"
