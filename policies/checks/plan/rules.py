"""What may be said of one resource's values: the words that checks are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from policies.checks.plan.claims import Doubt, Rule, undecided, violated
from policies.checks.plan.reading import Reading, State, readings
from policies.model import Model, PlannedResource

_KEY_ARN = re.compile(
    r"^arn:[a-z-]+:kms:[a-z0-9-]+:(?P<account>\d{12}):(key/[A-Za-z0-9-]+|alias/(?!aws/)[\w/-]+)$"
)
_OWN_KEYS = {"aws_kms_key", "aws_kms_alias"}


def says(path: str, *allowed: Any, hint: str) -> Rule:
    """Every value at a path is one of those allowed; silence is none of them."""
    wanted = " or ".join(f"`{value}`" for value in allowed)

    def test(value: Any) -> bool:
        # True equals 1 in Python, and not in Terraform.
        return any(value == it and type(value) is type(it) for it in allowed)

    return _each(path, test, f"`{path}` must be {wanted}", hint)


def matches(path: str, pattern: str, meaning: str, hint: str) -> Rule:
    """Every value at a path is a text that matches a pattern."""
    compiled = re.compile(pattern)
    return _each(
        path,
        lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None,
        f"`{path}` must be {meaning}",
        hint,
    )


def at_least(path: str, least: int, hint: str) -> Rule:
    """Every value at a path is a number that is not lower."""
    return _each(path, lambda it: _number(it) >= least, f"`{path}` must be at least {least}", hint)


def at_most(path: str, most: int, hint: str) -> Rule:
    """Every value at a path is a number that is not higher."""
    return _each(
        path, lambda it: 0 <= _number(it) <= most, f"`{path}` must be at most {most}", hint
    )


def is_set(path: str, hint: str) -> Rule:
    """There is something at a path. A value that is made from another resource is something."""

    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        for found in readings(it, path):
            if found.state is State.ABSENT:
                yield violated(it, f"`{path}` must be set", "nothing", hint)
            elif found.state is State.UNKNOWN and not linked(it, found):
                yield undecided(it, f"`{path}` must be set", found.shown(), hint)

    return rule


def is_absent(path: str, hint: str, *, provider_fills: bool = False) -> Rule:
    """There is nothing at a path.

    ``provider_fills`` marks what the provider leaves unknown wherever nobody writes it: there an
    unknown value that nobody wrote is silence.
    """

    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        silent = provider_fills and not may_be_written(it, path)
        for found in readings(it, path):
            if found.state is State.KNOWN or linked(it, found):
                yield violated(it, f"`{path}` must not be set", found.shown(), hint)
            elif found.state is State.UNKNOWN and not silent:
                yield undecided(it, f"`{path}` must not be set", found.shown(), hint)

    return rule


def may_be_written(it: PlannedResource, argument: str) -> bool:
    """Tell whether somebody wrote an argument, as far as files and plan tell.

    An argument that is not known and that nobody wrote is the provider's to fill in.
    """
    return it.written is None or argument in it.written


def is_absent_or_says(path: str, *allowed: Any, hint: str) -> Rule:
    """What is said at a path is one of those allowed; for AWS's safe defaults only."""
    strict = says(path, *allowed, hint=hint)

    def rule(model: Model, it: PlannedResource) -> Iterable[Doubt]:
        if all(found.state is State.ABSENT for found in readings(it, path)):
            return ()
        return strict(model, it)

    return rule


def under_own_key(path: str, hint: str, *, of_anybody_here: bool = False) -> Rule:
    """Every value at a path names a customer key of the account, or of any account of ours.

    A key that the same plan makes is not known yet, but what it is made from is.
    """
    whose = "of this organisation" if of_anybody_here else "of this account"
    must = f"`{path}` must name a customer key {whose}"

    def rule(model: Model, it: PlannedResource) -> Iterator[Doubt]:
        for found in readings(it, path):
            if found.state is State.ABSENT:
                yield violated(it, must, "nothing", hint)
            elif found.state is State.UNKNOWN:
                yield from _from_own_key(model, it, found, must, hint)
            elif not _names_key(model, it, found.value, anybody=of_anybody_here):
                yield violated(it, must, found.shown(), hint)

    return rule


def either(first: Rule, second: Rule) -> Rule:
    """One of two rules holds; the doubts of the first are told."""

    def rule(model: Model, it: PlannedResource) -> Iterable[Doubt]:
        doubts = list(first(model, it))
        return doubts if doubts and list(second(model, it)) else ()

    return rule


def linked(it: PlannedResource, found: Reading) -> tuple[str, ...]:
    """Return the addresses in the same plan that an unknown value is made from."""
    if found.state is not State.UNKNOWN:
        return ()
    return it.links.get(found.path, ())


def account_id(model: Model, it: PlannedResource) -> str:
    """Return the number of the account that a resource is in, or "" where it has none."""
    return _id(model, it.account)


def account_kind(model: Model, it: PlannedResource) -> str:
    """Return the kind of the account that a resource is in, or "" where it has none."""
    try:
        return model.account(it.account).kind
    except KeyError:
        return ""


def buckets_of(model: Model, it: PlannedResource, *purposes: str) -> set[str]:
    """Return the names of the buckets of a resource's account, only of some purposes if given."""
    own = account_id(model, it)
    return {
        owned.arn.rpartition(":")[2]
        for owned in model.owned_of("bucket")
        if own and own in (owned.account, _id(model, owned.account))
        if not purposes or owned.purpose in purposes
    }


def _id(model: Model, account: str) -> str:
    try:
        return model.account(account).id
    except KeyError:
        return ""


def _each(path: str, test: Callable[[Any], bool], must: str, hint: str) -> Rule:
    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        for found in readings(it, path):
            if found.state is State.UNKNOWN:
                yield undecided(it, must, found.shown(), hint)
            elif found.state is State.ABSENT or not test(found.value):
                yield violated(it, must, found.shown(), hint)

    return rule


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else -1


def _names_key(model: Model, it: PlannedResource, value: Any, *, anybody: bool) -> bool:
    found = _KEY_ARN.match(value) if isinstance(value, str) else None
    if found is None:
        return False
    own = {each.id for each in model.accounts.values()} if anybody else {account_id(model, it)}
    return found["account"] in own


def _from_own_key(
    model: Model, it: PlannedResource, found: Reading, must: str, hint: str
) -> Iterator[Doubt]:
    addresses = linked(it, found)
    types = {other.type for other in model.resources if _same(other, it.root, addresses)}
    if not addresses:
        yield undecided(it, must, found.shown(), hint)
    elif not types or not types <= _OWN_KEYS:
        yield violated(it, must, f"a value made from {', '.join(addresses)}", hint)


def _same(other: PlannedResource, root: str, addresses: tuple[str, ...]) -> bool:
    return other.root == root and other.address in addresses
