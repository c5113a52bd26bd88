"""What was asked of the twin as a role, above all by Terraform, as the actions of IAM."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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
_DEPLOYERS = ("apply", "plan")
_TERRAFORM = "terraform"


def refused_calls(
    stage: Stage, account: str, purposes: Sequence[str] = _DEPLOYERS, program: str = _TERRAFORM
) -> set[tuple[str, str]]:
    """Tell which action a program needed as a role, by role, that its policies do not allow."""
    allowed = {purpose: set(_allowed(stage, account, purpose)) for purpose in purposes}
    return {
        (purpose, action)
        for purpose, action in _called(stage, account, purposes, program)
        if action.lower() not in allowed[purpose]
    }


def called_by(stage: Stage, account: str, purpose: str, program: str = _TERRAFORM) -> set[str]:
    """Tell which actions a program needed as a role; of any program where none is named."""
    return {action for _, action in _called(stage, account, (purpose,), program)}


def _called(
    stage: Stage, account: str, purposes: Sequence[str], program: str
) -> Iterator[tuple[str, str]]:
    names = {stage.naming.role_name(account, purpose): purpose for purpose in purposes}
    audit = stage.folder / "twin" / "audit.jsonl"
    for line in audit.read_text("utf-8").splitlines():
        record = json.loads(line)
        # What the twin did by itself is recorded without a caller.
        parts = record.get("userIdentity", {}).get("arn", "").split("/")
        purpose = names.get(parts[1]) if len(parts) > 1 else None
        if purpose is None or program not in record["userAgent"].lower():
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
        yield from _actions(version["PolicyVersion"]["Document"])
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield from _actions(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])


def _actions(document: dict[str, Any]) -> Iterator[str]:
    for statement in document["Statement"]:
        actions = statement["Action"]
        for action in actions if isinstance(actions, list) else [actions]:
            yield action.lower()
