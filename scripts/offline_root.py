"""What lets the real provider plan a root without any account: made-up keys and no call."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_OVERRIDE = "offline_override.tf.json"
_ALIAS = re.compile(r'^  alias += "(\w+)"$', re.MULTILINE)
_NO_ACCOUNT = {
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "none",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_requesting_account_id": True,
    "allowed_account_ids": [],
}


def cut_off(root: Path) -> None:
    """Lay beside a copy of a root what overrides its backend and its providers."""
    (root / _OVERRIDE).write_text(json.dumps(_override(root), sort_keys=True), "utf-8")


def _override(root: Path) -> dict[str, Any]:
    """Override the providers that have an alias as well."""
    aliases = _ALIAS.findall((root / "terraform.tf").read_text("utf-8"))
    providers = [_NO_ACCOUNT, *({"alias": alias, **_NO_ACCOUNT} for alias in aliases)]
    return {"terraform": {"backend": {"local": {}}}, "provider": {"aws": providers}}
