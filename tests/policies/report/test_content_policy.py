"""What a page that opens from a file lets a browser do."""

from __future__ import annotations

import base64
import hashlib

from policies.report.content_policy import content_policy


def _named(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_a_page_may_have_its_own_style_and_script_and_nothing_else() -> None:
    assert content_policy("p {}", "go()").split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{_named('p {}')}'",
        f"script-src 'sha256-{_named('go()')}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_a_page_without_a_script_runs_none() -> None:
    assert "script-src" not in content_policy("p {}")
