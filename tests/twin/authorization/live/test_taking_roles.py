"""Taking a role is one decision over all layers: of the caller, the organisation and the role."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.twin.authorization.live.world import (
    ONE,
    ORGANIZATION,
    REGION,
    STRANGER,
    TWO,
    World,
    allow,
    deny,
    document,
    root,
    to,
)
from twin.authorization.decision import Ruling, authorise
from twin.call import Call, Caller

EVERY_RIGHT = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]


def trusting(principal: Any, actions: Any = "sts:AssumeRole", **more: Any) -> str:
    """Write a trust policy."""
    return document({"Effect": "Allow", "Action": actions, **to(principal), **more})


def take(world: World, caller: Caller, role_arn: str, **more: Any) -> Ruling:
    """Decide a request for a session."""
    parameters = {"RoleArn": role_arn, "RoleSessionName": "next", **more}
    call = Call("sts", "AssumeRole", parameters, REGION, caller, "id", b"", {})
    return authorise(world.twin, call)


def test_caller_needs_its_own_right_where_the_account_is_trusted(world: World) -> None:
    role = world.role(ONE, "target", trust=trusting(root(ONE)))
    able, weak = world.caller(ONE, "able", allow("sts:*")), world.caller(ONE, "weak")

    assert take(world, able, role).allowed
    assert not take(world, weak, role).allowed


def test_another_account_needs_both(world: World) -> None:
    role = world.role(ONE, "target", trust=trusting(root(TWO)))
    able, weak = world.caller(TWO, "able", allow("sts:*")), world.caller(TWO, "weak")
    other = world.role(ONE, "other", trust=trusting(root(ONE)))

    assert take(world, able, role).allowed
    assert not take(world, weak, role).allowed
    assert not take(world, able, other).allowed


def test_service_control_policy_of_the_caller_ends_it(world: World) -> None:
    world.control("SERVICE_CONTROL_POLICY", TWO, deny("sts:AssumeRole"))
    role = world.role(ONE, "target", trust=trusting(root(TWO)))

    assert not take(world, world.caller(TWO, "able", allow("sts:*")), role).allowed


def test_resource_control_policy_of_the_role_keeps_strangers_out(world: World) -> None:
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    statement = {**deny("sts:AssumeRole"), "Principal": "*", "Condition": outside}
    role = world.role(ONE, "target", trust=trusting([root(TWO), root(STRANGER)]))
    stranger = world.caller(STRANGER, "able", allow("sts:*"))
    member = world.caller(TWO, "able", allow("sts:*"))
    assert take(world, stranger, role).allowed

    world.control("RESOURCE_CONTROL_POLICY", "r-a1b2", statement)

    assert not take(world, stranger, role).allowed
    assert take(world, member, role).allowed


@pytest.mark.parametrize("missing", ["sts:SetSourceIdentity", "sts:TagSession"])
def test_what_a_chain_carries_on_needs_its_right(world: World, missing: str) -> None:
    rights = [right for right in EVERY_RIGHT if right != missing]
    whole = world.role(ONE, "whole", trust=trusting(root(ONE), EVERY_RIGHT))
    short = world.role(ONE, "short", trust=trusting(root(ONE), rights))
    first = world.role(ONE, "first", allow("sts:*"))
    tagged = world.session(
        first,
        source_identity="sofia",
        tags={"person": "sofia"},
        transitive_tag_keys=("person",),
    )

    assert take(world, tagged, whole).allowed
    assert not take(world, tagged, short).allowed
    assert take(world, world.session(first), short).allowed


def test_session_policy_of_the_caller_limits_what_it_may_take(world: World) -> None:
    role = world.role(ONE, "target", trust=trusting(root(ONE)))
    first = world.role(ONE, "first", allow("sts:*"))
    limited = world.session(first, session_policies=(document(allow("s3:*")),))

    assert take(world, world.session(first), role).allowed
    assert not take(world, limited, role).allowed


def bearer(world: World, role_arn: str, subject: str) -> Ruling:
    """Decide a request of somebody for whom a provider vouches; the token was verified before."""
    provider = f"arn:aws:iam::{ONE}:oidc-provider/forge.example.com"
    claims = {"iss": "https://forge.example.com", "sub": subject, "aud": "sts.amazonaws.com"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    parameters = {
        "RoleArn": role_arn,
        "RoleSessionName": "apply",
        "WebIdentityToken": f"e30.{payload}.e30",
    }
    caller = Caller(ONE, provider, "", "known", federated_provider=provider)
    call = Call("sts", "AssumeRoleWithWebIdentity", parameters, REGION, caller, "id", b"", {})
    return authorise(world.twin, call)


def test_token_opens_the_roles_that_trust_its_subject(world: World) -> None:
    provider = f"arn:aws:iam::{ONE}:oidc-provider/forge.example.com"
    wanted = {"StringEquals": {"forge.example.com:sub": "main"}}
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
        "Condition": wanted,
    }
    role = world.role(ONE, "target", trust=document(statement))
    other = world.role(ONE, "other", trust=trusting("*", "sts:AssumeRole"))

    assert bearer(world, role, "main").allowed
    assert not bearer(world, role, "feature").allowed
    assert not bearer(world, other, "main").allowed


def test_resource_control_policy_binds_bearers_of_tokens(world: World) -> None:
    provider = f"arn:aws:iam::{ONE}:oidc-provider/forge.example.com"
    action = "sts:AssumeRoleWithWebIdentity"
    statement = {"Effect": "Allow", "Action": action, "Principal": {"Federated": provider}}
    role = world.role(ONE, "target", trust=document(statement))
    assert bearer(world, role, "feature").allowed
    other = {"StringNotEquals": {"forge.example.com:sub": "main"}}

    world.control(
        "RESOURCE_CONTROL_POLICY", ONE, {**deny(action), "Principal": "*", "Condition": other}
    )

    assert not bearer(world, role, "feature").allowed
    assert bearer(world, role, "main").allowed
