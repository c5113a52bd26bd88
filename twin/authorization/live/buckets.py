"""Policies of buckets, and what the block of public access leaves of them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends
from moto.s3control.models import s3control_backends

from policies.iam import Policy, Principal, Statement
from policies.iam.condition import Condition
from policies.iam.principal import Kind
from twin.authorization.live.parsed import parsed
from twin.moto_state import PARTITION, held

if TYPE_CHECKING:
    from twin.twin import Twin

# Where bucket policies are held; the table belongs to what answers PutBucketPolicy.
_TABLE, _REGION = "s3/BucketPolicy", "aws-global"
# What the root user of the owner may always do, so that nobody can shut a bucket for ever.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
_FOR_ROOT = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
# Keys that make a statement for everybody one for somebody, if their values have no wildcard.
_NARROWING = frozenset(
    (
        "aws:principalaccount aws:principalarn aws:principalorgid aws:principalorgpaths "
        "aws:sourceaccount aws:sourcearn aws:sourceip aws:sourceorgid aws:sourceorgpaths "
        "aws:sourceowner aws:sourcevpc aws:sourcevpce aws:userid aws:vpceaccount aws:vpceorgid "
        "aws:vpceorgpaths s3:dataaccesspointaccount s3:dataaccesspointarn "
        "s3:x-amz-server-side-encryption-aws-kms-key-id"
    ).split()
)
_POSITIVE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "IpAddress")


def policy_of(
    twin: Twin, name: str, owner: str, principal: Principal, action: str
) -> Policy | None:
    """Return the policy of a bucket as it counts for a principal."""
    found = twin.table(_TABLE, owner, _REGION).get(name)
    if found is None or (
        principal.kind is Kind.ROOT and principal.account == owner and action.lower() in _FOR_ROOT
    ):
        return None
    policy = parsed(f"arn:{PARTITION}:s3:::{name}", str(found["Policy"]))
    foreign = principal.kind is not Kind.SERVICE and principal.account != owner
    if foreign and blocks(name, owner, "restrict_public_buckets") and is_public(policy):
        return _denials(policy)
    return policy


def is_public(policy: Policy) -> bool:
    """Tell whether a bucket policy is public: some allow is for everybody, wherever from.

    Conditions on fixed values of the keys that S3 names make it not public; a value with a
    wildcard, or a range of addresses over half of the internet, is not fixed.
    """
    return any(
        statement.allows
        and statement.principals is not None
        and (statement.principals.everybody or statement.principals.excludes)
        and not any(_narrows(condition) for condition in statement.conditions)
        for statement in policy.statements
    )


def _narrows(condition: Condition) -> bool:
    if condition.key not in _NARROWING or condition.if_exists:
        return False
    if condition.operator.name not in _POSITIVE:
        return False
    values = [value.text for value in condition.values]
    if condition.key == "aws:sourceip":
        return all(not text.endswith(("/0", "/1")) for text in values)
    if condition.key == "aws:userid":
        values = [text.removesuffix(":*") for text in values]
    return all("*" not in text and "?" not in text and "${" not in text for text in values)


def blocks(name: str, owner: str, setting: str) -> bool:
    """Tell whether a setting of the block of public access holds for a bucket.

    It may be set on the bucket or on its whole account; ``setting`` is moto's name of it.
    """
    s3 = held(s3_backends, owner, PARTITION)
    bucket = None if s3 is None else s3.buckets.get(name)
    control = held(s3control_backends, owner, PARTITION)
    held_by: tuple[Any | None, ...] = (
        None if bucket is None else bucket.public_access_block,
        None if control is None else control.public_access_block,
    )
    return any(
        str(getattr(block, setting)).lower() == "true" for block in held_by if block is not None
    )


def _denials(policy: Policy) -> Policy:
    kept: tuple[Statement, ...] = tuple(s for s in policy.statements if not s.allows)
    return replace(policy, statements=kept, _by_action={})
