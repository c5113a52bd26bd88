"""Holds bucket policies beside moto, which would evaluate them wrongly.

moto 5.2.5 evaluates a bucket policy without its conditions and principals, so that a statement
which denies everybody outside the organisation would deny everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends

from policies.iam import MalformedPolicy, parse_policy
from twin.authorization.live import buckets
from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Table
from twin.twin import Twin

KIND = "s3/BucketPolicy"
# Buckets have one name space over all regions.
REGION = "aws-global"


def register(registry: Registry) -> None:
    """Put the operations on bucket policies into the registry."""
    registry.answers("s3", "PutBucketPolicy")(_put)
    registry.answers("s3", "GetBucketPolicy")(_get)
    registry.answers("s3", "DeleteBucketPolicy")(_delete)
    registry.answers("s3", "GetBucketPolicyStatus")(_status)
    registry.wraps("s3", "DeleteBucket")(_forget)


def _put(twin: Twin, call: Call) -> Response:
    """Hold a policy, unless it would be public where nothing may.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    text = call.body.decode(errors="replace")
    bucket = _bucket(call)
    try:
        policy = parse_policy(bucket, text)
    except MalformedPolicy as error:
        raise ServiceError("MalformedPolicy", str(error), 400) from error
    blocked = buckets.blocks(bucket, call.account_id, "block_public_policy")
    if blocked and buckets.is_public(policy):
        raise ServiceError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: s3:PutBucketPolicy on "
            f'resource: "arn:aws:s3:::{bucket}" because public policies are prevented by the '
            "BlockPublicPolicy setting in S3 Block Public Access.",
            403,
        )
    _policies(twin, call).put(bucket, {"Policy": text})
    return Response(204, {}, b"")


def _get(twin: Twin, call: Call) -> Response:
    text = str(_held(twin, call)["Policy"])
    return Response(200, {"Content-Type": "application/json"}, text.encode())


def _delete(twin: Twin, call: Call) -> Response:
    _policies(twin, call).pop(_bucket(call))
    return Response(204, {}, b"")


def _status(twin: Twin, call: Call) -> Mapping[str, Any]:
    policy = parse_policy(_bucket(call), str(_held(twin, call)["Policy"]))
    return {"PolicyStatus": {"IsPublic": buckets.is_public(policy)}}


def _forget(twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    if response.ok:
        _policies(twin, call).pop(str(call.parameters["Bucket"]))
    return response


def _held(twin: Twin, call: Call) -> Mapping[str, Any]:
    held = _policies(twin, call).get(_bucket(call))
    if held is None:
        raise ServiceError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
    return held


def _bucket(call: Call) -> str:
    name = str(call.parameters["Bucket"])
    if name not in s3_backends.bucket_accounts:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    return name


def _policies(twin: Twin, call: Call) -> Table:
    return twin.table(KIND, call.account_id, REGION)
