"""What generated cases are made of: actions with resources, condition keys with values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOME, AWAY = "111111111111", "222222222222"
VERSION = "2012-10-17"
ROLE = "arn:aws:iam::{}:role/reader"


@dataclass(frozen=True)
class Target:
    """An action with the resource it is asked for, and patterns near it."""

    action: str
    resource: str
    patterns: tuple[str, ...]
    others: tuple[str, ...]
    decisive: bool = False


TARGETS = (
    Target(
        "s3:GetObject",
        "arn:aws:s3:::data/blue/a",
        (
            "arn:aws:s3:::data/*",
            "arn:aws:s3:::data/${aws:PrincipalTag/team}/*",
            "arn:aws:s3:::d?ta*",
        ),
        ("arn:aws:s3:::data", "arn:aws:s3:::other/*", "arn:aws:s3:::data/red/?"),
    ),
    Target(
        "s3:ListBucket",
        "arn:aws:s3:::data",
        ("arn:aws:s3:::data", "arn:aws:s3:::*", "arn:aws:s3:::${aws:PrincipalTag/none, 'data'}"),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::Data"),
    ),
    Target(
        "sqs:SendMessage",
        f"arn:aws:sqs:eu-west-1:{HOME}:work",
        ("arn:aws:sqs:*:*:work", f"arn:aws:sqs:eu-west-1:{HOME}:w*"),
        (f"arn:aws:sqs:us-east-1:{HOME}:work", f"arn:aws:sqs:*:{AWAY}:work"),
    ),
    Target(
        "secretsmanager:GetSecretValue",
        f"arn:aws:secretsmanager:eu-west-1:{HOME}:secret:pass-AbCdEf",
        (f"arn:aws:secretsmanager:*:{HOME}:secret:pass-??????",),
        (f"arn:aws:secretsmanager:*:{HOME}:secret:word-*",),
    ),
    Target(
        "kms:Decrypt",
        f"arn:aws:kms:eu-west-1:{HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        (f"arn:aws:kms:*:{HOME}:key/*",),
        (f"arn:aws:kms:*:{AWAY}:key/*",),
        decisive=True,
    ),
    Target(
        "sts:AssumeRole",
        f"arn:aws:iam::{HOME}:role/writer",
        (f"arn:aws:iam::{HOME}:role/*", "arn:aws:iam::*:role/writer"),
        (f"arn:aws:iam::{HOME}:role/reader",),
        decisive=True,
    ),
)
TEXTS = ("blue", "red", "Blue", "b*", "?lue", "")
SINGLE: Mapping[str, tuple[str, ...]] = {
    "aws:SourceVpce": ("vpce-1", "vpce-2", "vpce-*", "VPCE-1"),
    "aws:PrincipalOrgID": ("o-a1b2c3d4e5", "o-z1b2c3d4e5", "o-*"),
    "aws:PrincipalTag/team": TEXTS,
    "aws:SourceVpc": ("vpc-1", "vpc-2", "vpc-?"),
    "aws:UserAgent": (
        "blue",
        "aws-cli/2",
        "aws-*",
        "Blue",
        "b*",
        "?lue",
        "${aws:PrincipalTag/team}",
    ),
}
MANY: Mapping[str, tuple[str, ...]] = {
    "aws:CalledVia": ("athena.amazonaws.com", "glue.amazonaws.com", "*.amazonaws.com"),
    "aws:PrincipalOrgPaths": ("o-a1b2c3d4e5/r-ab12/ou-1/", "o-a1b2c3d4e5/r-ab12/*", "o-z/*"),
}
ARNS = {
    "aws:PrincipalArn": (
        ROLE.format(HOME), ROLE.format("*"), f"arn:aws:iam::{HOME}:*", "arn:aws:iam::*:user/ann",
    ),
    "aws:SourceArn": ("arn:aws:s3:::data", "arn:aws:sns:*:*:t*", "arn:aws:*:*:*:topic"),
}  # fmt: skip
STRINGS = (
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
    "StringLike", "StringNotLike",
)  # fmt: skip
ORDER = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
MOMENTS = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z")
NETWORKS = ("10.0.0.0/8", "10.1.2.3/32", "10.1.2.3", "203.0.113.0/24", "2001:db8::/32")
