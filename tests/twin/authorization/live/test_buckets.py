"""Buckets: their policies, the block of public access, and what the owner's root always may."""

from __future__ import annotations

from typing import Any

import pytest
from moto.s3.models import PublicAccessBlock, s3_backends
from moto.s3control.models import s3control_backends

from policies.iam import Layer
from tests.twin.authorization.live.world import (
    ONE,
    ORGANIZATION,
    TWO,
    World,
    allow,
    deny,
    document,
    root,
    to,
)
from twin.authorization.live.buckets import is_public
from twin.authorization.live.parsed import parsed
from twin.call import Caller

GET = "s3:GetObject"
EVERYBODY = {"Principal": "*"}
NOBODY = Caller("", "anonymous", "", "ANONYMOUS_PRINCIPAL")


def test_policy_that_names_the_session_is_enough_in_the_own_account(world: World) -> None:
    role = f"arn:aws:sts::{ONE}:assumed-role/weak/sofia"
    bucket = world.bucket(ONE, "things", {**allow(GET), **to(role)})

    assert world.decide(world.caller(ONE, "weak"), GET, f"{bucket}/x", ONE).allowed


def test_bucket_without_a_policy_admits_nobody_from_outside(world: World) -> None:
    bucket = world.bucket(ONE, "things")
    reader = world.caller(TWO, "reader", allow("*"))

    assert world.decide(reader, GET, f"{bucket}/x", ONE).layer is Layer.RESOURCE
    assert not world.decide(NOBODY, GET, f"{bucket}/x", ONE).allowed


def test_public_bucket_is_public(world: World) -> None:
    bucket = world.bucket(ONE, "things", {**allow(GET), **EVERYBODY})

    assert world.decide(NOBODY, GET, f"{bucket}/x", ONE).allowed


@pytest.mark.parametrize("of_account", [True, False])
def test_restricted_public_bucket_is_its_accounts_only(world: World, of_account: bool) -> None:
    service = {"Principal": {"Service": "logging.s3.amazonaws.com"}}
    policy = (
        {**allow(GET), **EVERYBODY},
        {**allow(GET), **to(root(TWO))},
        {**allow("s3:PutObject"), **service},
    )
    bucket = world.bucket(ONE, "things", *policy)
    reader = world.caller(TWO, "reader", allow("*"))
    assert world.decide(reader, GET, f"{bucket}/x", ONE).allowed
    block = PublicAccessBlock("false", "false", "false", "true")
    if of_account:
        s3control_backends[ONE]["aws"].public_access_block = block
    else:
        s3_backends[ONE]["aws"].buckets["things"].public_access_block = block

    # The delegation to one account is no more than a part of a public policy.
    assert world.decide(reader, GET, f"{bucket}/x", ONE).layer is Layer.RESOURCE
    assert not world.decide(NOBODY, GET, f"{bucket}/x", ONE).allowed
    assert world.decide(world.caller(ONE, "weak"), GET, f"{bucket}/x", ONE).allowed
    logging = Caller(ONE, "logging.s3.amazonaws.com", "", "logging", is_service=True)
    assert world.decide(logging, "s3:PutObject", f"{bucket}/x", ONE).allowed


def test_restricted_bucket_that_is_not_public_keeps_its_guests(world: World) -> None:
    bucket = world.bucket(ONE, "things", {**allow(GET), **to(root(TWO))})
    block = PublicAccessBlock("true", "true", "true", "true")
    s3_backends[ONE]["aws"].buckets["things"].public_access_block = block

    assert world.decide(world.caller(TWO, "reader", allow("*")), GET, f"{bucket}/x", ONE).allowed


def everybody(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return a statement for everybody under a condition."""
    return {**allow(GET), **EVERYBODY, "Condition": {operator: {key: value}}}


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        ({**allow(GET), **EVERYBODY}, True),
        ({**allow(GET), **to("*")}, True),
        ({**allow(GET), "NotPrincipal": {"AWS": root(TWO)}}, True),
        ({**allow(GET), **to(root(TWO))}, False),
        ({**deny(GET), **EVERYBODY}, False),
        (everybody("StringEquals", "aws:PrincipalOrgID", ORGANIZATION), False),
        (everybody("StringLike", "aws:PrincipalOrgID", "*"), True),
        (everybody("StringEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION), True),
        (everybody("StringNotEquals", "aws:SourceVpc", "vpc-1"), True),
        (everybody("IpAddress", "aws:SourceIp", "192.0.2.0/24"), False),
        (everybody("IpAddress", "aws:SourceIp", "0.0.0.0/0"), True),
        (everybody("Bool", "aws:SecureTransport", "true"), True),
    ],
)
def test_public_is_what_s3_calls_public(statement: dict[str, Any], public: bool) -> None:
    assert is_public(parsed("bucket", document(statement))) is public


def test_root_of_the_owner_can_always_mend_the_policy(world: World) -> None:
    bucket = world.bucket(ONE, "things", {**deny("s3:*"), **EVERYBODY})
    owner = Caller(ONE, root(ONE), "AKIA", ONE)
    admin = world.caller(ONE, "admin", allow("*"))

    assert world.decide(owner, "s3:DeleteBucketPolicy", bucket, ONE).allowed
    assert world.decide(owner, GET, f"{bucket}/x", ONE).explicit
    assert world.decide(admin, "s3:DeleteBucketPolicy", bucket, ONE).explicit


def test_objects_through_an_access_point_are_refused(world: World) -> None:
    admin = world.caller(ONE, "admin", allow("*"))
    point = f"arn:aws:s3:eu-west-1:{ONE}:accesspoint/door"

    assert not world.decide(admin, GET, f"{point}/object/x", ONE).allowed
    assert world.decide(admin, "s3:GetAccessPoint", point, ONE).allowed
