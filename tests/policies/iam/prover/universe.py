"""A small world for random policies and requests: few actions, keys and values that meet often."""

from __future__ import annotations

import fnmatch
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.iam import Layers, Policy, Principal, Request, Resource, parse_policy
from policies.iam.prover import Constraint, Question, all_of, any_of, holds, negation

HOME, AWAY = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HOME}:role/team/reader"
USER = f"arn:aws:iam::{HOME}:user/sofia"


@dataclass(frozen=True)
class Action:
    """What this world knows of an action."""

    name: str
    resources: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()

    @property
    def required(self) -> tuple[str, ...]:
        """All of its resources are needed."""
        return self.resources


@dataclass(frozen=True)
class Key:
    """What this world knows of a condition key."""

    type: str = "String"
    multivalued: bool = False


@dataclass(frozen=True)
class World:
    """A reference of a handful of actions and keys."""

    actions: Mapping[str, Action] = field(
        default_factory=lambda: {
            action.name.lower(): action
            for action in (
                Action("s3:GetObject", ("arn:*:s3:::*/*",), frozenset({"s3:tag/${key}"})),
                Action("s3:PutObject", ("arn:*:s3:::*/*",), frozenset({"s3:acl"})),
                Action("s3:ListBucket", ("arn:*:s3:::*",), frozenset({"s3:acl"})),
                Action("db:Read", ("arn:*:db:*:*:table/*",), frozenset({"db:rows", "db:columns"})),
                Action("db:List", (), frozenset({"db:rows"})),
            )
        }
    )
    keys: Mapping[str, Key] = field(
        default_factory=lambda: {
            "s3:acl": Key(),
            "s3:tag/*": Key(),
            "db:rows": Key("Numeric"),
            "db:columns": Key(multivalued=True),
            "aws:securetransport": Key("Bool"),
            "aws:viaawsservice": Key("Bool"),
            "aws:sourceip": Key("IPAddress"),
            "aws:currenttime": Key("Date"),
            "aws:sourcevpc": Key(),
            "aws:sourcearn": Key("ARN"),
            "aws:principalorgid": Key(),
            "aws:principaltag/*": Key(),
            "aws:resourcetag/*": Key(),
            "aws:tagkeys": Key(multivalued=True),
            "aws:principalarn": Key("ARN"),
            "aws:principalaccount": Key(),
            "aws:principalisawsservice": Key("Bool"),
            "aws:resourceaccount": Key(),
            "aws:requestedregion": Key(),
        }
    )

    def action(self, name: str) -> Action | None:
        """Return what is known of an action."""
        return self.actions.get(name.lower())

    def key(self, name: str) -> Key | None:
        """Return what is known of a key."""
        exact = self.keys.get(name)
        return exact or next(
            (k for n, k in self.keys.items() if "*" in n and fnmatch.fnmatchcase(name, n)), None
        )

    def actions_matching(self, pattern: str) -> Iterable[str]:
        """Return the actions that a pattern names."""
        wanted = pattern.lower()
        return [a.name for name, a in self.actions.items() if fnmatch.fnmatchcase(name, wanted)]


WORLD = World()
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "db:Read", "db:List", "odd:Action")
ACTION_PATTERNS = (*ACTIONS, "s3:Get*", "S3:*", "*", "db:?e*", "s3:*Object", "odd:*", "db:L*")
TEXTS = ("a", "b", "ab", "A", "o-1", "a/b", "")
RESOURCES = {
    "s3:ListBucket": ("arn:aws:s3:::a", "arn:aws:s3:::ab"),
    "db:List": ("*",),
    "db:Read": tuple(f"arn:aws:db:eu:{{owner}}:table/{name}" for name in ("a", "ab", "b")),
    "odd:Action": ("*", "arn:aws:odd:eu:{owner}:thing/a", "arn:aws:s3:::b/a"),
}
OBJECTS = ("arn:aws:s3:::a/a", "arn:aws:s3:::a/b", "arn:aws:s3:::ab/a/b", "arn:aws:s3:::b/a")
RESOURCE_PATTERNS = (
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::*/${aws:PrincipalTag/team}",
    "arn:aws:s3:::${aws:PrincipalTag/team, 'b'}/*",
    "arn:aws:s3:::${aws:ResourceAccount}/*",
    "arn:aws:db:*:*:table/a*",
    f"arn:aws:db:eu:{HOME}:table/?",
    "arn:aws:s3:::*/${*}",
)
PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": ROLE},
    {"AWS": HOME},
    {"AWS": AWAY},
    {"AWS": f"arn:aws:sts::{HOME}:assumed-role/reader/sofia"},
    {"AWS": [f"arn:aws:sts::{HOME}:assumed-role/reader/noah", AWAY]},
    {"AWS": USER},
    {"Service": "db.amazonaws.com"},
)
STRINGS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
ALL_STRINGS = (*STRINGS, "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
ARNS = ("ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals")
NUMBERS = (
    *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
    *("NumericGreaterThan", "NumericGreaterThanEquals"),
)
DATES = ("DateLessThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals")
VALUES = ("a", "b", "A", "ab", "a*", "?", "*", "${aws:PrincipalTag/team}", "x${aws:SourceVpc, 'a'}")
ARN_VALUES = ("arn:aws:s3:::a", "arn:aws:*:*:*:a*", "arn:aws:db:eu:1:table/a", "*", "arn:*")
KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "s3:acl": (ALL_STRINGS, VALUES),
    "s3:tag/x": (STRINGS, VALUES),
    "aws:SourceVpc": (ALL_STRINGS, VALUES),
    "aws:ResourceTag/team": (ALL_STRINGS, VALUES),
    "aws:PrincipalTag/team": (STRINGS, VALUES),
    "aws:PrincipalOrgID": (STRINGS, ("o-1", "o-*", "${aws:PrincipalTag/team}")),
    "aws:PrincipalArn": (ARNS, (ROLE, f"arn:aws:iam::{HOME}:role/*", "arn:aws:iam::*:user/*")),
    "aws:PrincipalAccount": (STRINGS, (HOME, AWAY)),
    "aws:PrincipalIsAWSService": (("Bool",), ("true", "false")),
    "aws:ResourceAccount": (STRINGS, (HOME, AWAY, "${aws:PrincipalAccount}")),
    "aws:SecureTransport": (("Bool",), ("true", "false")),
    "aws:ViaAWSService": (("Bool",), ("true", "false")),
    "aws:SourceIp": (("IpAddress", "NotIpAddress"), ("10.0.0.0/8", "10.1.0.0/16", "::1/128")),
    "aws:CurrentTime": (DATES, ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "1800000000")),
    "aws:SourceArn": (ARNS, ARN_VALUES),
    "db:rows": (NUMBERS, ("1", "2", "10")),
    "db:columns": (ALL_STRINGS, VALUES),
    "aws:TagKeys": (ALL_STRINGS, VALUES),
    "odd:unknown": (ALL_STRINGS, VALUES),
}
CARRIED = {
    "db:rows": ("0", "1", "2", "5", "10", "11"),
    "aws:SourceIp": ("10.0.0.1", "10.1.2.3", "192.0.2.1", "::1"),
    "aws:CurrentTime": ("2025-06-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z"),
    "aws:SourceArn": ("arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:db:eu:1:table/a", "no arn"),
    "aws:PrincipalOrgID": ("o-1", "o-2"),
    "aws:SecureTransport": ("true", "false"),
    "aws:ViaAWSService": ("true", "false"),
}
MANY = ("db:columns", "aws:TagKeys", "odd:unknown")
GIVEN = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalIsAWSService")


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
