"""Holds bucket policies beside moto, which would evaluate them wrongly.

moto 5.2.5 evaluates a bucket policy without its conditions and principals, so that a statement
which denies everybody outside the organisation would deny everybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends

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
    text = call.body.decode(errors="replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document.get("Statement"):
        raise ServiceError(
            "MalformedPolicy",
            "Policies must be valid JSON and the first byte must be '{'",
            400,
        )
    _policies(twin, call).put(_bucket(call), {"Policy": text})
    return Response(204, {}, b"")


def _get(twin: Twin, call: Call) -> Response:
    text = str(_held(twin, call)["Policy"])
    return Response(200, {"Content-Type": "application/json"}, text.encode())


def _delete(twin: Twin, call: Call) -> Response:
    _policies(twin, call).pop(_bucket(call))
    return Response(204, {}, b"")


def _status(twin: Twin, call: Call) -> Mapping[str, Any]:
    document = json.loads(_held(twin, call)["Policy"])
    statements = document["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    public = any(
        s.get("Effect") == "Allow"
        and s.get("Principal") in ("*", {"AWS": "*"})
        and not s.get("Condition")
        for s in statements
    )
    return {"PolicyStatus": {"IsPublic": public}}


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
