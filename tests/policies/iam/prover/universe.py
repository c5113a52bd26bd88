"""Random policies, questions and requests of the small world."""

from __future__ import annotations

import random
from typing import Any

from policies.iam import Layers, Policy, Principal, Request, Resource, parse_policy
from policies.iam.principal import Kind
from policies.iam.prover import Constraint, Question, all_of, any_of, holds, negation
from tests.policies.iam.prover.world import (
    ACTION_PATTERNS,
    ACTIONS,
    AWAY,
    CARRIED,
    GIVEN,
    HOME,
    KEYS,
    MANY,
    OBJECTS,
    PRINCIPALS,
    RESOURCE_PATTERNS,
    RESOURCES,
    ROLE,
    TEXTS,
    USER,
    WORLD,
)


class Dice:
    """Makes random policies, questions and requests of this world."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - cases of tests, no secrets

    def layers(self) -> Layers:
        """Make the policies that bear on some request."""
        pick, some = self._random.random, self._policy
        return Layers(
            identity=tuple(some(wide=True) for _ in range(self._random.choice([0, 1, 1, 2]))),
            boundary=some(wide=True) if pick() < 0.3 else None,
            session=tuple(some(wide=True) for _ in range(self._random.randint(0, 1)))
            if pick() < 0.2
            else None,
            service_control=((some(wide=True), self._full()),) if pick() < 0.4 else (),
            resource_control=(
                (self._full(principal=True),),
                (some(principal=True), self._full(True)),
            )
            if pick() < 0.3
            else (),
            resource=some(principal=True, wide=pick() < 0.5) if pick() < 0.6 else None,
            resource_counts=Resource.DECISIVE if pick() < 0.2 else Resource.ORDINARY,
            endpoint=some(principal=True, wide=True) if pick() < 0.15 else None,
        )

    def principal(self) -> Principal:
        """Make somebody who asks."""
        return self._random.choice(
            [
                *[Principal.role(ROLE, self._random.choice(["sofia", "noah", "zoe"]))] * 5,
                Principal.user(USER),
                Principal.root(HOME),
                Principal.service("db.amazonaws.com"),
                Principal.anonymous(),
                Principal.federated("login.example.com"),
            ]
        )

    def owner(self) -> str:
        """Choose whose the resource is."""
        return self._random.choice([HOME, HOME, AWAY])

    def question(self, layers: Layers, *, wide: bool = False) -> Question:
        """Make a question; a wide one is about all that this world knows."""
        choose = self._random.choice
        actions = ACTIONS if wide else (choose(ACTION_PATTERNS),)
        return Question(
            self.principal(),
            layers,
            actions,
            ("*",) if wide else (choose([p for p in RESOURCE_PATTERNS if "$" not in p]), "*/a"),
            self.owner(),
            where=None if wide or self._random.random() < 0.4 else self._constraint(2),
        )

    def request(self, question: Question) -> Request:
        """Make a request of the principal of a question to its owner."""
        choose, pick = self._random.choice, self._random.random
        principal = question.principal
        if principal.role_arn:
            principal = Principal.role(principal.role_arn, choose(["sofia", "noah", "zoe"]))
        action = choose(ACTIONS)
        resource = choose(RESOURCES.get(action, OBJECTS)).format(owner=question.owner)
        context: dict[str, Any] = {
            "aws:RequestedRegion": "eu",
            "aws:CurrentTime": choose(CARRIED["aws:CurrentTime"]),
            "aws:SecureTransport": choose(CARRIED["aws:SecureTransport"]),
        }
        member = principal.account != ""
        for key in KEYS:
            known = WORLD.action(action)
            foreign = key.partition(":")[0] not in (action.partition(":")[0], "aws", "odd")
            unlisted = (
                known is not None
                and not key.startswith(("aws:", "odd:"))
                and not (key in known.keys or (key == "s3:tag/x" and "s3:tag/${key}" in known.keys))
            )
            personal = key.startswith(("aws:PrincipalTag", "aws:PrincipalOrg")) and not member
            if key == "aws:PrincipalIsAWSService" and principal.kind is Kind.FEDERATED:
                # AWS does not say whether such a request carries it.
                context |= choose([{}, {key: "false"}])
            if key in (*GIVEN, *context) or (foreign and known) or unlisted or personal:
                continue
            if pick() < 0.5:
                continue
            if key in MANY:
                context[key] = [choose(TEXTS) for _ in range(self._random.randint(1, 3))]
            elif key == "aws:ResourceAccount":
                context[key] = question.owner
            else:
                context[key] = choose(CARRIED.get(key, TEXTS))
        return Request.of(principal, action, resource, context, resource_account=question.owner)

    def _full(self, principal: bool = False) -> Policy:
        made = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        return parse_policy("full", {"Statement": made | ({"Principal": "*"} if principal else {})})

    def _policy(self, *, principal: bool = False, wide: bool = False) -> Policy:
        made = [
            self._statement(principal=principal, wide=wide)
            for _ in range(self._random.randint(1, 4))
        ]
        version = self._random.choice(["2012-10-17"] * 9 + ["2008-10-17"])
        return parse_policy("policy", {"Version": version, "Statement": made})

    def _statement(self, *, principal: bool, wide: bool) -> dict[str, Any]:
        choose, pick = self._random.choice, self._random.random
        allows = pick() < 0.7
        actions = self._random.sample(ACTION_PATTERNS, self._random.randint(1, 3))
        made: dict[str, Any] = {
            "Effect": "Allow" if allows else "Deny",
            "NotAction" if pick() < 0.15 else "Action": ["*"] if wide and pick() < 0.6 else actions,
        }
        if pick() < 0.9:
            patterns = self._random.sample(RESOURCE_PATTERNS, self._random.randint(1, 2))
            name = "NotResource" if pick() < 0.15 else "Resource"
            made[name] = ["*"] if pick() < 0.6 else patterns
        if principal:
            made["NotPrincipal" if pick() < 0.1 else "Principal"] = choose(PRINCIPALS)
        if pick() < (0.35 if allows else 0.95):
            made["Condition"] = self._conditions()
        return made

    def _conditions(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for _ in range(self._random.randint(1, 3)):
            name, key, values = self._condition()
            made.setdefault(name, {})[key] = values
        return made

    def _condition(self) -> tuple[str, str, list[str]]:
        choose, pick = self._random.choice, self._random.random
        key = choose(list(KEYS))
        operators, values = KEYS[key]
        if pick() < 0.2:
            return "Null", key, [choose(["true", "false"])]
        name = choose(operators)
        if pick() < 0.25:
            name += "IfExists"
        if pick() < (0.7 if key in MANY else 0.15):
            name = choose(["ForAllValues:", "ForAnyValue:"]) + name
        return name, key, self._random.sample(values, self._random.randint(1, min(3, len(values))))

    def _constraint(self, depth: int) -> Constraint:
        name, key, values = self._condition()
        leaf = holds(name, key, *values)
        if not depth or self._random.random() < 0.5:
            return leaf
        other = self._constraint(depth - 1)
        return self._random.choice(
            [
                all_of(leaf, other),
                any_of(leaf, other),
                negation(leaf),
                all_of(leaf, negation(other)),
            ]
        )
