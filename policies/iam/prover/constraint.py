"""Constraints on the condition keys of the requests that a question is about.

They are made of IAM's own conditions, so that a constraint means what the same line of a policy
means: ``holds("ArnLike", "aws:SourceArn", "arn:…")``.
"""

from __future__ import annotations

from dataclasses import dataclass

from policies.iam.condition import Condition, parse_conditions
from policies.iam.request import Request


@dataclass(frozen=True)
class Holds:
    """One condition, as a policy would have it."""

    condition: Condition


@dataclass(frozen=True)
class AllOf:
    """All of its parts hold; without parts it holds."""

    parts: tuple[Constraint, ...]


@dataclass(frozen=True)
class AnyOf:
    """One of its parts holds; without parts it does not."""

    parts: tuple[Constraint, ...]


@dataclass(frozen=True)
class Not:
    """Its part does not hold."""

    part: Constraint


Constraint = Holds | AllOf | AnyOf | Not


def holds(operator: str, key: str, *values: str) -> Constraint:
    """Ask for a condition of IAM; values take wildcards and variables as the operator does.

    Raises MalformedPolicy where the operator is unknown or a value means nothing to it.
    """
    given = {operator: {key: list(values)}}
    return Holds(parse_conditions("constraint", given, variables=True)[0])


def present(key: str) -> Constraint:
    """Ask that the request carries a key."""
    return holds("Null", key, "false")


def absent(key: str) -> Constraint:
    """Ask that the request does not carry a key."""
    return holds("Null", key, "true")


def equals(key: str, *values: str) -> Constraint:
    """Ask that the request carries a key with one of these values."""
    return holds("StringEquals", key, *values)


def like(key: str, *patterns: str) -> Constraint:
    """Ask that the request carries a key with a value like one of these patterns."""
    return holds("StringLike", key, *patterns)


def all_of(*parts: Constraint) -> Constraint:
    """Ask for all of these."""
    return AllOf(parts)


def any_of(*parts: Constraint) -> Constraint:
    """Ask for one of these."""
    return AnyOf(parts)


def negation(part: Constraint) -> Constraint:
    """Ask that this does not hold; a key that is absent makes most conditions not hold."""
    return Not(part)


def satisfied(constraint: Constraint, request: Request) -> bool:
    """Tell whether a request satisfies a constraint."""
    match constraint:
        case Holds(condition):
            return condition.holds(request.values_of)
        case AllOf(parts):
            return all(satisfied(part, request) for part in parts)
        case AnyOf(parts):
            return any(satisfied(part, request) for part in parts)
        case Not(part):
            return not satisfied(part, request)
