"""Data that somebody brings for a run: put into the bucket, pinned by digest and version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from scripts.access import Access, aws_errors


@dataclass(frozen=True)
class BroughtData:
    """One version of one object, and what its bytes hash to."""

    uri: str
    sha256: str
    version: str

    @property
    def parameters(self) -> dict[str, str]:
        """What a run is told of its data; its first job refuses bytes with another digest."""
        return {
            "InputDataSha256": self.sha256,
            "InputDataUri": self.uri,
            "InputDataVersion": self.version,
        }


def bring_data(access: Access, region: str, bucket: str, key: str, content: bytes) -> BroughtData:
    """Store an object and tell which version of it that is."""
    uri = f"s3://{bucket}/{key}"
    with aws_errors(uri, "must be writable", access.endpoint):
        answer = access.client("s3", region).put_object(Bucket=bucket, Key=key, Body=content)
    version = str(answer.get("VersionId") or "unrecorded")
    return BroughtData(uri, hashlib.sha256(content).hexdigest(), version)
