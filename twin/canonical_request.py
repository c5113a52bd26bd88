"""The one text of an HTTP request that sender and receiver both sign.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

_UNRESERVED = "-_.~"
_OF_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class SentRequest:
    """A request as it came: WSGI environment and body."""

    environ: Mapping[str, Any]
    body: bytes

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self.environ["REQUEST_METHOD"])

    # No cached_property: in Python 3.11 all requests would share one lock.
    @property
    def target(self) -> tuple[str, str]:
        """Path and query as they were sent, without what a proxy is told in front of them."""
        uri = str(self.environ.get("REQUEST_URI", ""))
        if not uri.startswith("/"):
            # To a proxy the whole address is sent.
            uri = "/" + uri.partition("://")[2].partition("/")[2]
        path, _, query = uri.partition("?")
        return path, query

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of a name that comes twice, the last."""
        return dict(parse_qsl(self.target[1], keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """Return a header by its name in lower case."""
        key = name.upper().replace("-", "_")
        found = self.environ.get(key if key in _WITHOUT_PREFIX else f"HTTP_{key}")
        return None if found is None else str(found)

    def own_headers(self) -> list[str]:
        """Return the names of headers of AWS's own."""
        return [
            key[5:].lower().replace("_", "-")
            for key in self.environ
            if key.startswith("HTTP_X_AMZ_")
        ]


_WITHOUT_PREFIX = ("CONTENT_TYPE", "CONTENT_LENGTH")


@dataclass(frozen=True)
class CanonicalRequest:
    """What is signed of a request; ``is_s3`` has the path encoded once, not twice."""

    request: SentRequest
    signed_headers: tuple[str, ...]
    body_hash: str
    is_s3: bool

    def text(self) -> str:
        """Return the canonical request."""
        path, query = self.request.target
        return "\n".join(
            (
                self.request.method,
                _of_s3(path) if self.is_s3 else _of_others(path),
                _query(query),
                *(f"{name}:{self._value(name)}" for name in self.signed_headers),
                "",
                ";".join(self.signed_headers),
                self.body_hash,
            )
        )

    def _value(self, name: str) -> str:
        # A header that is signed but did not arrive has the empty value, which does not match.
        value = self.request.header("host" if name == ":authority" else name) or ""
        return " ".join(value.split())


def hashed(content: bytes | str) -> str:
    """Return the SHA-256 of a text or of bytes, in hexadecimal."""
    if not content:
        return _OF_NOTHING
    # A WSGI header is text of bytes as they came.
    data = content if isinstance(content, bytes) else content.encode("latin-1", "replace")
    return hashlib.sha256(data).hexdigest()


def _of_s3(path: str) -> str:
    return "/".join(quote(unquote_to_bytes(part), safe=_UNRESERVED) for part in path.split("/"))


def _of_others(path: str) -> str:
    """Encode the path as it was sent once more, without empty and relative segments."""
    if "//" in path or "/." in path:
        kept: list[str] = []
        for part in path.split("/"):
            if part == "..":
                kept = kept[:-1]
            elif part not in ("", "."):
                kept.append(part)
        ending = "/" if path.endswith("/") and kept else ""
        path = "/" + "/".join(kept) + ending
    return quote(path, safe="/" + _UNRESERVED)


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name and name != "X-Amz-Signature":
            pairs.append((_again(name), _again(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _again(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_UNRESERVED)
