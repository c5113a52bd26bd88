"""Holds which bucket logs to which one; access logs themselves are never delivered.

moto 5.2.5 looks for the log delivery's permission in the policy that it holds itself, which is
none here (see bucket_policies.py), and writes an object for each request, which nobody reads and
which keeps a log bucket from being destroyed. Whether S3 may deliver is decided before, as it is
for all that a service does because of a request (authorization/dependents/deliveries.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.repairs import bucket_policies
from twin.table import Table
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    registry.answers("s3", "PutBucketLogging")(_put)
    registry.answers("s3", "GetBucketLogging")(_get)
    registry.wraps("s3", "DeleteBucket")(_forget)


def _put(twin: Twin, call: Call) -> Mapping[str, Any]:
    buckets = s3_backends[call.account_id]["aws"].buckets
    bucket = buckets.get(str(call.parameters["Bucket"]))
    if bucket is None:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    enabled = call.parameters.get("BucketLoggingStatus", {}).get("LoggingEnabled")
    if not enabled:
        _settings(twin, call).pop(bucket.name)
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
    _settings(twin, call).put(bucket.name, {**enabled, "TargetPrefix": prefix})
    return {}


def _get(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = str(call.parameters["Bucket"])
    if name not in s3_backends.bucket_accounts:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    held = _settings(twin, call).get(name)
    return {} if held is None else {"LoggingEnabled": held}


def _forget(twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    if response.ok:
        _settings(twin, call).pop(str(call.parameters["Bucket"]))
    return response


def _settings(twin: Twin, call: Call) -> Table:
    return twin.table("s3/BucketLogging", call.account_id, bucket_policies.REGION)


def _refused(message: str) -> ServiceError:
    return ServiceError("InvalidTargetBucketForLogging", message, 400)
