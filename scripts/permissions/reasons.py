"""Why grants that no rehearsal uses stay, kept in a file that people read and sign off."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pipelines.yaml_file import read_yaml_file
from pipelines.yaml_schema import check_schema
from scripts.permissions.purposes import Permission

FILE = Path("policies") / "unused_grants.yaml"
_SCHEMA = FILE.with_suffix(".schema.json")
_NAME = "must be a name, with * for anything"
_WORDING = {
    "^[A-Za-z0-9*-]+$": _NAME,
    "^[a-z0-9*-]+:[A-Za-z0-9*]+$": "must be an action such as s3:GetObject, with * for anything",
}


@dataclass(frozen=True)
class Reason:
    """Why some grants stay: purposes of roles, statements and actions are patterns with ``*``.

    An action is compared with the grant as the policy has it, so ``*`` in a policy is a ``*`` to
    be named.
    """

    roles: tuple[str, ...]
    statements: tuple[str, ...]
    actions: tuple[str, ...]
    reason: str
    line: int = 0

    def covers(self, permission: Permission) -> bool:
        """Tell whether the reason is about a permission."""
        action = permission.action.lower()
        return (
            self.is_about(permission.purpose)
            and _any(permission.statement, self.statements)
            and _any(action, tuple(each.lower() for each in self.actions))
        )

    def is_about(self, purpose: str) -> bool:
        """Tell whether the reason is about roles of a purpose."""
        return _any(purpose, self.roles)


def read_reasons(root: Path) -> tuple[Reason, ...]:
    """Read the reasons of a checkout; raises InvalidInput where they do not keep to the schema."""
    file = read_yaml_file(root / FILE, str(FILE))
    check_schema(file, json.loads((root / _SCHEMA).read_text("utf-8")), _WORDING)
    return tuple(
        Reason(
            tuple(entry["roles"]),
            tuple(entry["statements"]),
            tuple(entry["actions"]),
            " ".join(entry["reason"].split()),
            file.line(("grants", index)),
        )
        for index, entry in enumerate(file.value["grants"])
    )


def _any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
