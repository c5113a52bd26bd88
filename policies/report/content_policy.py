"""What a browser may do with a page that opens from a file: show it, and no more than it names."""

from __future__ import annotations

import base64
import hashlib


def content_policy(style: str, script: str | None = None) -> str:
    """Tell a browser that a page fetches nothing, and has this style and this script only.

    Source: https://www.w3.org/TR/CSP3/ (hash-source).
    """
    may_run = "" if script is None else f" script-src '{_digest(script)}';"
    return (
        f"default-src 'none'; style-src '{_digest(style)}';{may_run}"
        " base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
