"""Why grants that no rehearsal uses stay, kept in a file that people read and sign off."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import InvalidInput
from scripts.permissions.granted import Grant

FILE = Path("policies") / "unused_grants.yaml"
_MEMBERS = {"role", "actions", "reason"}


@dataclass(frozen=True)
class Reason:
    """Why some actions of some roles stay: ``role`` and ``actions`` are patterns with ``*``."""

    role: str
    actions: tuple[str, ...]
    reason: str

    def covers(self, grant: Grant) -> bool:
        """Tell whether the reason is about a grant."""
        name, action = grant.role.rpartition("/")[2], grant.action.lower()
        return fnmatchcase(name, self.role) and any(
            fnmatchcase(action, pattern.lower()) for pattern in self.actions
        )


def read_reasons(path: Path) -> tuple[Reason, ...]:
    """Read the file of reasons; raises InvalidInput for what it must not hold."""
    if not path.exists():
        return ()
    loaded = yaml.safe_load(path.read_text("utf-8")) or {}
    if not isinstance(loaded, dict) or set(loaded) != {"grants"}:
        raise InvalidInput(str(path), "must have grants and nothing else", got=f"{loaded!r}"[:80])
    entries = loaded["grants"]
    if not isinstance(entries, list):
        raise InvalidInput(f"{path}: grants", "must be a list", got=type(entries).__name__)
    return tuple(_reason(f"{path}: grants[{number}]", one) for number, one in enumerate(entries))


def _reason(address: str, entry: Any) -> Reason:
    if not isinstance(entry, dict) or set(entry) != _MEMBERS:
        raise InvalidInput(address, "must have role, actions and reason", got=f"{entry!r}"[:80])
    role, actions, reason = entry["role"], entry["actions"], entry["reason"]
    if not isinstance(actions, list) or not actions or not all(isinstance(a, str) for a in actions):
        raise InvalidInput(
            f"{address}.actions", "must be a list of actions", got=f"{actions!r}"[:80]
        )
    for name, text in (("role", role), ("reason", reason)):
        if not isinstance(text, str) or not text.strip():
            raise InvalidInput(f"{address}.{name}", "must be a text", got=f"{text!r}"[:80])
    return Reason(role, tuple(actions), reason.strip())
