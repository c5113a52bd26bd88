"""Lets one writer at a time decide whether an object is there already, copies among them.

moto 5.2.5 looks and then writes: of two writers with ``If-None-Match: *`` both could win, and
Terraform's S3 backend takes its lock in this way. It also copies over what is there whatever the
copy asks, and writes over it where another value than ``*`` is sent.
"""

from __future__ import annotations

import threading

from moto.s3.models import s3_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_DECIDING = threading.Lock()
_PARTITION = "aws"


def register(registry: Registry) -> None:
    """Put the lock around the operations that may be conditional."""
    for operation in ("PutObject", "CompleteMultipartUpload", "CopyObject", "DeleteObject"):
        registry.wraps("s3", operation)(_alone)


def _alone(_twin: Twin, call: Call, forward: Forward) -> Response:
    absent, present = call.parameters.get("IfNoneMatch"), call.parameters.get("IfMatch")
    if not absent and not present:
        return forward()
    if absent and absent != "*":
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
        raise _not_implemented()
    with _DECIDING:
        if call.operation == "CopyObject":
            _check_copy(call, present)
        return forward()


def _check_copy(call: Call, present: str | None) -> None:
    """Refuse a copy over an object that must not be there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    if present:
        raise _not_implemented()
    if _is_there(str(call.parameters["Bucket"]), str(call.parameters["Key"])):
        raise ServiceError(
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            412,
        )


def _is_there(bucket: str, key: str) -> bool:
    place = s3_backends.bucket_accounts.get(bucket)
    if place is None:
        return False
    backend = s3_backends[place[1]][_PARTITION]
    return backend.get_object(bucket, key) is not None


def _not_implemented() -> ServiceError:
    return ServiceError(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        501,
    )
