"""Lets a bucket log to another one by the policies that the twin holds.

moto 5.2.5 looks for the log delivery's permission in the policy that it holds itself, which is
none here (see bucket_policies.py), and only at whole, literal resources.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import s3_backends

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.repairs import bucket_policies
from twin.twin import Twin

_DELIVERY = "logging.s3.amazonaws.com"


def register(registry: Registry) -> None:
    """Put the operation into the registry."""
    registry.answers("s3", "PutBucketLogging")(_put)


def _put(twin: Twin, call: Call) -> Mapping[str, Any]:
    buckets = s3_backends[call.account_id]["aws"].buckets
    bucket = buckets.get(str(call.parameters["Bucket"]))
    if bucket is None:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    enabled = call.parameters.get("BucketLoggingStatus", {}).get("LoggingEnabled")
    if not enabled:
        bucket.logging = {}
        return {}
    name, prefix = str(enabled["TargetBucket"]), str(enabled.get("TargetPrefix") or "")
    target = buckets.get(name)
    if target is None:
        raise _refused("The target bucket for logging does not exist.")
    if target.region_name != bucket.region_name:
        raise ServiceError(
            "CrossLocationLoggingProhibitted",
            "Cross S3 location logging not allowed.",
            403,
        )
    if not _may_deliver(twin, call, name, prefix):
        raise _refused(
            "You must either provide the necessary permissions to the logging service using a "
            "bucket policy or give the log-delivery group WRITE and READ_ACP permissions to the "
            "target bucket"
        )
    bucket.logging = {"TargetBucket": name, "TargetPrefix": prefix}
    return {}


def _may_deliver(twin: Twin, call: Call, name: str, prefix: str) -> bool:
    held = twin.table(bucket_policies.KIND, call.account_id, bucket_policies.REGION).get(name)
    statements = json.loads(held["Policy"])["Statement"] if held else []
    statements = [statements] if isinstance(statements, dict) else statements
    return any(_delivers(s, f"arn:aws:s3:::{name}/{prefix}") for s in statements)


def _delivers(statement: Mapping[str, Any], resource: str) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else None
    return (
        statement.get("Effect") == "Allow"
        and _DELIVERY in _many(services)
        and any(fnmatchcase("s3:PutObject", action) for action in _many(statement.get("Action")))
        and any(fnmatchcase(resource, item) for item in _many(statement.get("Resource")))
    )


def _many(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _refused(message: str) -> ServiceError:
    return ServiceError("InvalidTargetBucketForLogging", message, 400)
