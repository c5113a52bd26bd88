"""Finds the policies that depend on a condition key which the twin cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policies.iam import Layers
from policies.iam.document import Policy, Statement
from twin.authorization.asked import Asked
from twin.authorization.keys.assembly import unknown_keys


@dataclass(frozen=True)
class Undecidable:
    """A statement in force whose condition needs a key that is unknown."""

    statement: Statement
    key: str

    def __str__(self) -> str:
        return f"{self.statement.address} depends on {self.key}, whose value is not known"


def undecidable(layers: Layers, asked: Asked) -> Undecidable | None:
    """Return a statement about an action that depends on an unknown key, or None.

    Its absence would let a Deny pass or take an Allow away, and neither would be true. That other
    conditions might not hold anyway is not looked at.
    """
    unknown = unknown_keys(asked.action)
    if not unknown:
        return None
    for _, policy in layers.all():
        found = _of_policy(policy, asked.action, unknown)
        if found is not None:
            return found
    return None


def _of_policy(policy: Policy, action: str, unknown: frozenset[str]) -> Undecidable | None:
    about = (__name__, action)
    return policy.recall(about, lambda: next(_depending(policy, action, unknown), None))


def _depending(policy: Policy, action: str, unknown: frozenset[str]) -> Iterator[Undecidable]:
    # A template stands for all keys that begin like it.
    prefixes = tuple(key.partition("${")[0] for key in unknown if "${" in key)
    for statement in policy.about(action):
        for condition in statement.conditions:
            if condition.key in unknown or condition.key.startswith(prefixes):
                yield Undecidable(statement, condition.key)
