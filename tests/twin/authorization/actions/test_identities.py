"""IAM and STS are asked for on the ARNs under which principals and policies really lie."""

from __future__ import annotations

from typing import Any

import pytest
from moto.iam.models import iam_backends

from tests.twin.authorization.actions.calls import OTHER, OWN, call, pairs
from twin.authorization.actions import UnknownAction, asked
from twin.twin import Twin

IAM = f"arn:aws:iam::{OWN}"


@pytest.fixture
def _role(_accounts: None) -> None:
    iam_backends[OWN]["aws"].create_role("deep", "{}", "/some/where/", None, "", [], "3600")


@pytest.mark.usefixtures("_role")
@pytest.mark.parametrize("operation", ["GetRole", "DeleteRole", "PutRolePolicy", "TagRole"])
def test_a_role_is_found_with_its_path(twin: Twin, operation: str) -> None:
    made = call("iam", operation, {"RoleName": "deep"})
    assert pairs(twin, made) == [(f"iam:{operation}", f"{IAM}:role/some/where/deep")]


def test_a_new_role_is_asked_for_where_it_will_lie_and_for_its_tags(twin: Twin) -> None:
    given = {"RoleName": "new", "Path": "/a/", "Tags": [{"Key": "a", "Value": "b"}]}
    arn = f"{IAM}:role/a/new"
    assert pairs(twin, call("iam", "CreateRole", given)) == [
        ("iam:CreateRole", arn),
        ("iam:TagRole", arn),
    ]


@pytest.mark.parametrize(
    ("operation", "given", "resource"),
    [
        ("CreateUser", {"UserName": "u"}, "user/u"),
        ("DeleteGroup", {"GroupName": "g"}, "group/g"),
        ("GetInstanceProfile", {"InstanceProfileName": "i"}, "instance-profile/i"),
        ("CreatePolicy", {"PolicyName": "p", "Path": "/x/"}, "policy/x/p"),
        (
            "CreatePolicyVersion",
            {"PolicyArn": f"{IAM}:policy/x/p", "PolicyDocument": "{}"},
            "policy/x/p",
        ),
        (
            "CreateOpenIDConnectProvider",
            {"Url": "https://issuer.example/path"},
            "oidc-provider/issuer.example/path",
        ),
        (
            "CreateServiceLinkedRole",
            {"AWSServiceName": "config.amazonaws.com"},
            "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        ),
        (
            "CreateServiceLinkedRole",
            {"AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": "x"},
            "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_x",
        ),
    ],
)
def test_an_entity_has_the_arn_of_its_kind(
    twin: Twin, operation: str, given: dict[str, Any], resource: str
) -> None:
    assert pairs(twin, call("iam", operation, given)) == [(f"iam:{operation}", f"{IAM}:{resource}")]


def test_a_policy_of_aws_is_asked_for_in_the_own_account(twin: Twin) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    (only,) = asked(twin, call("iam", "GetPolicy", {"PolicyArn": arn}))
    assert (only.resource, only.owner) == (arn, OWN)


def test_without_a_name_a_key_is_made_for_oneself(twin: Twin) -> None:
    arn = f"{IAM}:user/path/sam"
    made = call("iam", "CreateAccessKey", {}, arn=arn)
    assert pairs(twin, made) == [("iam:CreateAccessKey", arn)]


def test_without_a_name_a_session_makes_no_key(twin: Twin) -> None:
    with pytest.raises(UnknownAction, match="nothing that names its resource"):
        asked(twin, call("iam", "CreateAccessKey", {}))


@pytest.mark.parametrize(
    ("more", "actions"),
    [
        ({}, []),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, ["sts:TagSession"]),
        ({"SourceIdentity": "sam"}, ["sts:SetSourceIdentity"]),
        (
            {"Tags": [{"Key": "a", "Value": "b"}], "SourceIdentity": "sam"},
            ["sts:TagSession", "sts:SetSourceIdentity"],
        ),
    ],
)
def test_a_session_asks_for_its_tags_and_identity(
    twin: Twin, more: dict[str, Any], actions: list[str]
) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/theirs"
    made = call("sts", "AssumeRole", {"RoleArn": arn, "RoleSessionName": "s", **more})
    assert pairs(twin, made) == [(action, arn) for action in ["sts:AssumeRole", *actions]]
    assert {each.owner for each in asked(twin, made)} == {OTHER}


@pytest.mark.parametrize(
    "arn", ["", "theirs", "arn:aws:iam::410000000002:user/u", "arn:aws:s3:::r"]
)
def test_what_is_no_role_cannot_be_assumed(twin: Twin, arn: str) -> None:
    with pytest.raises(UnknownAction, match="no ARN of a role"):
        asked(twin, call("sts", "AssumeRole", {"RoleArn": arn}))


def test_everybody_may_ask_who_he_is(twin: Twin) -> None:
    assert asked(twin, call("sts", "GetCallerIdentity")) == ()
