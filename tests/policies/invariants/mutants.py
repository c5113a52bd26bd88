"""Takes one thing away from a policy at a time: a Deny, a condition, or who is meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from policies.iam import Layers, Policy, Statement, parse_policy
from policies.model import AccountFacts, Model, PolicyFacts

_EXEMPTIONS = ("ArnNotLike", "ArnNotEquals", "StringNotLike")
_ANY_ROLE = "arn:aws:iam::*:role/*"
_ROLE = re.compile(r"^(arn:[^:]+:iam::\d{12}):(?!root$).+$")


class Change(StrEnum):
    """What may be done to a statement."""

    DROPPED = "dropped"
    EXEMPTS = "exempts everybody"
    WITHOUT = "without a condition"
    ALWAYS = "without IfExists"
    ALONE = "without Null"
    EVERYBODY = "for everybody"
    ACCOUNT = "for the whole account"


@dataclass(frozen=True)
class Mutant:
    """A policy with one thing changed; ``statement`` is the one that was, as it was."""

    facts: PolicyFacts
    change: Change
    detail: str
    statement: Statement
    policy: Policy
    text: str

    @property
    def sid(self) -> str:
        """Name the statement."""
        return self.statement.sid or self.statement.address.rpartition("#")[2]

    @property
    def what(self) -> str:
        """Say what was done."""
        return f"{self.change.value} {self.detail}".strip()

    @property
    def place(self) -> str:
        """Name the file that makes the policy, or its layer where it is a guardrail."""
        return self.facts.source.file or self.facts.layer.value

    @property
    def name(self) -> str:
        """Say what was done to what."""
        source = self.facts.source
        return f"{self.facts.layer.value}: {source.root}: {source.address} {self.sid}: {self.what}"


def mutants_of(facts: PolicyFacts) -> Iterator[Mutant]:
    """Give every mutant of a policy; none of one that AWS writes itself."""
    if facts.policy is None or not facts.text:
        return
    document = json.loads(facts.text)
    statements = document["Statement"]
    statements = [statements] if isinstance(statements, dict) else statements
    for index, (old, statement) in enumerate(zip(facts.policy.statements, statements, strict=True)):
        for change, detail, changed in _changes(statement):
            rest = [*statements[:index], *([changed] if changed else []), *statements[index + 1 :]]
            if rest:
                text = json.dumps({**document, "Statement": rest})
                policy = parse_policy(facts.policy.address, text)
                yield Mutant(facts, change, detail, old, policy, text)


_Changed = tuple[Change, str, dict[str, Any] | None]


def _changes(statement: Mapping[str, Any]) -> Iterator[_Changed]:
    denies = statement["Effect"] == "Deny"
    if denies:
        yield Change.DROPPED, "", None
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            name = f"{operator} {key}"
            if not denies:
                yield Change.WITHOUT, name, _without(statement, operator, key)
            elif operator.removesuffix("IfExists") in _EXEMPTIONS and key == "aws:PrincipalArn":
                widened = deepcopy(dict(statement))
                widened["Condition"][operator][key] = [*_listed(values), _ANY_ROLE]
                yield Change.EXEMPTS, name, widened
            elif operator == "Null" and sum(map(len, statement["Condition"].values())) > 1:
                yield Change.ALONE, key, _without(statement, operator, key)
        # Without its key a negated operator holds anyway.
        if operator.endswith("IfExists") and "Not" not in operator:
            plain = deepcopy(dict(statement))
            moved = plain["Condition"].pop(operator)
            plain["Condition"].setdefault(operator.removesuffix("IfExists"), {}).update(moved)
            yield Change.ALWAYS, operator, plain
    if not denies:
        yield from _wider(statement)


def _wider(statement: Mapping[str, Any]) -> Iterator[_Changed]:
    named = statement.get("Principal")
    if not isinstance(named, dict) or "*" in _listed(named.get("AWS", ())):
        return
    yield Change.EVERYBODY, "", {**statement, "Principal": "*"}
    listed = _listed(named.get("AWS", ()))
    roots = sorted({f"{found[1]}:root" for found in map(_ROLE.match, listed) if found})
    if roots:
        yield Change.ACCOUNT, "", {**statement, "Principal": {**named, "AWS": roots}}


def _without(statement: Mapping[str, Any], operator: str, key: str) -> dict[str, Any]:
    made = deepcopy(dict(statement))
    del made["Condition"][operator][key]
    if not made["Condition"][operator]:
        del made["Condition"][operator]
    if not made["Condition"]:
        del made["Condition"]
    return made


def alike(mutant: Mutant, names: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Give what mutants share that differ by names only, such as those of accounts."""
    text = json.dumps([mutant.facts.text, mutant.text])
    for name, stands_for in names:
        text = text.replace(name, stands_for)
    return mutant.facts.layer.value, mutant.facts.source.file, text


def with_mutant(model: Model, mutant: Mutant) -> Model:
    """Put a mutant in the place of its policy, wherever the model has it."""

    def new(policy: Policy) -> Policy:
        return swapped(policy, mutant)

    def maybe(policy: Policy | None) -> Policy | None:
        return None if policy is None else new(policy)

    def facts(each: PolicyFacts) -> PolicyFacts:
        policy = maybe(each.policy)
        text = mutant.text if policy is mutant.policy else each.text
        return replace(each, policy=policy, text=text)

    return replace(
        model,
        accounts={key: _control(each, mutant) for key, each in model.accounts.items()},
        policies=tuple(map(facts, model.policies)),
        owned=tuple(replace(each, policy=maybe(each.policy)) for each in model.owned),
        endpoints=tuple(replace(each, policy=maybe(each.policy)) for each in model.endpoints),
        roles={
            arn: replace(
                role,
                identity=tuple(map(new, role.identity)),
                boundary=maybe(role.boundary),
                trust=new(role.trust),
            )
            for arn, role in model.roles.items()
        },
    )


def _control(account: AccountFacts, mutant: Mutant) -> AccountFacts:
    return replace(
        account,
        service_control=_levels(account.service_control, mutant),
        resource_control=_levels(account.resource_control, mutant),
    )


def in_layers(layers: Layers, mutant: Mutant) -> Layers:
    """Put a mutant in the place of its policy among those that bear on a request."""

    def maybe(policy: Policy | None) -> Policy | None:
        return None if policy is None else swapped(policy, mutant)

    return replace(
        layers,
        identity=tuple(swapped(each, mutant) for each in layers.identity),
        boundary=maybe(layers.boundary),
        service_control=_levels(layers.service_control, mutant),
        resource_control=_levels(layers.resource_control, mutant),
        resource=maybe(layers.resource),
        endpoint=maybe(layers.endpoint),
    )


def swapped(policy: Policy, mutant: Mutant) -> Policy:
    """Give the mutant in the place of its policy, and any other policy as it is."""
    old = mutant.facts.policy
    return mutant.policy if policy is old or policy == old else policy


def _levels(
    levels: tuple[tuple[Policy, ...], ...], mutant: Mutant
) -> tuple[tuple[Policy, ...], ...]:
    return tuple(tuple(swapped(each, mutant) for each in level) for level in levels)


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
