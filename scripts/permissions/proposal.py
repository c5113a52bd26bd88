"""Proposes policies that allow what was used and what is kept with a reason, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scripts.permissions.granted import Grant, Policies, listed
from scripts.permissions.reasons import Reason
from scripts.permissions.used import Uses

_VERSION = "2012-10-17"


def propose(
    policies: Policies, uses: Uses, reasons: tuple[Reason, ...], role: str
) -> dict[str, dict[str, Any]]:
    """Return a tightened document for each policy of a role, by the policy's address.

    Denials, resources and conditions stay; a statement that allowed nothing goes, unless there is
    a reason for it.
    """
    made: dict[str, dict[str, Any]] = {}
    for address in policies.of_role.get(role, ()):
        statements = [
            kept
            for statement, raw in policies.statements(address)
            if (kept := _tightened(role, address, statement.address, raw, uses, reasons))
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
    reasons: tuple[Reason, ...],
) -> dict[str, Any] | None:
    if raw["Effect"] != "Allow" or "NotAction" in raw:
        return dict(raw)
    used = uses.of(role, statement)
    actions = sorted(
        {
            found
            for pattern in listed(raw["Action"])
            for found in _actions(Grant(role, policy, statement, pattern), used, reasons)
        }
    )
    return {**raw, "Action": actions} if actions else None


def _actions(grant: Grant, used: frozenset[str], reasons: tuple[Reason, ...]) -> Iterator[str]:
    if any(reason.covers(grant) for reason in reasons):
        yield grant.action
        return
    pattern = grant.action.lower()
    yield from (action for action in used if fnmatchcase(action.lower(), pattern))
