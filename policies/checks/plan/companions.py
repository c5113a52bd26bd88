"""Finds what belongs to a resource though it is a resource of its own, such as a bucket's settings.

Terraform writes a bucket in ten resources. Which belong together a plan tells by a name, or, where
the name is not known yet, by what the name is made from; both also hold in modules, with `count`
and with any key of `for_each`.
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import Doubt, Rule, undecided, violated
from policies.checks.plan.reading import State, reading
from policies.checks.plan.rules import linked
from policies.model import Model, PlannedResource

_STEPS = 8
"""How often a name may be handed on from resource to resource."""


def companions(
    model: Model, owner: PlannedResource, kind: str, via: str, name: str
) -> tuple[PlannedResource, ...]:
    """Return the resources of a kind whose attribute ``via`` names an owner.

    ``name`` is the owner's attribute that they name it by.
    """
    given = reading(owner, name)
    found = []
    for it in model.of_type(kind):
        named = reading(it, via)
        if it.root != owner.root:
            continue
        if named.state is State.KNOWN and given.state is State.KNOWN:
            belongs = named.value == given.value
        else:
            belongs = _candidates(model, it, via, owner.type) == (owner,)
        if belongs:
            found.append(it)
    return tuple(found)


def strays(model: Model, owner: PlannedResource, kind: str, via: str) -> Iterator[PlannedResource]:
    """Give the resources of a kind in the same root that may or may not be an owner's."""
    for it in model.of_type(kind):
        if it.root == owner.root and reading(it, via).state is State.UNKNOWN:
            candidates = _candidates(model, it, via, owner.type)
            if not candidates or (owner in candidates and len(candidates) > 1):
                yield it


def has_companion(kind: str, via: str, *rules: Rule, name: str, hint: str) -> Rule:
    """There is a resource of a kind that belongs to the one judged, and rules hold of each."""
    must = f"must have an `{kind}`"

    def rule(model: Model, owner: PlannedResource) -> Iterator[Doubt]:
        found = companions(model, owner, kind, via, name)
        if not found and any(strays(model, owner, kind, via)):
            yield undecided(owner, must, "one that does not tell whose it is", hint)
        elif not found:
            yield violated(owner, must, "none", hint)
        for it in found:
            for each in rules:
                yield from each(model, it)

    return rule


def made_from(model: Model, it: PlannedResource, path: str) -> tuple[PlannedResource, ...]:
    """Return the resources of the same plan that an unknown value is made from."""
    addresses = linked(it, reading(it, path))
    if not addresses:
        return ()
    return tuple(
        other for other in model.resources if other.root == it.root and other.address in addresses
    )


def _candidates(
    model: Model, it: PlannedResource, via: str, type_: str
) -> tuple[PlannedResource, ...]:
    """Return what an unknown name may name, also where another resource hands it on.

    A bucket's policy may take the name from its block of public access, so that it comes after it.
    """
    found = made_from(model, it, via)
    for _ in range(_STEPS):
        named = tuple(other for other in found if other.type == type_)
        if named or not found:
            return named
        found = tuple(further for other in found for further in made_from(model, other, via))
    return ()
