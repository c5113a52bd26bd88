"""Proofs and counterexamples by hand: the cases on which a wrong encoding would go unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import Layers
from policies.iam.prover import (
    Constraint,
    Outcome,
    absent,
    all_of,
    equals,
    holds,
    like,
    negation,
    present,
)
from tests.policies.iam.prover.asking import allow, deny, never, policy
from tests.policies.iam.prover.world import AWAY, HOME

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED
FULL = policy(allow())
OBJECTS = "arn:aws:s3:::a/*"


def denied(condition: dict[str, Any], **more: Any) -> Layers:
    return Layers(identity=(policy(allow(), deny(Condition=condition, **more)),))


@pytest.mark.parametrize(
    ("layers", "where", "outcome"),
    [
        # A missing key passes a positive operator of a Deny, and is caught by a negated one.
        (denied({"StringEquals": {"aws:SourceVpc": "x"}}), equals("aws:SourceVpc", "x"), PROVED),
        (denied({"StringEquals": {"aws:SourceVpc": "x"}}), absent("aws:SourceVpc"), REFUTED),
        (denied({"StringNotEquals": {"aws:SourceVpc": "x"}}), absent("aws:SourceVpc"), PROVED),
        (
            denied({"StringNotEqualsIfExists": {"aws:SourceVpc": "x"}}),
            absent("aws:SourceVpc"),
            PROVED,
        ),
        (denied({"StringEqualsIfExists": {"aws:SourceVpc": "x"}}), absent("aws:SourceVpc"), PROVED),
        # A key that is false is not absent.
        (denied({"Bool": {"aws:ViaAWSService": "false"}}), absent("aws:ViaAWSService"), REFUTED),
        (
            denied({"BoolIfExists": {"aws:ViaAWSService": "false"}}),
            absent("aws:ViaAWSService"),
            PROVED,
        ),
        (
            denied({"Bool": {"aws:ViaAWSService": ["true", "false"]}}),
            present("aws:ViaAWSService"),
            PROVED,
        ),
        # AWS always sends whether a request came by TLS, so that the plain Bool is enough.
        (
            denied({"Bool": {"aws:SecureTransport": "false"}}),
            negation(equals("aws:SecureTransport", "true")),
            PROVED,
        ),
        # All tests of one block must hold together.
        (
            denied({"Null": {"aws:SourceVpc": "true", "aws:SourceIp": "true"}}),
            absent("aws:SourceVpc"),
            REFUTED,
        ),
        (
            denied({"Null": {"aws:SourceVpc": "true", "aws:SourceIp": "true"}}),
            all_of(absent("aws:SourceVpc"), absent("aws:SourceIp")),
            PROVED,
        ),
        # Sets: ForAllValues holds without the key, ForAnyValue does not.
        (
            denied({"ForAllValues:StringLike": {"aws:TagKeys": "a*"}}),
            absent("aws:TagKeys"),
            PROVED,
        ),
        (
            denied({"ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}}),
            absent("aws:TagKeys"),
            REFUTED,
        ),
        (
            denied({"ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}}),
            holds("ForAnyValue:StringEquals", "aws:TagKeys", "b"),
            PROVED,
        ),
        # One value may be as asked and another not.
        (
            denied({"ForAllValues:StringNotLike": {"aws:TagKeys": "a*"}}),
            holds("ForAnyValue:StringEquals", "aws:TagKeys", "b"),
            REFUTED,
        ),
        # Patterns that only together leave nothing over.
        (
            denied({"StringLike": {"aws:SourceVpc": ["vpc-?", "vpc-??*"]}}),
            like("aws:SourceVpc", "vpc-?*"),
            PROVED,
        ),
        (
            denied({"StringLike": {"aws:SourceVpc": ["vpc-?", "vpc-???*"]}}),
            like("aws:SourceVpc", "vpc-?*"),
            REFUTED,
        ),
        (
            denied({"StringNotEqualsIgnoreCase": {"aws:SourceVpc": "Own"}}),
            negation(like("aws:SourceVpc", "?w?", "?W?")),
            PROVED,
        ),
        # Wildcards of ARNs stay in their part.
        (
            denied({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:a"}}),
            like("aws:SourceArn", "arn:aws:s3:eu:1:a"),
            PROVED,
        ),
        (
            denied({"ArnLike": {"aws:SourceArn": "arn:*:a"}}),
            like("aws:SourceArn", "arn:aws:s3:eu:1:a"),
            REFUTED,
        ),
        # Numbers, dates and addresses are compared as such.
        (
            denied({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1", "::/0"]}}),
            present("aws:SourceIp"),
            PROVED,
        ),
        (
            denied({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/2"]}}),
            holds("IpAddress", "aws:SourceIp", "10.0.0.0/8", "192.0.0.0/8"),
            REFUTED,
        ),
        (
            denied({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}),
            holds("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-02T00:00:00Z"),
            PROVED,
        ),
        (
            denied({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}),
            holds("DateGreaterThanEquals", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
            REFUTED,
        ),
    ],
)
def test_conditions(layers: Layers, where: Constraint, outcome: Outcome) -> None:
    proof = never(layers, "s3:GetObject", OBJECTS, where)

    assert proof.outcome is outcome, proof


@pytest.mark.parametrize(
    ("layers", "actions", "resources", "outcome"),
    [
        (Layers(), "s3:GetObject", OBJECTS, PROVED),
        (Layers(identity=(FULL,)), "s3:GetObject", OBJECTS, REFUTED),
        (Layers(identity=(policy(allow(Action="S3:GETOBJECT")),)), "s3:Get*", OBJECTS, REFUTED),
        (
            Layers(identity=(policy(allow(), deny(Action="s3:*Object")),)),
            "s3:Get*",
            OBJECTS,
            REFUTED,
        ),
        (Layers(identity=(policy(allow(), deny(Action="s3:?et*")),)), "s3:Get*", OBJECTS, PROVED),
        (Layers(identity=(policy(allow(), deny(NotAction="db:*")),)), "s3:*", OBJECTS, PROVED),
        (
            Layers(identity=(policy(allow(), deny(NotResource="arn:aws:s3:::b/*")),)),
            "s3:GetObject",
            OBJECTS,
            PROVED,
        ),
        (
            Layers(identity=(policy(allow(NotResource="arn:aws:s3:::a/?*")),)),
            "s3:GetObject",
            OBJECTS,
            REFUTED,
        ),
        # A bucket is no object, though the pattern for objects of any bucket would match it.
        (
            Layers(identity=(policy(allow(Resource="arn:aws:s3:::a/*")),)),
            "s3:ListBucket",
            "arn:aws:s3:::*",
            PROVED,
        ),
        # What is in another account is not in this one; but a wildcard reaches over colons.
        (
            Layers(identity=(policy(allow(Resource=f"arn:aws:db:eu:{AWAY}:table/*")),)),
            "db:Read",
            "*",
            PROVED,
        ),
        (
            Layers(identity=(policy(allow(Resource=f"arn:aws:db:*:{AWAY}:table/*")),)),
            "db:Read",
            "*",
            REFUTED,
        ),
    ],
)
def test_actions_and_resources(
    layers: Layers, actions: str, resources: str, outcome: Outcome
) -> None:
    proof = never(layers, actions, resources)

    assert proof.outcome is outcome, proof


@pytest.mark.parametrize(
    ("pattern", "known", "where", "outcome"),
    [
        ("arn:aws:s3:::${aws:PrincipalAccount}/*", {}, None, PROVED),
        ("arn:aws:s3:::${aws:PrincipalTag/team}/*", {}, None, REFUTED),
        ("arn:aws:s3:::${aws:PrincipalTag/team}/*", {}, absent("aws:PrincipalTag/team"), PROVED),
        (
            "arn:aws:s3:::${aws:PrincipalTag/team, 'a'}/*",
            {},
            absent("aws:PrincipalTag/team"),
            REFUTED,
        ),
        (
            "arn:aws:s3:::${aws:PrincipalTag/team}/*",
            {"aws:PrincipalTag/team": ("b", "c")},
            None,
            PROVED,
        ),
        ("arn:aws:s3:::${aws:PrincipalTag/team}/*", {"aws:PrincipalTag/team": None}, None, PROVED),
        # A wildcard in a value is plain text.
        (
            "arn:aws:s3:::${aws:PrincipalTag/team}/*",
            {"aws:PrincipalTag/team": ("*",)},
            None,
            PROVED,
        ),
    ],
)
def test_variables(
    pattern: str,
    known: dict[str, tuple[str, ...] | None],
    where: Constraint | None,
    outcome: Outcome,
) -> None:
    layers = Layers(identity=(policy(allow(Resource=pattern)),))

    assert never(layers, "s3:GetObject", OBJECTS, where, known=known).outcome is outcome


def test_two_keys_that_must_be_equal_cannot_have_different_values() -> None:
    layers = denied({"StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})
    apart = all_of(equals("aws:ResourceTag/team", "a"), equals("aws:PrincipalTag/team", "b", "c"))
    alike = all_of(equals("aws:ResourceTag/team", "a"), like("aws:PrincipalTag/team", "?"))

    assert never(layers, "s3:GetObject", OBJECTS, apart).outcome is PROVED
    found = never(layers, "s3:GetObject", OBJECTS, alike)
    assert found.counterexample is not None
    assert found.counterexample.values_of("aws:principaltag/team") == ("a",)


def test_key_that_an_action_does_not_carry_is_absent() -> None:
    layers = denied({"StringNotEquals": {"s3:acl": "private"}})

    # Reading carries no acl, so that the Deny always applies; writing may carry the right one.
    assert never(layers, "s3:GetObject", OBJECTS).outcome is PROVED
    assert never(layers, "s3:PutObject", OBJECTS).outcome is REFUTED


def test_action_that_nobody_knows_is_possible() -> None:
    known = policy(allow(), deny(Action=["s3:GetObject", "s3:PutObject", "s3:ListBucket"]))

    proof = never(Layers(identity=(known,)), "s3:*", OBJECTS)

    assert proof.counterexample is not None
    assert proof.counterexample.action.lower().startswith("s3:")
    assert proof.counterexample.action not in ("s3:GetObject", "s3:PutObject", "s3:ListBucket")
    assert never(Layers(identity=(FULL,)), "odd:Action", "*").outcome is REFUTED


def test_pattern_with_a_constant_in_it_is_the_pattern_that_says_so() -> None:
    pattern = "arn:aws:db:*:{}:profile/*/${{aws:SourceVpc}}"
    layers = denied({"ArnNotLike": {"aws:SourceArn": pattern.format("${aws:PrincipalAccount}")}})

    other = negation(holds("ArnLike", "aws:SourceArn", pattern.format(HOME)))

    assert never(layers, "s3:GetObject", OBJECTS, other).outcome is PROVED
