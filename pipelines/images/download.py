"""Fetches a blob by HTTP and lets it pass only if its bytes are those that were asked for."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import EnvironmentFault, Finding
from pipelines.images.image import Descriptor

Open = Callable[[str], BinaryIO]

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60.0


def open_url(url: str) -> BinaryIO:
    """Open an http or https address for reading."""
    scheme = urllib.parse.urlsplit(url).scheme
    if scheme not in {"http", "https"}:
        raise Finding("the registry", "must give a download address by http or https", got=scheme)
    # The scheme was checked above, and the bytes are verified against their digest.
    return urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS)  # type: ignore[no-any-return]  # noqa: S310


def download(blob: Descriptor, url: str, path: Path, address: str, opener: Open = open_url) -> None:
    """Write a blob into a file; where size or digest differ, the file is removed and refused."""
    try:
        with opener(url) as answer, path.open("wb") as file:
            size, digest = _copy(answer, file, blob.size)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        path.unlink(missing_ok=True)
        raise EnvironmentFault(
            address, f"must let the blob {blob.digest} be downloaded", got=_reason(error)
        ) from error
    if (size, digest) != (blob.size, blob.digest):
        path.unlink()
        raise Finding(
            address,
            f"must answer with the {blob.size} bytes of {blob.digest}",
            got=f"{'more than ' if size > blob.size else ''}{size} bytes of {digest}",
        )


def _copy(answer: BinaryIO, file: BinaryIO, expected: int) -> tuple[int, str]:
    hasher, size = hashlib.sha256(), 0
    while size <= expected and (chunk := answer.read(_CHUNK)):
        hasher.update(chunk)
        file.write(chunk)
        size += len(chunk)
    return size, f"sha256:{hasher.hexdigest()}"


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP status {error.code}"
    return str(getattr(error, "reason", error)) or type(error).__name__
