"""A small world: few actions, keys, values and principals, so that what is random meets often."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
