"""Policies of buckets as S3 takes them: in the grammar, and public only where that may be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import bucket
from tests.twins import STAGING, RunningTwin


def policy(name: str, **more: Any) -> str:
    """Write a policy of one statement about a bucket's objects."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
        **more,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def block(s3: Any, name: str) -> None:
    """Let no policy of a bucket be public."""
    settings = {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=settings)


def test_public_policy_is_refused_where_they_are_blocked(running_twin: RunningTwin) -> None:
    s3, name = running_twin.client("s3", STAGING), bucket(running_twin, STAGING)
    s3.put_bucket_policy(Bucket=name, Policy=policy(name))
    assert s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"]
    s3.delete_bucket_policy(Bucket=name)
    block(s3, name)

    with pytest.raises(ClientError, match="BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket=name, Policy=policy(name))

    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=name)


def test_policy_for_some_is_taken_where_public_ones_are_blocked(running_twin: RunningTwin) -> None:
    s3, name = running_twin.client("s3", STAGING), bucket(running_twin, STAGING)
    block(s3, name)
    narrow = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}

    s3.put_bucket_policy(Bucket=name, Policy=policy(name, Condition=narrow))

    assert not s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"]


@pytest.mark.parametrize(
    "more", [{"Effect": "Maybe"}, {"Actoin": "s3:*"}, {"Condition": {"StringEqualz": {"a": "b"}}}]
)
def test_policy_that_breaks_the_grammar_is_refused(
    running_twin: RunningTwin, more: dict[str, Any]
) -> None:
    s3, name = running_twin.client("s3", STAGING), bucket(running_twin, STAGING)

    with pytest.raises(ClientError, match="MalformedPolicy"):
        s3.put_bucket_policy(Bucket=name, Policy=policy(name, **more))
