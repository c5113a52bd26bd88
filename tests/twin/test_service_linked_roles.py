"""Roles of services: nobody makes one by hand, or changes one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import unique
from tests.twins import STAGING, RunningTwin

_SERVICE = "lex.amazonaws.com"
_OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": STAGING}, "Action": "sts:AssumeRole"}
        ],
    }
)


@pytest.fixture(scope="module")
def iam(running_twin: RunningTwin) -> Any:
    """A client of an administrator, with the role of a service in its account."""
    made = running_twin.client("iam", STAGING)
    made.create_service_linked_role(AWSServiceName=_SERVICE, CustomSuffix="kept")
    return made


def linked(iam: Any) -> str:
    """Return the name of the service's role."""
    return next(
        str(role["RoleName"])
        for role in iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]
        if role["RoleName"].endswith("_kept")
    )


def test_role_under_the_path_of_services_is_refused(iam: Any) -> None:
    with pytest.raises(ClientError, match="InvalidInput"):
        iam.create_role(
            RoleName=unique("role"),
            Path=f"/aws-service-role/{_SERVICE}/",
            AssumeRolePolicyDocument=_OPEN,
        )


def test_whom_a_services_role_trusts_is_not_changed(iam: Any) -> None:
    name = linked(iam)
    before = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]

    with pytest.raises(ClientError, match="UnmodifiableEntity"):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=_OPEN)

    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == before


def test_what_a_services_role_may_is_not_changed(iam: Any) -> None:
    name, text = (
        linked(iam),
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
            }
        ),
    )

    with pytest.raises(ClientError, match="UnmodifiableEntity"):
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=text)
    with pytest.raises(ClientError, match="UnmodifiableEntity"):
        iam.attach_role_policy(
            RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
        )
    with pytest.raises(ClientError, match="UnmodifiableEntity"):
        iam.delete_role(RoleName=name)

    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []


def test_a_removal_is_named_after_its_role_so_that_who_may_remove_it_may_ask(
    running_twin: RunningTwin,
) -> None:
    iam = running_twin.client("iam", STAGING)
    made = iam.create_service_linked_role(AWSServiceName=_SERVICE, CustomSuffix="gone")["Role"]
    task = iam.delete_service_linked_role(RoleName=made["RoleName"])["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/{_SERVICE}/{made['RoleName']}/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.delete_service_linked_role(RoleName=made["RoleName"])
