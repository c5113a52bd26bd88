"""Proposes policies that allow what was used and what is kept with a reason, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scripts.permissions.granted import Grant, Policies, listed
from scripts.permissions.kept import Kept
from scripts.permissions.used import Uses

_VERSION = "2012-10-17"


def propose(policies: Policies, uses: Uses, kept: Kept, role: str) -> dict[str, dict[str, Any]]:
    """Return a tightened document for each policy of a role, by the policy's address.

    Used is what the trail tells, and what roles of the same purpose used in other rehearsals.
    Denials, resources and conditions stay; a statement that allowed nothing goes, unless there is
    a reason for it, and so does a policy of which nothing is left.
    """
    made: dict[str, dict[str, Any]] = {}
    for address in policies.of_role.get(role, ()):
        statements = [
            tightened
            for statement, raw in policies.statements(address)
            if (tightened := _tightened(role, address, statement.address, raw, uses, kept))
        ]
        if statements:
            made[address] = {"Version": _VERSION, "Statement": statements}
    return made


def _tightened(
    role: str,
    policy: str,
    statement: str,
    raw: Mapping[str, Any],
    uses: Uses,
    kept: Kept,
) -> dict[str, Any] | None:
    if raw["Effect"] != "Allow" or "NotAction" in raw:
        return dict(raw)
    used = uses.of(role, statement)
    actions = sorted(
        {
            found
            for pattern in listed(raw["Action"])
            for found in _actions(Grant(role, policy, statement, pattern), used, kept)
        }
    )
    return {**raw, "Action": actions} if actions else None


def _actions(grant: Grant, used: frozenset[str], kept: Kept) -> Iterator[str]:
    permission = kept.permission(grant)
    if kept.reason(permission) is not None:
        yield grant.action
        return
    pattern = grant.action.lower()
    everywhere = {*used, *kept.recorded.of(permission.purpose, permission.statement)}
    yield from (action for action in everywhere if fnmatchcase(action.lower(), pattern))
