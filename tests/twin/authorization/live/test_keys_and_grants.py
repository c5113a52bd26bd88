"""Keys: without an allow of the key's own policy or of a grant, nothing goes."""

from __future__ import annotations

from typing import Any

import pytest
from moto.kms.models import kms_backends

from policies.iam import Layer
from tests.twin.authorization.live.world import (
    MANAGEMENT,
    ONE,
    REGION,
    TWO,
    World,
    allow,
    deny,
    root,
    to,
)
from twin.call import Caller

DECRYPT = "kms:Decrypt"
SCIENTIST = f"arn:aws:iam::{ONE}:role/scientist"


def grant(key: Any, grantee: str, *operations: str, **constraints: Any) -> None:
    """Add a grant to a key."""
    key.add_grant("g", grantee, list(operations), constraints, None)


def test_policy_of_the_key_that_names_the_account_leaves_it_to_the_account(world: World) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(root(ONE))})
    admin, weak = world.caller(ONE, "admin", allow("*")), world.caller(ONE, "weak")

    assert world.decide(admin, DECRYPT, key.arn, ONE).allowed
    assert world.decide(weak, DECRYPT, key.arn, ONE).layer is Layer.IDENTITY


def test_administrator_that_the_key_does_not_name_is_refused(world: World) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(SCIENTIST)})
    admin = world.caller(ONE, "admin", allow("*"))
    owner = Caller(ONE, root(ONE), "AKIA", ONE)

    assert world.decide(admin, DECRYPT, key.arn, ONE).layer is Layer.RESOURCE
    assert not world.decide(owner, DECRYPT, key.arn, ONE).allowed


def test_key_that_names_a_role_is_enough_without_a_policy_of_the_role(world: World) -> None:
    key = world.key(ONE, {**allow(DECRYPT), **to(SCIENTIST)})
    scientist = world.caller(ONE, "scientist")

    assert world.decide(scientist, DECRYPT, key.arn, ONE).allowed
    assert not world.decide(scientist, "kms:Encrypt", key.arn, ONE).allowed


def test_another_account_needs_its_own_policy_too(world: World) -> None:
    key = world.key(ONE, {**allow(DECRYPT), **to(root(TWO))})
    reader, weak = world.caller(TWO, "reader", allow(DECRYPT)), world.caller(TWO, "weak")

    assert world.decide(reader, DECRYPT, key.arn, ONE).allowed
    assert world.decide(weak, DECRYPT, key.arn, ONE).layer is Layer.IDENTITY


def test_grant_gives_its_grantee_its_operations(world: World) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(root(MANAGEMENT))})
    scientist, other = world.caller(ONE, "scientist"), world.caller(ONE, "other", allow("*"))
    assert not world.decide(scientist, DECRYPT, key.arn, ONE).allowed

    grant(key, SCIENTIST, "Decrypt", "GenerateDataKey")

    assert world.decide(scientist, DECRYPT, key.arn, ONE).allowed
    assert not world.decide(scientist, "kms:Encrypt", key.arn, ONE).allowed
    assert not world.decide(other, DECRYPT, key.arn, ONE).allowed


def test_grant_that_was_revoked_gives_nothing(world: World) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(root(MANAGEMENT))})
    scientist = world.caller(ONE, "scientist")
    grant(key, SCIENTIST, "Decrypt")
    assert world.decide(scientist, DECRYPT, key.arn, ONE).allowed

    key.revoke_grant(next(iter(key.grants)))

    assert not world.decide(scientist, DECRYPT, key.arn, ONE).allowed


def test_denial_of_the_key_wins_over_a_grant(world: World) -> None:
    key = world.key(ONE, {**deny(DECRYPT), **to(SCIENTIST)})
    grant(key, SCIENTIST, "Decrypt")

    assert world.decide(world.caller(ONE, "scientist"), DECRYPT, key.arn, ONE).explicit


def test_grant_stays_within_the_boundary_of_its_grantee(world: World) -> None:
    boundary = world.managed(ONE, "boundary", allow("s3:*"))
    key = world.key(ONE, {**allow("kms:*"), **to(root(MANAGEMENT))})
    grant(key, SCIENTIST, "Decrypt")
    scientist = world.caller(ONE, "scientist", permissions_boundary=boundary)

    assert world.decide(scientist, DECRYPT, key.arn, ONE).layer is Layer.BOUNDARY


