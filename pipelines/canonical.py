"""JSON whose bytes depend on the document only, so that a document has one digest."""

from __future__ import annotations

import hashlib
import json


def canonical_json(document: object) -> bytes:
    """Write a document so that equal documents have equal bytes."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256_of(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
