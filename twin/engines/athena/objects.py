"""Reads and writes objects of S3 in the name of whoever asks Athena."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines.athena.failures import QueryCancelled, QueryFailed

_CHUNK = 1 << 20


@dataclass
class Objects:
    """What a query reads; ``scanned`` counts bytes, and more than ``most`` ends the query."""

    s3: Any
    most: int | None = None
    scanned: int = 0

    def keys(self, uri: str) -> Iterator[str]:
        """Yield the addresses of the objects below one; those that Hive hides are left out."""
        bucket, prefix = split(uri)
        prefix = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
        try:
            pages = self.s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for one in page.get("Contents", []):
                    key = str(one["Key"])
                    if one["Size"] and not key.rpartition("/")[2].startswith(("_", ".")):
                        yield f"s3://{bucket}/{key}"
        except (ClientError, BotoCoreError) as error:
            raise _unreadable(uri, error) from error

    def fetch(self, uri: str, path: Path) -> None:
        """Write an object into a file; raises QueryFailed, or QueryCancelled past the limit."""
        bucket, key = split(uri)
        try:
            body = self.s3.get_object(Bucket=bucket, Key=key)["Body"]
            with path.open("wb") as file:
                for chunk in body.iter_chunks(_CHUNK):
                    file.write(chunk)
                    self.scanned += len(chunk)
        except (ClientError, BotoCoreError) as error:
            raise _unreadable(uri, error) from error
        if self.most is not None and self.scanned > self.most:
            raise QueryCancelled("Bytes scanned limit was exceeded")

    def write(self, uri: str, content: bytes, configuration: Mapping[str, Any]) -> None:
        """Write an object as a result configuration says; raises QueryFailed."""
        bucket, key = split(uri)
        options = dict(_sealing(configuration.get("EncryptionConfiguration") or {}))
        owner = configuration.get("ExpectedBucketOwner")
        if owner:
            options["ExpectedBucketOwner"] = owner
        try:
            self.s3.put_object(Bucket=bucket, Key=key, Body=content, **options)
        except (ClientError, BotoCoreError) as error:
            raise QueryFailed(f"Access denied when writing to location: {uri}: {error}") from error


def split(uri: str) -> tuple[str, str]:
    """Return bucket and key of an ``s3://`` address; raises QueryFailed for any other."""
    if not uri.startswith("s3://"):
        raise QueryFailed(f"HIVE_METASTORE_ERROR: a location must begin with s3://, got {uri}")
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _sealing(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    option = given.get("EncryptionOption")
    if option == "SSE_S3":
        yield "ServerSideEncryption", "AES256"
    if option == "SSE_KMS":
        yield "ServerSideEncryption", "aws:kms"
        yield "SSEKMSKeyId", str(given.get("KmsKey"))


def _unreadable(uri: str, error: Exception) -> QueryFailed:
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in (
        "AccessDenied",
        "403",
    ):
        return QueryFailed(f"Permission denied on S3 path: {uri}: {error}")
    return QueryFailed(f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {uri}: {error}")
