"""Names that no other test of the shared twin uses."""

from __future__ import annotations

import json
import secrets
from typing import Any

from tests.twins import RunningTwin

_TAKE_ROLES = {
    "Sid": "TakeRoles",
    "Effect": "Allow",
    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
    "Resource": "*",
}


def unique(stem: str) -> str:
    """Return a name that begins with the stem."""
    return f"{stem}-{secrets.token_hex(4)}"


def bucket(twin: RunningTwin, account_id: str, stem: str = "bucket") -> str:
    """Make a bucket in an account."""
    name = unique(stem)
    twin.client("s3", account_id).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return name


def role(
    twin: RunningTwin, account_id: str, *statements: dict[str, Any], takes_roles: bool = False
) -> str:
    """Make a role with a trust policy of these statements and return its ARN.

    It has no rights, but to take other roles where that is said.
    """
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    iam, name = twin.client("iam", account_id), unique("role")
    answer = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    if takes_roles:
        rights = policy(_TAKE_ROLES)
        iam.put_role_policy(RoleName=name, PolicyName="take-roles", PolicyDocument=rights)
    return str(answer["Role"]["Arn"])


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def letting_in(account_id: str, *actions: str, resource: Any = "*") -> str:
    """Return a resource's policy that lets an account do something, and its own account all."""
    root = f"arn:aws:iam::{account_id}:root"
    return policy(
        {
            "Sid": "LetIn",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": list(actions),
            "Resource": resource,
        }
    )


def shared_bucket(twin: RunningTwin, account_id: str, other: str) -> str:
    """Make a bucket in an account whose objects another account reads and writes."""
    name = bucket(twin, account_id)
    twin.client("s3", account_id).put_bucket_policy(
        Bucket=name,
        Policy=letting_in(
            other,
            *("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
            resource=f"arn:aws:s3:::{name}/*",
        ),
    )
    return name


def trusting(
    principal: dict[str, Any], action: Any = "sts:AssumeRole", **more: Any
) -> dict[str, Any]:
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}
