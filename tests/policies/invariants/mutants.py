"""Takes one thing away from a policy at a time: a Deny, a condition, or who is meant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from policies.iam import Policy, parse_policy
from policies.model import AccountFacts, Model, PolicyFacts, PolicyLayer

_EXEMPTIONS = ("ArnNotLike", "ArnNotEquals", "StringNotEquals", "StringNotLike")


@dataclass(frozen=True)
class Mutant:
    """A policy with one thing changed; ``actions`` are those of the statement that was changed."""

    facts: PolicyFacts
    sid: str
    what: str
    policy: Policy
    actions: tuple[str, ...]

    @property
    def name(self) -> str:
        """Say what was done to what."""
        return f"{self.facts.layer.value}: {self.facts.source.address} {self.sid}: {self.what}"


def mutants_of(facts: PolicyFacts) -> Iterator[Mutant]:
    """Give every mutant of a policy."""
    document = json.loads(facts.text)
    statements = document["Statement"]
    statements = [statements] if isinstance(statements, dict) else statements
    for index, statement in enumerate(statements):
        for what, changed in _changes(statement):
            rest = [*statements[:index], *([changed] if changed else []), *statements[index + 1 :]]
            if not rest:
                continue
            policy = parse_policy(facts.source.address, {**document, "Statement": rest})
            actions = _listed(statement.get("Action", "*"))
            yield Mutant(facts, str(statement.get("Sid", index)), what, policy, actions)


def _changes(statement: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    if statement["Effect"] == "Deny":
        yield "dropped", None
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            if statement["Effect"] == "Deny" and operator in _EXEMPTIONS:
                widened = deepcopy(dict(statement))
                widened["Condition"][operator][key] = [*_listed(values), "arn:aws:iam::*:role/*"]
                if key == "aws:PrincipalArn":
                    yield f"{operator} {key} exempts everybody", widened
            if statement["Effect"] == "Allow":
                yield f"without {operator} {key}", _without(statement, operator, key)
        if operator.endswith("IfExists"):
            plain = deepcopy(dict(statement))
            values = plain["Condition"].pop(operator)
            plain["Condition"].setdefault(operator.removesuffix("IfExists"), {}).update(values)
            yield f"{operator} without IfExists", plain
        if operator == "Null":
            for key in keys:
                if len(keys) > 1 or len(statement["Condition"]) > 1:
                    yield f"without Null {key}", _without(statement, operator, key)
    if statement["Effect"] == "Allow" and isinstance(statement.get("Principal"), dict):
        if statement["Principal"].get("AWS", "*") != "*":
            yield "for everybody", {**statement, "Principal": "*"}


def _without(statement: Mapping[str, Any], operator: str, key: str) -> dict[str, Any]:
    made = deepcopy(dict(statement))
    del made["Condition"][operator][key]
    if not made["Condition"][operator]:
        del made["Condition"][operator]
    if not made["Condition"]:
        del made["Condition"]
    return made


def with_mutant(model: Model, mutant: Mutant) -> Model:
    """Put a mutant in the place of its policy, wherever the model has it."""
    old, new = mutant.facts, mutant.policy
    match old.layer:
        case PolicyLayer.SERVICE_CONTROL | PolicyLayer.RESOURCE_CONTROL:
            accounts = {key: _control(each, old, new) for key, each in model.accounts.items()}
            return replace(model, accounts=accounts)
        case PolicyLayer.RESOURCE:
            owned = tuple(
                replace(each, policy=new) if _is(each.policy, old.policy) else each
                for each in model.owned
            )
            return replace(model, owned=owned)
        case PolicyLayer.ENDPOINT:
            endpoints = tuple(
                replace(each, policy=new) if _is(each.policy, old.policy) else each
                for each in model.endpoints
            )
            return replace(model, endpoints=endpoints)
        case _:
            policies = tuple(
                replace(each, policy=new) if _is(each.policy, old.policy) else each
                for each in model.policies
            )
            roles = {
                arn: replace(role, boundary=new) if _is(role.boundary, old.policy) else role
                for arn, role in model.roles.items()
            }
            return replace(model, policies=policies, roles=roles)


def _control(account: AccountFacts, old: PolicyFacts, new: Policy) -> AccountFacts:
    def level(policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
        return tuple(new if _is(each, old.policy) else each for each in policies)

    return replace(
        account,
        service_control=tuple(level(each) for each in account.service_control),
        resource_control=tuple(level(each) for each in account.resource_control),
    )


def _is(one: Policy | None, other: Policy | None) -> bool:
    return one is not None and (one is other or one == other)


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
