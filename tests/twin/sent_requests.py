"""Requests as a server gets them, for tests of signatures; AWS's examples all use this key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from twin.canonical_request import SentRequest

# The credentials of all of AWS's published examples.
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
THEN = datetime(2013, 5, 24, tzinfo=UTC)
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def sent(method: str, uri: str, headers: dict[str, str], body: bytes = b"") -> SentRequest:
    """Return a request with these headers."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "REQUEST_URI": uri}
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return SentRequest(environ, body)


def authorization(headers: str, signature: str, scope: str = "us-east-1/s3") -> str:
    """Return the header of one of AWS's examples."""
    credential = f"{KEY}/20130524/{scope}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={headers},Signature={signature}"
