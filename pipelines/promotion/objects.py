"""Objects in S3 by exact version: read, hashed while they arrive, and written once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.errors import Finding
from pipelines.promotion.release import ExactObject

_CHUNK = 1 << 20
# What one PutObject takes.
_LARGEST = 5 * (1 << 30)


class S3Client(Protocol):
    """The operations of the `s3` client that are used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...
    def head_object(self, **request: Any) -> dict[str, Any]: ...
    def put_object(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Version:
    """What S3 tells about the current version of an object."""

    uri: str
    version_id: str
    etag: str
    modified: datetime


def split_uri(uri: str) -> tuple[str, str]:
    """Split s3://bucket/key."""
    bucket, slash, key = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not slash or not bucket or not key:
        raise Finding(uri or "object", "must be the address s3://<bucket>/<key> of an object")
    return bucket, key


def current_version(s3: S3Client, uri: str) -> Version:
    """Tell which version of an object is the current one."""
    bucket, key = split_uri(uri)
    with aws_call(uri, "must be an object that can be read"):
        head = s3.head_object(Bucket=bucket, Key=key)
    version = str(head.get("VersionId", "null"))
    if version == "null":
        raise Finding(
            uri,
            "must have a version",
            got="an object without one",
            hint=f"turn on the versioning of bucket {bucket} and build the model again",
        )
    return Version(uri, version, str(head["ETag"]).strip('"'), head["LastModified"])


def measure(s3: S3Client, uri: str, version_id: str) -> ExactObject:
    """Hash one version of an object without keeping it."""
    hasher = hashlib.sha256()
    for chunk in _chunks(s3, uri, version_id):
        hasher.update(chunk)
    return ExactObject(uri, version_id, hasher.hexdigest())


def fetch(s3: S3Client, wanted: ExactObject, path: Path) -> Path:
    """Write the object into a file; remove and refuse what has another digest."""
    with path.open("wb") as file:
        arrived = _copy(_chunks(s3, wanted.uri, wanted.version_id), file)
    if arrived != wanted.sha256:
        path.unlink()
        raise other_bytes(wanted, arrived)
    return path


def read(s3: S3Client, wanted: ExactObject) -> bytes:
    """Return the bytes of a small object; refuse what has another digest."""
    content = b"".join(_chunks(s3, wanted.uri, wanted.version_id))
    arrived = hashlib.sha256(content).hexdigest()
    if arrived != wanted.sha256:
        raise other_bytes(wanted, arrived)
    return content


def find(s3: S3Client, uri: str) -> str | None:
    """Tell the current version of an object, or None where there is none."""
    bucket, key = split_uri(uri)
    with aws_call(uri, "must let its presence be asked for"):
        try:
            head = s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error_code(error) in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise
    return str(head.get("VersionId", "null"))


def store(s3: S3Client, path: Path, sha256: str, uri: str, key_arn: str) -> str:
    """Write a file under a customer key; S3 compares the digest. Return the version."""
    bucket, key = split_uri(uri)
    size = path.stat().st_size
    if size > _LARGEST:
        raise Finding(uri, "must be at most 5 GiB", got=f"{size} bytes")
    with path.open("rb") as body, aws_call(uri, "must be written"):
        answer = s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=key_arn,
        )
    return str(answer.get("VersionId", "null"))


def other_bytes(wanted: ExactObject, arrived: str) -> Finding:
    """Make the error that an object has other bytes than it must have."""
    return Finding(
        f"{wanted.uri} version {wanted.version_id}",
        f"must have the SHA-256 {wanted.sha256}",
        got=arrived,
    )


def _chunks(s3: S3Client, uri: str, version_id: str) -> Iterator[bytes]:
    bucket, key = split_uri(uri)
    with aws_call(f"{uri} version {version_id}", "must be readable"):
        answer = s3.get_object(Bucket=bucket, Key=key, VersionId=version_id)
        yield from answer["Body"].iter_chunks(_CHUNK)


def _copy(chunks: Iterator[bytes], file: BinaryIO) -> str:
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
        file.write(chunk)
    return hasher.hexdigest()
