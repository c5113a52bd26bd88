"""Decisions: how the layers of policies come together, case by case from AWS's own description."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import Layer, Layers, Policy, Principal, Request, Resource, decide, parse_policy

HOME, AWAY = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HOME}:role/reader"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/reader/sofia"
OBJECT = "arn:aws:s3:::bucket/key"


def allow(principal: Any = None, effect: str = "Allow", **more: Any) -> Policy:
    statement: dict[str, Any] = {"Sid": effect, "Effect": effect} | (
        {"Action": "s3:GetObject", "Resource": "*"} | more
    )
    if principal is not None:
        statement["Principal"] = principal
    return parse_policy("policy", {"Version": "2012-10-17", "Statement": [statement]})


def deny(principal: Any = None, **more: Any) -> Policy:
    return allow(principal, "Deny", **more)


NOTHING = allow(Action="ec2:DescribeVpcs")


def ask(principal: Principal | None = None, owner: str = HOME, **context: str) -> Request:
    keys = {key.replace("_", ":"): value for key, value in context.items()}
    return Request.of(
        principal or Principal.role(ROLE, "sofia"),
        "s3:GetObject",
        OBJECT,
        keys,
        resource_account=owner,
    )


@pytest.mark.parametrize(
    ("layers", "refused_by"),
    [
        (Layers(), Layer.IDENTITY),
        (Layers(identity=(allow(),)), None),
        (Layers(identity=(allow(),), boundary=NOTHING), Layer.BOUNDARY),
        (Layers(identity=(allow(),), boundary=allow()), None),
        (Layers(identity=(allow(),), session=(NOTHING,)), Layer.SESSION),
        (Layers(identity=(allow(),), session=()), Layer.SESSION),
        (Layers(boundary=allow()), Layer.IDENTITY),
        (
            Layers(identity=(allow(),), service_control=((allow(),), (NOTHING,))),
            Layer.SERVICE_CONTROL,
        ),
        (Layers(identity=(allow(),), service_control=((allow(),), (NOTHING, allow()))), None),
        (Layers(identity=(allow(),), resource_control=((NOTHING,),)), Layer.RESOURCE_CONTROL),
        (Layers(identity=(allow(),), endpoint=allow({"AWS": AWAY})), Layer.ENDPOINT),
        (Layers(identity=(allow(),), endpoint=allow("*")), None),
        (Layers(identity=(allow(),), resource=allow({"AWS": AWAY})), None),
    ],
)
def test_role_in_its_own_account(layers: Layers, refused_by: Layer | None) -> None:
    decision = decide(ask(), layers)

    assert (decision.allowed, decision.layer) == (refused_by is None, refused_by)


@pytest.mark.parametrize(
    ("principal", "bounded", "unbounded"),
    [
        # A role that a resource names is limited by its boundary, but needs no policy of its own.
        ({"AWS": ROLE}, False, True),
        # A session, or everybody, is given past boundary and session policy.
        ({"AWS": SESSION}, True, True),
        ("*", True, True),
        # An account decides by its own policies.
        ({"AWS": HOME}, False, False),
        ({"AWS": f"arn:aws:iam::{HOME}:root"}, False, False),
        ({"AWS": AWAY}, False, False),
    ],
)
def test_what_a_resource_gives_in_the_same_account(
    principal: Any, bounded: bool, unbounded: bool
) -> None:
    resource = allow(principal)

    assert decide(ask(), Layers(resource=resource, boundary=NOTHING)).allowed is bounded
    assert decide(ask(), Layers(resource=resource, session=(NOTHING,))).allowed is bounded
    assert decide(ask(), Layers(resource=resource)).allowed is unbounded


def test_everybody_narrowed_by_a_condition_still_bypasses_the_boundary() -> None:
    narrowed = allow("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}})

    assert decide(ask(), Layers(resource=narrowed, boundary=NOTHING)).allowed


def test_user_that_a_resource_names_is_not_limited_by_its_boundary() -> None:
    user = Principal.user(f"arn:aws:iam::{HOME}:user/sofia")
    layers = Layers(resource=allow({"AWS": user.arn}), boundary=NOTHING)

    assert decide(ask(user), layers).allowed


@pytest.mark.parametrize("principal", [{"AWS": ROLE}, {"AWS": HOME}, {"AWS": SESSION}, "*"])
def test_across_accounts_both_sides_must_allow(principal: Any) -> None:
    request = ask(owner=AWAY)
    resource = allow(principal)

    assert decide(request, Layers(identity=(allow(),), resource=resource)).allowed
    assert decide(request, Layers(resource=resource)).layer is Layer.IDENTITY
    assert decide(request, Layers(identity=(allow(),))).layer is Layer.RESOURCE
    bounded = Layers(identity=(allow(),), resource=resource, boundary=NOTHING)
    assert decide(request, bounded).layer is Layer.BOUNDARY


@pytest.mark.parametrize(
    ("principal", "identity", "allowed"),
    [
        ({"AWS": ROLE}, (), True),
        ({"AWS": HOME}, (), False),
        ({"AWS": HOME}, (allow(),), True),
        ({"AWS": AWAY}, (allow(),), False),
    ],
)
def test_key_or_trust_must_allow_by_itself(
    principal: Any, identity: tuple[Policy, ...], allowed: bool
) -> None:
    resource = allow(principal)
    layers = Layers(identity=identity, resource=resource, resource_counts=Resource.DECISIVE)

    assert decide(ask(), layers).allowed is allowed


@pytest.mark.parametrize(
    "layers",
    [
        Layers(identity=(allow(), deny())),
        Layers(identity=(allow(),), resource=deny("*")),
        Layers(identity=(allow(),), boundary=deny()),
        Layers(identity=(allow(),), session=(allow(), deny())),
        Layers(identity=(allow(),), service_control=((allow(),), (allow(), deny()))),
        Layers(identity=(allow(),), resource_control=((allow(), deny("*")),)),
        Layers(identity=(allow(),), endpoint=deny("*")),
    ],
)
def test_deny_in_any_layer_ends_it(layers: Layers) -> None:
    decision = decide(ask(), layers)

    assert (decision.allowed, decision.explicit) == (False, True)
    assert decision.statements[0].sid == "Deny"


def test_service_acts_by_the_resource_alone_and_no_service_control_policy_binds_it() -> None:
    trail = Principal.service("cloudtrail.amazonaws.com")
    resource = allow(
        {"Service": "cloudtrail.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": HOME}},
    )
    layers = Layers(resource=resource, service_control=((NOTHING,),))

    assert decide(ask(trail, aws_SourceAccount=HOME), layers).allowed
    assert decide(ask(trail, aws_SourceAccount=AWAY), layers).layer is Layer.RESOURCE
    assert not decide(ask(trail), layers).allowed
    assert not decide(ask(Principal.service("config.amazonaws.com")), layers).allowed


def test_nobody_in_particular_needs_a_resource_for_everybody() -> None:
    nobody = Principal.anonymous()

    assert decide(ask(nobody), Layers(resource=allow("*"))).allowed
    assert not decide(ask(nobody), Layers(resource=allow({"AWS": HOME}))).allowed
    assert not decide(
        ask(nobody),
        Layers(resource=allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
    ).allowed


def test_root_of_the_account_is_bound_by_control_policies_only() -> None:
    root = Principal.root(HOME)

    assert decide(ask(root), Layers()).allowed
    assert decide(ask(root), Layers(service_control=((NOTHING,),))).layer is Layer.SERVICE_CONTROL
    assert not decide(ask(root), Layers(resource=deny("*"))).allowed


def test_resource_may_be_named_with_the_name_of_who_asks() -> None:
    own = "arn:aws:sagemaker:eu-west-1:111111111111:user-profile/*/${aws:SourceIdentity}"
    policy = allow(Action="sagemaker:CreatePresignedDomainUrl", Resource=own)

    def may(profile: str, **context: str) -> bool:
        keys = {"aws:SourceIdentity": context["who"]} if context else {}
        request = Request.of(
            Principal.role(ROLE, "sofia"),
            "sagemaker:CreatePresignedDomainUrl",
            f"arn:aws:sagemaker:eu-west-1:111111111111:user-profile/d-1/{profile}",
            keys,
        )
        return decide(request, Layers(identity=(policy,))).allowed

    assert may("sofia", who="sofia")
    assert not may("milo", who="sofia")
    assert not may("sofia")
    assert not may("sofia", who="*")


def test_reason_names_the_layer_as_aws_does() -> None:
    assert decide(ask(), Layers()).reason == "because no identity-based policy allows the action"
    denied = decide(ask(), Layers(identity=(allow(),), service_control=((allow(), deny()),)))
    assert denied.reason == "with an explicit deny in a service control policy (policy#Deny)"
