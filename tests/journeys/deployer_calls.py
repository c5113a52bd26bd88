"""What Terraform has asked of the twin, as the actions that IAM decides about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.journeys.stage import Stage

# Where an action is called otherwise than the operation; nobody decides about None.
_IRREGULAR: dict[str, str | None] = {
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "sts:GetCallerIdentity": None,
}
_SERVICES = {"accessanalyzer": "access-analyzer", "monitoring": "cloudwatch"}


def refused_calls(stage: Stage, account: str) -> set[tuple[str, str]]:
    """Tell which action Terraform needed as a role, by role, that its policies do not allow."""
    allowed = {purpose: set(_allowed(stage, account, purpose)) for purpose in ("apply", "plan")}
    return {
        (purpose, action)
        for purpose, action in _called(stage, account)
        if action.lower() not in allowed[purpose]
    }


def called_by(stage: Stage, account: str, purpose: str) -> set[str]:
    """Tell which actions Terraform needed as a role."""
    return {action for role, action in _called(stage, account) if role == purpose}


def _called(stage: Stage, account: str) -> Iterator[tuple[str, str]]:
    names = {stage.naming.role_name(account, purpose): purpose for purpose in ("apply", "plan")}
    audit = stage.folder / "twin" / "audit.jsonl"
    for line in audit.read_text("utf-8").splitlines():
        record = json.loads(line)
        parts = record["userIdentity"].get("arn", "").split("/")
        purpose = names.get(parts[1]) if len(parts) > 1 else None
        if purpose is None or "terraform" not in record["userAgent"].lower():
            continue
        service = record["eventSource"].partition(".")[0]
        operation = f"{_SERVICES.get(service, service)}:{record['eventName']}"
        action = _IRREGULAR.get(operation, operation)
        if action is not None:
            yield purpose, action


def _allowed(stage: Stage, account: str, purpose: str) -> Iterator[str]:
    iam = stage.client("iam", account)
    role = stage.naming.role_name(account, purpose)
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
        version = iam.get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
        )
        statements: list[dict[str, Any]] = version["PolicyVersion"]["Document"]["Statement"]
        for statement in statements:
            actions = statement["Action"]
            for action in actions if isinstance(actions, list) else [actions]:
                yield action.lower()
