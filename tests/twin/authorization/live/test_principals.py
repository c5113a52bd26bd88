"""What principals bring along: their policies, boundaries and sessions."""

from __future__ import annotations

import pytest
from moto.iam.models import iam_backends

from policies.iam import Layer
from policies.iam.principal import Kind
from tests.twin.authorization.live.world import ONE, World, allow, deny, document, root, to
from twin.authorization.live import principal_of
from twin.call import Caller

THING = "arn:aws:s3:::things/one"
GET = "s3:GetObject"


def test_role_may_what_its_inline_and_managed_policies_allow(world: World) -> None:
    sofia = world.caller(ONE, "scientist", allow(GET))
    iam = iam_backends[ONE]["aws"]
    iam.attach_role_policy(world.managed(ONE, "listing", allow("s3:ListBucket")), "scientist")

    assert world.decide(sofia, GET, THING, ONE).allowed
    assert world.decide(sofia, "s3:ListBucket", "arn:aws:s3:::things", ONE).allowed
    refused = world.decide(sofia, "s3:PutObject", THING, ONE)
    assert (refused.allowed, refused.layer) == (False, Layer.IDENTITY)


def test_the_version_in_force_counts_and_no_other(world: World) -> None:
    arn = world.managed(ONE, "reading", allow(GET))
    sofia = world.caller(ONE, "scientist")
    iam = iam_backends[ONE]["aws"]
    iam.attach_role_policy(arn, "scientist")
    iam.create_policy_version(arn, document(deny(GET)), False)
    assert world.decide(sofia, GET, THING, ONE).allowed

    iam.set_default_policy_version(arn, "v2")
    assert world.decide(sofia, GET, THING, ONE).explicit


def test_what_was_taken_from_a_role_is_taken_from_its_sessions(world: World) -> None:
    sofia = world.caller(ONE, "scientist", allow(GET))
    assert world.decide(sofia, GET, THING, ONE).allowed

    iam_backends[ONE]["aws"].delete_role_policy("scientist", "inline")

    assert not world.decide(sofia, GET, THING, ONE).allowed


def test_session_of_a_role_that_is_gone_may_nothing(world: World) -> None:
    sofia = world.caller(ONE, "scientist", allow(GET))
    iam_backends[ONE]["aws"].delete_role_policy("scientist", "inline")
    iam_backends[ONE]["aws"].delete_role("scientist")

    assert not world.decide(sofia, GET, THING, ONE).allowed


def test_session_of_an_earlier_role_of_the_same_name_may_nothing(world: World) -> None:
    sofia = world.caller(ONE, "scientist", allow(GET))
    iam_backends[ONE]["aws"].delete_role_policy("scientist", "inline")
    iam_backends[ONE]["aws"].delete_role("scientist")
    later = world.caller(ONE, "scientist", allow(GET))

    assert not world.decide(sofia, GET, THING, ONE).allowed
    assert world.decide(later, GET, THING, ONE).allowed


def test_boundary_limits_what_a_role_may(world: World) -> None:
    boundary = world.managed(ONE, "boundary", allow(GET))
    sofia = world.caller(ONE, "scientist", allow("s3:*"), permissions_boundary=boundary)

    assert world.decide(sofia, GET, THING, ONE).allowed
    refused = world.decide(sofia, "s3:PutObject", THING, ONE)
    assert (refused.allowed, refused.layer) == (False, Layer.BOUNDARY)


def test_boundary_that_is_not_known_allows_nothing(world: World) -> None:
    missing = f"arn:aws:iam::{ONE}:policy/gone"
    sofia = world.caller(ONE, "scientist", allow("*"), permissions_boundary=missing)

    refused = world.decide(sofia, GET, THING, ONE)

    assert (refused.allowed, refused.layer) == (False, Layer.BOUNDARY)


def test_session_policies_limit_the_session_only(world: World) -> None:
    role = world.role(ONE, "scientist", allow("s3:*"))
    limited = world.session(role, session_policies=(document(allow(GET)),))

    assert world.decide(limited, GET, THING, ONE).allowed
    refused = world.decide(limited, "s3:PutObject", THING, ONE)
    assert (refused.allowed, refused.layer) == (False, Layer.SESSION)
    assert world.decide(world.session(role), "s3:PutObject", THING, ONE).allowed


