"""Carries data between S3 and a job's folder with the rights of the job's role."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.call import Position
from twin.engines.sagemaker.place import POSITION
from twin.engines.sagemaker.session import RoleSession

_CHUNK = 1 << 20


class TransferError(Exception):
    """Data could not be fetched or stored; the text says why."""


def split(uri: str) -> tuple[str, str]:
    """Return bucket and key of an S3 address."""
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket:
        raise TransferError(f"{uri} is not an address in S3")
    return bucket, key


class Store:
    """S3 as one role sees it, from a position in the network."""

    def __init__(self, session: RoleSession, position: Position = POSITION) -> None:
        self._session, self._position = session, position

    @property
    def _client(self) -> Any:
        return self._session.client("s3", position=self._position)

    def download(self, uri: str, folder: Path, data_type: str = "S3Prefix") -> None:
        """Fetch all objects of a prefix, or those that a manifest lists, into a folder.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
        """
        folder.mkdir(parents=True, exist_ok=True)
        try:
            if data_type == "ManifestFile":
                for bucket, key, name in self._listed(uri):
                    self._fetch(bucket, key, folder / name)
            elif data_type == "S3Prefix":
                self._download_prefix(uri, folder)
            else:
                raise TransferError(f"input of the type {data_type} is not modelled")
        except (ClientError, BotoCoreError) as error:
            raise TransferError(f"Data download failed: {uri}: {error}") from error

    def download_any(self, uri: str, folder: Path) -> None:
        """Fetch all objects below a folder of S3, if there are any."""
        bucket, prefix = split(uri.rstrip("/") + "/")
        try:
            for key in self._keys(bucket, prefix):
                self._fetch(bucket, key, folder / _name(key, prefix))
        except (ClientError, BotoCoreError) as error:
            raise TransferError(f"Data download failed: {uri}: {error}") from error

    def fetch(self, uri: str, path: Path) -> None:
        """Fetch one object into a file."""
        try:
            self._fetch(*split(uri), path)
        except (ClientError, BotoCoreError) as error:
            raise TransferError(f"Data download failed: {uri}: {error}") from error

    def read(self, uri: str) -> bytes:
        """Return the content of one object."""
        bucket, key = split(uri)
        try:
            return bytes(self._client.get_object(Bucket=bucket, Key=key)["Body"].read())
        except (ClientError, BotoCoreError) as error:
            raise TransferError(f"{uri}: {error}") from error

    def upload(self, folder: Path, uri: str, kms_key: str | None) -> None:
        """Store all files of a folder below a prefix."""
        bucket, prefix = split(uri)
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            key = f"{prefix.rstrip('/')}/{name}" if prefix else name
            self._put(bucket, key, path, kms_key)

    def put(self, path: Path, uri: str, kms_key: str | None) -> None:
        """Store one file."""
        bucket, key = split(uri)
        self._put(bucket, key, path, kms_key)

    def write(self, content: bytes, uri: str, kms_key: str | None) -> None:
        """Store some bytes."""
        bucket, key = split(uri)
        self._send(bucket, key, io.BytesIO(content), kms_key)

    def _put(self, bucket: str, key: str, path: Path, kms_key: str | None) -> None:
        with path.open("rb") as body:
            self._send(bucket, key, body, kms_key)

    def _send(self, bucket: str, key: str, body: Any, kms_key: str | None) -> None:
        options = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=body, **options)
        except (ClientError, BotoCoreError) as error:
            message = f"Data upload failed: s3://{bucket}/{key}: {error}"
            raise TransferError(message) from error

    def _download_prefix(self, uri: str, folder: Path) -> None:
        bucket, prefix = split(uri)
        found = False
        for key in self._keys(bucket, prefix):
            found = True
            if not key.endswith("/"):
                self._fetch(bucket, key, folder / _name(key, prefix))
        if not found:
            region = self._client.meta.region_name
            raise TransferError(
                f'Data download failed: No S3 objects found under S3 URL "{uri}" given in input '
                f"data source. Please ensure that the bucket exists in the selected region "
                f"({region}), that objects exist under that S3 prefix, and that the role "
                f'"{self._session.role_arn}" has "s3:ListBucket" permissions on bucket "{bucket}".'
            )

    def _keys(self, bucket: str, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            yield from (str(entry["Key"]) for entry in page.get("Contents", []))

    def _listed(self, uri: str) -> Iterator[tuple[str, str, str]]:
        try:
            entries = json.loads(self.read(uri))
            bucket, prefix = split(entries[0]["prefix"])
        except (ValueError, LookupError, TypeError) as error:
            raise TransferError(f"{uri} is not a manifest of S3 objects: {error}") from error
        for name in entries[1:]:
            yield bucket, prefix + str(name), str(name)

    def _fetch(self, bucket: str, key: str, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
            with path.open("wb") as file:
                for chunk in body.iter_chunks(_CHUNK):
                    file.write(chunk)
        except OSError as error:
            raise TransferError(
                f"Failed to download data. Cannot download s3://{bucket}/{key}, a previously "
                f"downloaded file/folder clashes with it: {error.strerror}"
            ) from error


def pack(folder: Path, archive: Path) -> None:
    """Write a folder as tar.gz, equal bytes for equal content."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as plain,
        tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in _files(folder):
            entry = tar.gettarinfo(path, path.relative_to(folder).as_posix())
            entry.mtime = entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mode = 0o644
            with path.open("rb") as content:
                tar.addfile(entry, content)


def unpack(archive: Path, folder: Path) -> None:
    """Extract a model archive; raises TransferError for one that is broken or leaves the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, "r:*") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise TransferError(f"{archive.name} cannot be extracted: {error}") from error


def _name(key: str, prefix: str) -> str:
    """Return an object's path in the local folder."""
    if prefix.endswith("/") or not prefix:
        return key[len(prefix) :]
    if key == prefix:
        return key.rsplit("/", 1)[-1]
    if key.startswith(f"{prefix}/"):
        return key[len(prefix) + 1 :]
    return key[len(prefix.rpartition("/")[0]) :].lstrip("/")


def _files(folder: Path) -> list[Path]:
    return sorted(Path(parent) / name for parent, _, names in os.walk(folder) for name in names)
