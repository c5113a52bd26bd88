"""Which data a run is given: one version of one object, by its digest.

A run that is told "the newest" would train on whatever lies there when its job begins. So the
version is chosen and hashed here; the first job refuses bytes with another digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import Finding
from pipelines.triggers.asked import ObjectVersion

_CHUNK_BYTES = 1 << 20


class ObjectClient(Protocol):
    """The operations of the `s3` client that are used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...

    def get_paginator(self, operation: str) -> Any: ...


def newest(s3: ObjectClient, bucket: str, prefix: str) -> ObjectVersion:
    """Find the CSV that was brought last and is still there; raises Finding where there is none."""
    address = f"s3://{bucket}/{prefix}"
    found = [one for one in _versions(s3, bucket, prefix, address) if _is_data(one)]
    if not found:
        raise Finding(
            address,
            "must hold a CSV to train on",
            got="none",
            hint="bring one: gatehouse pipeline start MODEL --data FILE",
        )
    # Of two that came in the same second the name decides, so that a retry finds the same one.
    latest = max(found, key=lambda one: (one["LastModified"], one["Key"]))
    return ObjectVersion(bucket, str(latest["Key"]), str(latest["VersionId"]))


def digest(s3: ObjectClient, data: ObjectVersion) -> str:
    """Return the SHA-256 of exactly this version, as 64 hexadecimal digits."""
    address = f"{data.uri} in version {data.version}"
    hashed = hashlib.sha256()
    with aws_call(address, "must be readable"):
        answer = s3.get_object(Bucket=data.bucket, Key=data.key, VersionId=data.version)
        for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
            hashed.update(chunk)
    return hashed.hexdigest()


def _versions(
    s3: ObjectClient, bucket: str, prefix: str, address: str
) -> Iterator[Mapping[str, Any]]:
    with aws_call(address, "must be listable"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            yield from page.get("Versions") or ()


def _is_data(version: Mapping[str, Any]) -> bool:
    return bool(version["IsLatest"]) and str(version["Key"]).endswith(".csv")
