"""Answers whether a bucket tells EventBridge of its objects: moto 5.2.5 holds it and is silent.

Terraform would turn it on again at every plan.
"""

from __future__ import annotations

import re

from moto.s3.models import s3_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin

_EVENT_BRIDGE = b"<EventBridgeConfiguration/>"
_ROOT = b"NotificationConfiguration"
_END = re.compile(rb"<NotificationConfiguration([^>]*)/>\s*$|</NotificationConfiguration>\s*$")


def register(registry: Registry) -> None:
    """Stand around the operation that answers."""
    registry.wraps("s3", "GetBucketNotificationConfiguration")(_say)


def _say(_twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    bucket = s3_backends[call.account_id]["aws"].buckets.get(str(call.parameters["Bucket"]))
    held = None if bucket is None else bucket.notification_configuration
    if not response.ok or held is None or held.event_bridge is None:
        return response
    if _EVENT_BRIDGE in response.body:
        return response
    return Response(response.status, response.headers, _END.sub(_ended, response.body))


def _ended(end: re.Match[bytes]) -> bytes:
    closed = _EVENT_BRIDGE + b"</" + _ROOT + b">"
    return closed if end[1] is None else b"<" + _ROOT + end[1] + b">" + closed
