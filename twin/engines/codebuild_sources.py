"""Fetches the sources of a build with the role of its project."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_ARN = "arn:aws:s3:::"


class SourceError(Exception):
    """A source that cannot be fetched; the message says why."""


def fetch(source: Mapping[str, Any], version: str | None, folder: Path, clients: Any) -> str | None:
    """Lay a source out in a folder and return the version that was fetched.

    ``clients`` makes a client of a service, as the role of the project.
    """
    folder.mkdir(parents=True)
    kind = source["type"]
    if kind == "NO_SOURCE":
        return None
    if kind == "S3":
        return _fetch(str(source["location"]), version, folder, clients("s3"))
    if kind == "CODEPIPELINE":
        given = source.get("location") or version or ""
        return _fetch(str(given).removeprefix(_ARN), None, folder, clients("s3"))
    raise SourceError(f"sources of type {kind} are not modelled")


def _fetch(location: str, version: str | None, folder: Path, client: Any) -> str | None:
    bucket, _, key = location.removeprefix(_ARN).partition("/")
    if not key or key.endswith("/"):
        _fetch_folder(bucket, key, folder, client)
        return None
    options = {"VersionId": version} if version else {}
    answer = client.get_object(Bucket=bucket, Key=key, **options)
    body = answer["Body"].read()
    if zipfile.is_zipfile(io.BytesIO(body)):
        unpack(body, folder)
    else:
        (folder / key.rsplit("/", 1)[-1]).write_bytes(body)
    found: str | None = answer.get("VersionId")
    return found


def _fetch_folder(bucket: str, prefix: str, folder: Path, client: Any) -> None:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            name = item["Key"].removeprefix(prefix)
            target = (folder / name).resolve()
            if not name or name.endswith("/") or not target.is_relative_to(folder.resolve()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())


def unpack(body: bytes, folder: Path) -> None:
    """Unpack a zip; names cannot leave the folder, and files keep whether they are executable."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for entry in archive.infolist():
            path = Path(archive.extract(entry, folder))
            if not entry.is_dir() and (entry.external_attr >> 16) & 0o111:
                path.chmod(0o755)
