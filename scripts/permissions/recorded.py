"""The actions that roles used in rehearsals, kept in a file: by purpose and statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from pipelines.yaml_file import read_yaml_file
from pipelines.yaml_schema import check_schema
from scripts.permissions.granted import Policies, sid_of
from scripts.permissions.purposes import Permission, Purposes
from scripts.permissions.used import Uses

FILE = Path("policies") / "used_grants.yaml"
_SCHEMA = FILE.with_suffix(".schema.json")
_HEAD = """\
# What roles used in rehearsals, by their purpose and the statement that allowed it. Made from audit
# trails, never by hand: `python -m tests.scripts.permissions.record AUDIT...`
"""
_WIDTH = 100


@dataclass(frozen=True)
class Recorded:
    """Actions by purpose and statement: a use in one account speaks for the role in all."""

    actions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, purpose: str, statement: str) -> tuple[str, ...]:
        """Return the actions that a statement allowed the roles of a purpose."""
        return self.actions.get(purpose, {}).get(statement, ())

    def covers(self, permission: Permission) -> bool:
        """Tell whether something was used that a permission names."""
        pattern = permission.action.lower()
        used = self.of(permission.purpose, permission.statement)
        return any(fnmatchcase(action.lower(), pattern) for action in used)

    def __iter__(self) -> Iterator[Permission]:
        """Give each use, in order."""
        for purpose in sorted(self.actions):
            for statement in sorted(self.actions[purpose]):
                for action in self.actions[purpose][statement]:
                    yield Permission(purpose, statement, action)


def recorded(uses: Iterable[Permission]) -> Recorded:
    """Put uses together; their order and how often they were does not matter."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in sorted(set(uses)):
        statements = found.setdefault(each.purpose, {})
        statements[each.statement] = (*statements.get(each.statement, ()), each.action)
    return Recorded(found)


def permissions_used(policies: Policies, uses: Uses, purposes: Purposes) -> Iterator[Permission]:
    """Give what the statements of a role's own policies allowed it, of roles with a purpose."""
    for role, addresses in policies.of_role.items():
        purpose = purposes.of(role)
        if purpose == role.rpartition("/")[2]:
            continue
        for address in addresses:
            for statement, _ in policies.statements(address):
                for action in uses.of(role, statement.address):
                    yield Permission(purpose, sid_of(statement.address), action)


def read_recorded(root: Path) -> Recorded:
    """Read the file of a checkout; raises InvalidInput where it does not keep to its schema."""
    path = root / FILE
    file = read_yaml_file(path, str(FILE))
    check_schema(file, json.loads((root / _SCHEMA).read_text("utf-8")))
    return recorded(
        Permission(purpose, statement, action)
        for purpose, statements in file.value["used"].items()
        for statement, actions in statements.items()
        for action in actions
    )


def text_of(found: Recorded) -> str:
    """Write uses as the file has them: a line for each statement, in order."""
    lines = ["used:"]
    for purpose, statements in sorted(found.actions.items()):
        lines.append(f"  {purpose}:")
        for statement, actions in sorted(statements.items()):
            lines += _wrapped(statement, actions)
    return _HEAD + ("\n".join(lines) if len(lines) > 1 else "used: {}") + "\n"


def _wrapped(statement: str, actions: tuple[str, ...]) -> list[str]:
    line = f"    {statement}: [{', '.join(actions)}]"
    if len(line) <= _WIDTH:
        return [line]
    return [f"    {statement}:", *(f"      - {action}" for action in actions)]
