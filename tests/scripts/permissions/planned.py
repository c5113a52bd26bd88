"""What the planned roles are granted, as permissions of their purposes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipelines.naming import Naming
from scripts.permissions.purposes import Permission, purposes_in
from tests.policies.guardrails.guardrails import naming
from tests.policies.invariants.planned import planned


@cache
def permissions() -> frozenset[Permission]:
    """Return every permission that a policy of a planned role allows."""
    return frozenset(_permissions(naming()))


def _permissions(names: Naming) -> Iterator[Permission]:
    purposes = purposes_in(names)
    for role in planned().roles.values():
        for policy in role.identity:
            for statement in policy.statements:
                for pattern in statement.actions if statement.allows else ():
                    yield Permission(purposes.of(role.arn), statement.sid, pattern.text)
