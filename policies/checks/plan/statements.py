"""What checks ask of policy documents: who is let in, to what, and under which conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from policies.checks.plan.claims import Claim, Doubt, Outcome, undecided, violated
from policies.iam import Policy, Statement
from policies.iam.condition import Condition, Quantifier
from policies.model import Model, PlannedResource, PolicyFacts, PolicyLayer
from policies.verdict import Source

KNOWN = "the policy must be known and be one that AWS takes"
_ACCOUNT = re.compile(r"^\d{12}$")
_ARN = re.compile(r"^arn:[a-z-]+:(?:iam|sts)::(\d{12}):.+$")
_POSITIVE = {"ArnEquals", "ArnLike", "StringEquals", "StringEqualsIgnoreCase", "StringLike"}

Objection = Callable[[Model, Policy], Iterator[str]]
"""Tells what is wrong with a policy, as a message tells it after ``got``."""


def documents(model: Model, *layers: PolicyLayer) -> tuple[PolicyFacts, ...]:
    """Return the documents of some layers."""
    return tuple(found for found in model.policies if found.layer in layers)


def in_types(model: Model, found: tuple[PolicyFacts, ...], *types: str) -> tuple[PolicyFacts, ...]:
    """Keep the documents that stand in resources of some types."""
    kinds = {(it.root, it.address): it.type for it in model.resources}
    return tuple(it for it in found if kinds.get((it.source.root, it.source.address)) in types)


def every_policy(layer: PolicyLayer, *types: str, must: str, hint: str, unless: Objection) -> Claim:
    """Claim something of every document of a layer, only of those in some types if any are given.

    One that is not known is not decided.
    """

    def judge(model: Model) -> Outcome:
        found = documents(model, layer)
        chosen = in_types(model, found, *types) if types else found
        doubts = [doubt for it in chosen for doubt in objections(model, it, must, hint, unless)]
        return Outcome(tuple(dict.fromkeys(it.source for it in chosen)), tuple(doubts))

    return judge


def objections(
    model: Model, found: PolicyFacts, must: str, hint: str, unless: Objection
) -> Iterator[Doubt]:
    """Give what is wrong with one document."""
    if found.policy is None:
        yield undecided(found.source, KNOWN, found.problem or "none that is known", hint)
        return
    for got in unless(model, found.policy):
        yield violated(found.source, must, got, hint)


def document_of(
    model: Model, place: PlannedResource | Source, layer: PolicyLayer
) -> PolicyFacts | None:
    """Return the document of a layer that stands in a resource, or None where there is none."""
    source = place if isinstance(place, Source) else place.source
    for found in model.policies:
        if found.layer is layer and (found.source.root, found.source.address) == (
            source.root,
            source.address,
        ):
            return found
    return None


def allowing(policy: Policy) -> Iterator[Statement]:
    """Give the statements that allow."""
    return (statement for statement in policy.statements if statement.allows)


def denying(policy: Policy) -> Iterator[Statement]:
    """Give the statements that deny."""
    return (statement for statement in policy.statements if not statement.allows)


def name(statement: Statement) -> str:
    """Return how a message names a statement."""
    return f"statement `{statement.sid or statement.address.rpartition('#')[2]}`"


def everybody_allowed(_model: Model, policy: Policy) -> Iterator[str]:
    """Object to an Allow for everybody or for everybody but some, conditions or not."""
    for statement in allowing(policy):
        who = statement.principals
        if who is not None and who.excludes:
            yield f"NotPrincipal in {name(statement)}"
        elif who is not None and (who.everybody or any("*" in it for it in _listed(statement))):
            yield f"everybody in {name(statement)}"


def foreigners(model: Model, statement: Statement) -> tuple[str, ...]:
    """Return the principals that a statement names and that are not of this organisation.

    Services are judged by their conditions, elsewhere.
    """
    ours = {account.id for account in model.accounts.values()}
    who = statement.principals
    if who is None:
        return ()
    if who.excludes or who.everybody:
        return ("everybody",)
    named = {kind: names for kind, names in who.listed.items() if kind != "Service"}
    return tuple(
        sorted(
            it
            for kind, names in named.items()
            for it in names
            if kind != "AWS" or _account_of(it) not in ours
        )
    )


def services(statement: Statement) -> tuple[str, ...]:
    """Return the services that a statement names."""
    who = statement.principals
    return tuple(sorted(who.listed.get("Service", ()))) if who is not None else ()


def named_accounts(statement: Statement) -> tuple[str, ...]:
    """Return the accounts that a statement names as a whole."""
    who = statement.principals
    listed = who.listed.get("AWS", frozenset()) if who is not None else frozenset()
    return tuple(sorted(it for it in listed if _ACCOUNT.match(it)))


def required(statement: Statement, key: str) -> tuple[str, ...]:
    """Return the values of which a request must carry one; none if the key may be missing.

    A value that is a wildcard alone requires nothing.
    """
    for condition in statement.conditions:
        if condition.key == key.lower() and _demands(condition):
            values = tuple(value.text for value in condition.values)
            if not any(set(value) <= {"*", "?"} for value in values):
                return values
    return ()


def refuses(statement: Statement, *actions: str) -> bool:
    """Tell whether a statement denies everybody each of some actions, on conditions or not."""
    who = statement.principals
    return (
        not statement.allows
        and who is not None
        and who.everybody
        and not who.excludes
        and all(statement.names_action(action) for action in actions)
    )


def _demands(condition: Condition) -> bool:
    return (
        condition.operator.name in _POSITIVE
        and not condition.if_exists
        and condition.quantifier is not Quantifier.ALL
        and bool(condition.values)
    )


def _listed(statement: Statement) -> frozenset[str]:
    who = statement.principals
    if who is None:
        return frozenset()
    return frozenset(it for names in who.listed.values() for it in names)


def _account_of(principal: str) -> str:
    found = _ARN.match(principal)
    return found[1] if found else principal
