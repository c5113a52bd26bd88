"""Names that no other test of the shared twin uses."""

from __future__ import annotations

import json
import secrets
from typing import Any

from tests.twins import RunningTwin


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


def role(twin: RunningTwin, account_id: str, *statements: dict[str, Any]) -> str:
    """Make a role with a trust policy of these statements and return its ARN."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    answer = twin.client("iam", account_id).create_role(
        RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(document)
    )
    return str(answer["Role"]["Arn"])


def trusting(
    principal: dict[str, Any], action: Any = "sts:AssumeRole", **more: Any
) -> dict[str, Any]:
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}
