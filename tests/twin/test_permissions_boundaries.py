"""A role's boundary exists before the role, and stays as long as a role has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import unique
from tests.twins import PRODUCTION, STAGING, RunningTwin

_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def _arn(name: str, account: str = STAGING) -> str:
    return f"arn:aws:iam::{account}:policy/{name}"


def _role(iam: Any, name: str, boundary: str) -> Any:
    return iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=_TRUST, PermissionsBoundary=boundary
    )


def test_a_role_without_its_boundary_is_refused(running_twin: RunningTwin) -> None:
    iam = running_twin.client("iam", STAGING)

    with pytest.raises(ClientError) as refused:
        _role(iam, "unbounded", _arn("nowhere"))

    error = refused.value.response["Error"]
    assert error["Code"] == "NoSuchEntity"
    assert error["Message"] == f"Scope ARN: {_arn('nowhere')} does not exist or is not attachable."
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="unbounded")


def test_a_boundary_of_another_account_is_none(running_twin: RunningTwin) -> None:
    iam = running_twin.client("iam", PRODUCTION)
    iam.create_policy(PolicyName="elsewhere", PolicyDocument=_POLICY)

    with pytest.raises(ClientError, match="does not exist or is not attachable"):
        _role(running_twin.client("iam", STAGING), "borrowing", _arn("elsewhere", PRODUCTION))


def test_a_boundary_stays_as_long_as_a_role_has_it(running_twin: RunningTwin) -> None:
    iam = running_twin.client("iam", STAGING)
    for name in ("first", "second"):
        iam.create_policy(PolicyName=name, PolicyDocument=_POLICY)
    made = _role(iam, "bounded", _arn("first"))["Role"]
    assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == _arn("first")

    with pytest.raises(ClientError) as refused:
        iam.delete_policy(PolicyArn=_arn("first"))
    assert refused.value.response["Error"]["Code"] == "DeleteConflict"
    with pytest.raises(ClientError, match="does not exist or is not attachable"):
        iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=_arn("nowhere"))

    iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=_arn("second"))
    iam.delete_policy(PolicyArn=_arn("first"))
    iam.delete_role(RoleName="bounded")
    iam.delete_policy(PolicyArn=_arn("second"))


def test_a_user_keeps_its_boundary(running_twin: RunningTwin) -> None:
    iam, name = running_twin.client("iam", STAGING), unique("user")
    arn = iam.create_policy(PolicyName=unique("bound"), PolicyDocument=_POLICY)["Policy"]["Arn"]
    iam.create_user(UserName=name, PermissionsBoundary=arn)
    held = iam.get_user(UserName=name)["User"]["PermissionsBoundary"]
    assert held["PermissionsBoundaryArn"] == arn

    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_policy(PolicyArn=arn)

    iam.delete_user_permissions_boundary(UserName=name)
    assert "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=arn)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]
    with pytest.raises(ClientError, match="does not exist or is not attachable"):
        iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=_arn("nowhere"))


def test_a_policy_of_aws_can_be_attached(running_twin: RunningTwin) -> None:
    iam, name = running_twin.client("iam", STAGING), unique("role")
    arn = "arn:aws:iam::aws:policy/SecurityAudit"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST)

    iam.attach_role_policy(RoleName=name, PolicyArn=arn)

    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": "SecurityAudit", "PolicyArn": arn}]
    with pytest.raises(ClientError, match="does not exist or is not attachable"):
        iam.attach_role_policy(RoleName=name, PolicyArn=f"{arn}OfNobody")
