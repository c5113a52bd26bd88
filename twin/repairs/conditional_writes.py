"""Lets one writer at a time decide whether an object is there already.

moto 5.2.5 looks and then writes: of two writers with ``If-None-Match: *`` both could win, and
Terraform's S3 backend takes its lock in this way.
"""

from __future__ import annotations

import threading

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin

_DECIDING = threading.Lock()


def register(registry: Registry) -> None:
    """Put the lock around the operations that may be conditional."""
    for operation in ("PutObject", "CompleteMultipartUpload", "DeleteObject"):
        registry.wraps("s3", operation)(_alone)


def _alone(_twin: Twin, call: Call, forward: Forward) -> Response:
    if call.parameters.get("IfNoneMatch") or call.parameters.get("IfMatch"):
        with _DECIDING:
            return forward()
    return forward()
