"""Requests and answers between the server and whoever answers: bodies, lengths, reasons."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from twin.call import Response

Environ = dict[str, Any]


def body(environ: Environ) -> bytes:
    """Read the body of a request, whether its length is told or not."""
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    if length:
        return bytes(stream.read(int(length)))
    return bytes(stream.read()) if environ.get("HTTP_TRANSFER_ENCODING") else b""


def with_body(environ: Mapping[str, Any], body: bytes) -> Environ:
    """Return the environment of the same request with another body."""
    copied = dict(environ)
    for key in [k for k in copied if k.startswith("werkzeug.")]:
        if key != "werkzeug.socket":
            del copied[key]
    copied["wsgi.input"] = io.BytesIO(body)
    copied["CONTENT_LENGTH"] = str(len(body))
    copied.pop("HTTP_TRANSFER_ENCODING", None)
    copied.pop("wsgi.input_terminated", None)
    return copied


def length(environ: Environ, response: Response) -> str:
    """Return the length that an answer says it has."""
    if environ["REQUEST_METHOD"] == "HEAD":
        for key, value in response.headers.items():
            if key.lower() == "content-length":
                return str(value)
    if response.file is not None:
        return str(response.file.stat().st_size)
    return str(len(response.body))


def chunks(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            yield chunk


def reason(status: int) -> str:
    """Return the words for a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
