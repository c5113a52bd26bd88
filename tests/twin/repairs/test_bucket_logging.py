"""A bucket logs to another where the policies in force let S3 deliver there, and only there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin

_DELIVERY = {"Service": "logging.s3.amazonaws.com"}


@pytest.fixture
def s3(running_twin: RunningTwin) -> Any:
    """A client of S3."""
    return running_twin.client("s3")


@pytest.fixture
def target(s3: Any) -> str:
    """A bucket that lets nobody in by its policy."""
    return _bucket(s3, "access-logs")


def _bucket(s3: Any, start: str) -> str:
    name = unique(start)
    region = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=region)
    return name


def _admit(s3: Any, target: str, **more: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": _DELIVERY,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{target}/*",
        **more,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=target, Policy=json.dumps(policy))


def _log(s3: Any, target: str, prefix: str = "logs/") -> str:
    bucket = _bucket(s3, "logged")
    enabled = {"TargetBucket": target, "TargetPrefix": prefix}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})
    return bucket


def _refused(s3: Any, target: str) -> None:
    with pytest.raises(ClientError) as caught:
        _log(s3, target)
    assert caught.value.response["Error"]["Code"] == "InvalidTargetBucketForLogging"


def test_s3_delivers_where_it_is_let_in(s3: Any, target: str) -> None:
    own = {"StringEquals": {"aws:SourceAccount": DATA_SCIENCE}}
    _admit(s3, target, Condition=own)
    held = s3.get_bucket_logging(Bucket=_log(s3, target))["LoggingEnabled"]
    assert (held["TargetBucket"], held["TargetPrefix"]) == (target, "logs/")


def test_s3_is_not_let_in_by_a_bucket_without_policy(s3: Any, target: str) -> None:
    _refused(s3, target)


@pytest.mark.parametrize(
    "other",
    [
        {"Action": "s3:GetObject"},
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": STAGING}}},
    ],
    ids=["another action", "another service", "for another account"],
)
def test_s3_is_not_let_in_by_a_policy_for_something_else(
    s3: Any, target: str, other: dict[str, Any]
) -> None:
    _admit(s3, target, **other)
    _refused(s3, target)


def test_s3_is_not_let_in_elsewhere_than_where_its_logs_would_be(s3: Any, target: str) -> None:
    _admit(s3, target, Resource=f"arn:aws:s3:::{target}/other/*")
    _refused(s3, target)


def test_s3_is_not_let_in_past_a_deny(s3: Any, target: str) -> None:
    arn = f"arn:aws:s3:::{target}/*"
    allow = {"Effect": "Allow", "Principal": _DELIVERY, "Action": "s3:PutObject", "Resource": arn}
    deny = {**allow, "Effect": "Deny"}
    policy = {"Version": "2012-10-17", "Statement": [allow, deny]}
    s3.put_bucket_policy(Bucket=target, Policy=json.dumps(policy))
    _refused(s3, target)