def context(**pairs: str) -> dict[str, Any]:
    """Return the condition keys of a request with an encryption context."""
    keys: dict[str, Any] = {f"kms:EncryptionContext:{key}": v for key, v in pairs.items()}
    return {**keys, "kms:EncryptionContextKeys": list(pairs)} if pairs else {}


@pytest.mark.parametrize(
    ("constraint", "given", "allowed"),
    [
        ("EncryptionContextSubset", {"file": "a", "year": "1"}, True),
        ("EncryptionContextSubset", {"file": "a"}, True),
        ("EncryptionContextSubset", {"file": "b"}, False),
        ("EncryptionContextSubset", {}, False),
        ("EncryptionContextEquals", {"file": "a"}, True),
        ("EncryptionContextEquals", {"file": "a", "year": "1"}, False),
        ("EncryptionContextEquals", {"year": "1"}, False),
        ("EncryptionContextEquals", {}, False),
        ("SomethingElse", {"file": "a"}, False),
    ],
)
def test_constraint_binds_a_grant_to_an_encryption_context(
    world: World, constraint: str, given: dict[str, str], allowed: bool
) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(root(MANAGEMENT))})
    grant(key, SCIENTIST, "Decrypt", **{constraint: {"file": "a"}})
    scientist = world.caller(ONE, "scientist")

    assert world.decide(scientist, DECRYPT, key.arn, ONE, context(**given)).allowed is allowed


def test_constraint_does_not_bear_on_what_has_no_context(world: World) -> None:
    key = world.key(ONE, {**allow("kms:*"), **to(root(MANAGEMENT))})
    held = {"EncryptionContextEquals": {"file": "a"}}
    grant(key, SCIENTIST, "DescribeKey", "CreateGrant", "Decrypt", **held)
    scientist = world.caller(ONE, "scientist")

    assert world.decide(scientist, "kms:DescribeKey", key.arn, ONE).allowed
    # Whether the new grant would be as strict as this one is not known.
    assert not world.decide(scientist, "kms:CreateGrant", key.arn, ONE).allowed


def test_key_of_aws_is_used_through_its_service_only(world: World) -> None:
    kms = kms_backends[ONE][REGION]
    key = kms.keys[kms.get_key_id_from_alias("alias/aws/s3")]
    admin = world.caller(ONE, "admin", allow("*"))
    reader = world.caller(TWO, "reader", allow("*"))
    through = {"kms:CallerAccount": ONE, "kms:ViaService": f"s3.{REGION}.amazonaws.com"}

    assert world.decide(admin, DECRYPT, key.arn, ONE, through).allowed
    assert not world.decide(admin, DECRYPT, key.arn, ONE, {"kms:CallerAccount": ONE}).allowed
    assert not world.decide(
        reader, DECRYPT, key.arn, ONE, {**through, "kms:CallerAccount": TWO}
    ).allowed
    assert world.decide(admin, "kms:DescribeKey", key.arn, ONE).allowed


def test_no_control_policy_reaches_a_key_of_aws(world: World) -> None:
    world.control("RESOURCE_CONTROL_POLICY", "r-a1b2", {**deny("kms:*"), "Principal": "*"})
    kms = kms_backends[ONE][REGION]
    key = kms.keys[kms.get_key_id_from_alias("alias/aws/s3")]
    admin = world.caller(ONE, "admin", allow("*"))

    assert world.decide(admin, "kms:DescribeKey", key.arn, ONE).allowed
    assert not world.decide(admin, "kms:DescribeKey", world.key(ONE).arn, ONE).allowed


def test_key_that_does_not_exist_is_a_matter_of_its_account(world: World) -> None:
    admin, reader = world.caller(ONE, "admin", allow("*")), world.caller(TWO, "r", allow("*"))
    missing = f"arn:aws:kms:{REGION}:{ONE}:key/none"

    assert world.decide(admin, "kms:DescribeKey", missing, ONE).allowed
    assert not world.decide(reader, "kms:DescribeKey", missing, ONE).allowed