def test_user_may_what_its_groups_may(world: World) -> None:
    iam = iam_backends[ONE]["aws"]
    user = iam.create_user(world.twin.settings.region, "tara")
    iam.create_group("readers")
    iam.add_user_to_group("readers", "tara")
    iam.put_group_policy("readers", "reading", document(allow(GET)))
    tara = Caller(ONE, user.arn, "AKIA", user.id)

    assert world.decide(tara, GET, THING, ONE).allowed
    iam.remove_user_from_group("readers", "tara")
    assert not world.decide(tara, GET, THING, ONE).allowed


def test_boundary_limits_a_user_too(world: World) -> None:
    user = iam_backends[ONE]["aws"].create_user(world.twin.settings.region, "tara")
    user.policies["all"] = document(allow("*"))
    user.permissions_boundary_arn = world.managed(ONE, "boundary", allow(GET))
    tara = Caller(ONE, user.arn, "AKIA", user.id)

    assert world.decide(tara, GET, THING, ONE).allowed
    assert world.decide(tara, "s3:PutObject", THING, ONE).layer is Layer.BOUNDARY


def test_policy_that_cannot_be_read_denies_everything_and_says_why(world: World) -> None:
    sofia = world.caller(ONE, "scientist", allow(GET))
    iam = iam_backends[ONE]["aws"]
    iam.roles[next(r.id for r in iam.roles.values() if r.name == "scientist")].policies["odd"] = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Actoin": "*"}]}'
    )

    refused = world.decide(sofia, GET, THING, ONE)

    assert refused.explicit
    assert "unreadable" in refused.reason


def test_managed_policy_of_aws_counts_with_its_text(world: World) -> None:
    world.role(ONE, "auditor")
    iam = iam_backends[ONE]["aws"]
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    role = next(r for r in iam.roles.values() if r.name == "auditor")
    role.managed_policies[arn] = None
    anna = world.session(role.arn)

    assert world.decide(anna, GET, THING, ONE).allowed
    assert not world.decide(anna, "s3:PutObject", THING, ONE).allowed


@pytest.mark.parametrize("arn", ["arn:aws:iam::aws:policy/NoSuchPolicy", "nonsense"])
def test_managed_policy_that_nobody_knows_allows_nothing(world: World, arn: str) -> None:
    world.role(ONE, "auditor")
    role = next(r for r in iam_backends[ONE]["aws"].roles.values() if r.name == "auditor")
    role.managed_policies[arn] = None

    assert not world.decide(world.session(role.arn), GET, THING, ONE).allowed


def test_principal_is_of_the_kind_that_its_credentials_are(world: World) -> None:
    session = world.caller(ONE, "scientist")
    kinds = {
        Kind.ROLE: session,
        Kind.ROOT: Caller(ONE, root(ONE), "AKIA", ONE),
        Kind.USER: Caller(ONE, f"arn:aws:iam::{ONE}:user/tara", "AKIA", "AIDA"),
        Kind.SERVICE: Caller(ONE, "events.amazonaws.com", "", "events", is_service=True),
        Kind.FEDERATED: Caller("", "", "", "", federated_provider="arn:aws:iam::1:oidc-provider/x"),
        Kind.ANONYMOUS: Caller("", "anonymous", "", "ANONYMOUS_PRINCIPAL"),
    }

    assert {kind: principal_of(caller).kind for kind, caller in kinds.items()} == {
        kind: kind for kind in kinds
    }
    assert principal_of(session).identity_arn == f"arn:aws:iam::{ONE}:role/scientist"


def test_nobody_gets_what_only_the_account_is_given(world: World) -> None:
    nobody = Caller("", "anonymous", "", "ANONYMOUS_PRINCIPAL")
    bucket = world.bucket(ONE, "things", {**allow("s3:*"), **to(root(ONE))})

    assert not world.decide(nobody, GET, f"{bucket}/one", ONE).allowed
