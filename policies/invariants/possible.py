"""What no statement can allow, whatever the circumstances: told without a proof.

It looks at actions and resources only and takes every condition as met and every Deny as absent,
so that it may call possible what is not, and never the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from policies.iam import Layers, Policy, Resource, Statement
from policies.iam.principal import Kind, Named, Principal, PrincipalSet

_VARIABLE = re.compile(r"\$\{[^}]*\}")
# No session has this name: AWS takes only letters, digits and a few signs.
_UNNAMED = "(any other)"


def is_possible(
    principal: Principal,
    layers: Layers,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    owner: str,
) -> bool:
    """Tell whether statements stand where one would be needed for such a request."""
    asked = (actions, resources)
    named = _named(principal, layers.resource, asked)
    if principal.kind in (Kind.SERVICE, Kind.FEDERATED, Kind.ANONYMOUS):
        return named is not Named.NOT
    by_identity = principal.kind is Kind.ROOT or _allows(layers.identity, asked)
    if owner != principal.account:
        return by_identity and named is not Named.NOT
    if named in (Named.IDENTITY, Named.SESSION):
        # A resource that names somebody of its own account needs nobody else's word.
        return True
    if layers.resource_counts is Resource.DECISIVE and named is Named.NOT:
        return False
    if principal.kind is Kind.ROOT:
        # A boundary binds roles and users.
        return True
    return by_identity and (layers.boundary is None or _allows((layers.boundary,), asked))


def _named(
    principal: Principal, policy: Policy | None, asked: tuple[tuple[str, ...], tuple[str, ...]]
) -> Named:
    """Tell how closely a resource names somebody whom it lets in."""
    found = Named.NOT
    actions, resources = asked
    for statement in () if policy is None else _allowing(policy, actions):
        if _reaches(statement, resources):
            given = statement.principals
            named = Named.IDENTITY if given is None else closest(given, principal)
            found = max(found, named, key=_closeness)
    return found


def closest(named: PrincipalSet, principal: Principal) -> Named:
    """Tell how closely principals name somebody, under the name of session that is closest."""
    return max((named.names(each) for each in _sessions(named, principal)), key=_closeness)


def loosest(named: PrincipalSet, principal: Principal) -> Named:
    """Tell how closely principals name somebody in each session that they may have."""
    return min((named.names(each) for each in _sessions(named, principal)), key=_closeness)


def _sessions(named: PrincipalSet, principal: Principal) -> list[Principal]:
    """Give somebody in every session that is told apart: a role may be taken under any name."""
    found = [principal]
    # Where no session is listed, one is like the other.
    if named.sessions and principal.kind is Kind.ROLE:
        role = principal.arn.rpartition("/")[0]
        listed = [each for each in named.sessions if each.startswith(f"{role}/")]
        found += [replace(principal, arn=each) for each in (*listed, f"{role}/{_UNNAMED}")]
    return found


def _closeness(named: Named) -> int:
    return int(named.value)


def _allows(policies: Iterable[Policy], asked: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    actions, resources = asked
    return any(
        _reaches(statement, resources)
        for policy in policies
        for statement in _allowing(policy, actions)
    )


def _allowing(policy: Policy, actions: tuple[str, ...]) -> tuple[Statement, ...]:
    """Give the allows that speak of one of these actions; a policy is asked of few, and often."""

    def find() -> tuple[Statement, ...]:
        asked = [action.lower() for action in actions]
        return tuple(s for s in policy.statements if s.allows and _names_one(s, asked))

    return policy.recall(("allowing", actions), find)


def _names_one(statement: Statement, asked: list[str]) -> bool:
    return statement.excludes_actions or any(
        overlap(pattern, action) for pattern in statement.folded_actions for action in asked
    )


def _reaches(statement: Statement, resources: tuple[str, ...]) -> bool:
    if not statement.resources or statement.excludes_resources:
        return True
    return any(
        overlap(_VARIABLE.sub("*", pattern.text), resource)
        for pattern in statement.resources
        for resource in resources
    )


@lru_cache(maxsize=65536)
def overlap(one: str, other: str) -> bool:
    """Tell whether some text matches both of two patterns."""
    if one == other or one == "*" or other == "*":
        return True
    if "*" not in one and "?" not in one and "*" not in other and "?" not in other:
        return False
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        first, second = waiting.pop()
        if first == len(one) and second == len(other):
            return True
        for step in _steps(one, other, first, second):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return False


def _steps(one: str, other: str, first: int, second: int) -> Iterable[tuple[int, int]]:
    a = one[first] if first < len(one) else ""
    b = other[second] if second < len(other) else ""
    if a == "*":
        yield first + 1, second
    if b == "*":
        yield first, second + 1
    if a and b and (a == b or a in "*?" or b in "*?"):
        # One character that both take; a star takes it and stays.
        yield first + (a != "*"), second + (b != "*")
