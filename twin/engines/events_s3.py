"""Tells EventBridge of new objects in buckets that have its notifications on.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
"""

from __future__ import annotations

from typing import Any

import moto.s3.notifications
from moto.s3.models import s3_backends

from twin.call import Call, Forward, Response
from twin.engines import events
from twin.registry import Registry
from twin.twin import Twin

_REASONS = {
    "PutObject": "PutObject",
    "CopyObject": "CopyObject",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
}


def register(registry: Registry) -> None:
    """Stand around the operations that make objects."""
    for operation in _REASONS:
        registry.wraps("s3", operation)(object_created)
    # moto would deliver by itself to some kinds of targets, untransformed and with nobody's rights.
    moto.s3.notifications._send_event_bridge_message = _nothing


def object_created(twin: Twin, call: Call, forward: Forward) -> Response:
    """Send "Object Created" after an object was made."""
    response = forward()
    if response.ok:
        bucket = _bucket(call.parameters.get("Bucket", ""))
        if bucket is not None and _is_on(bucket):
            _emit(twin, call, bucket)
    return response


def _bucket(name: str) -> Any | None:
    place = s3_backends.bucket_accounts.get(name)
    if place is None:
        return None
    partition, account_id = place
    return s3_backends[account_id][partition].buckets.get(name)


def _is_on(bucket: Any) -> bool:
    configuration = bucket.notification_configuration
    return configuration is not None and configuration.event_bridge is not None


def _emit(twin: Twin, call: Call, bucket: Any) -> None:
    made = bucket.keys.get(call.parameters["Key"])
    if made is None:
        return
    described: dict[str, Any] = {
        "key": made.name,
        "size": made.size,
        "etag": made.etag.strip('"'),
        "sequencer": f"{int(twin.now().timestamp() * 1_000_000):018X}",
    }
    if made.version_id is not None and bucket.is_versioned:
        described["version-id"] = made.version_id
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": described,
        "request-id": call.request_id,
        "requester": call.account_id,
        "source-ip-address": "127.0.0.1",
        "reason": _REASONS[call.operation],
    }
    events.emit(
        twin,
        bucket.account_id,
        bucket.region_name,
        "aws.s3",
        "Object Created",
        detail,
        [bucket.arn],
    )


def _nothing(*_arguments: Any) -> None:
    return None
