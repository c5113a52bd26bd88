"""Reads bodies that were sent to S3 in signed or checksummed chunks (``aws-chunked``).

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.canonical_request import SentRequest, hashed
from twin.errors import ServiceError
from twin.signing import Signature
from twin.unauthentic import Reason, Unauthentic

_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
_UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_CHUNK_SIGNATURE = b"chunk-signature="
_TRAILER_SIGNATURE = "x-amz-trailer-signature"


def is_streamed(request: SentRequest) -> bool:
    """Tell whether the body came in chunks of S3's own."""
    return (request.header("x-amz-content-sha256") or "").startswith("STREAMING-")


def unpacked(request: SentRequest, signature: Signature, key: bytes) -> SentRequest:
    """Return the request as if its body had come in one piece, with trailers as headers.

    Raises Unauthentic for a chunk or trailer with a wrong signature, ServiceError IncompleteBody,
    MissingContentLength or MalformedTrailerError for a body that is not what it says.
    """
    kind = request.header("x-amz-content-sha256")
    if kind not in (_SIGNED, _SIGNED_TRAILER, _UNSIGNED_TRAILER):
        raise Unauthentic(Reason.UNSUPPORTED)
    reader = _Reader(request.body, _Chain(signature, key) if kind != _UNSIGNED_TRAILER else None)
    body = reader.chunks()
    told = request.header("x-amz-decoded-content-length") or ""
    if not told.isdigit():
        message = "You must provide the Content-Length HTTP header."
        raise ServiceError("MissingContentLength", message, 411)
    if int(told) != len(body):
        raise _incomplete()
    trailers = reader.trailers() if kind != _SIGNED else {}
    promised = {
        name.strip().lower()
        for name in (request.header("x-amz-trailer") or "").split(",")
        if name.strip()
    }
    if promised != set(trailers):
        raise _malformed_trailer()
    return SentRequest(_in_one_piece(request.environ, trailers, len(body)), body)


@dataclass
class _Chain:
    """Signatures of which each signs the one before it."""

    signature: Signature
    key: bytes
    last: str = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.signature.value

    def follow(self, given: str, kind: str, *hashes: str) -> None:
        """Raise Unauthentic unless the signature is the next one."""
        signature = self.signature
        text = "\n".join((kind, signature.stamp, signature.scope, self.last, *hashes))
        made = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(made.encode(), given.encode()):
            raise Unauthentic(Reason.MISMATCH)
        self.last = made


class _Reader:
    def __init__(self, body: bytes, chain: _Chain | None) -> None:
        self._body = body
        self._chain = chain
        self._at = 0

    def chunks(self) -> bytes:
        """Return all chunks up to the empty one."""
        found = bytearray()
        while True:
            size, signature = self._head(self._line())
            chunk = self._body[self._at : self._at + size]
            self._at += size
            if len(chunk) < size:
                raise _incomplete()
            if self._chain is not None:
                kind = "AWS4-HMAC-SHA256-PAYLOAD"
                self._chain.follow(signature, kind, hashed(b""), hashed(chunk))
            if size == 0:
                return bytes(found)
            found += chunk
            if self._line():
                raise _incomplete()

    def trailers(self) -> dict[str, str]:
        """Return the headers after the last chunk."""
        found: dict[str, str] = {}
        if self._body.startswith(b"\r\n", self._at):
            # Some senders end the empty chunk with a line of its own.
            self._at += 2
        while self._at < len(self._body) and (line := self._line()):
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                raise _malformed_trailer()
            found[name.strip().lower()] = value.strip()
        if self._chain is not None:
            given = found.pop(_TRAILER_SIGNATURE, "")
            text = "".join(f"{name}:{value}\n" for name, value in sorted(found.items()))
            self._chain.follow(given, "AWS4-HMAC-SHA256-TRAILER", hashed(text))
        return found

    def _head(self, line: bytes) -> tuple[int, str]:
        size, _, extension = line.partition(b";")
        try:
            return int(size, 16), extension.removeprefix(_CHUNK_SIGNATURE).decode("latin-1")
        except ValueError:
            raise _incomplete() from None

    def _line(self) -> bytes:
        end = self._body.find(b"\r\n", self._at)
        if end < 0:
            raise _incomplete()
        line = self._body[self._at : end]
        self._at = end + 2
        return line


def _in_one_piece(
    environ: Mapping[str, Any], trailers: Mapping[str, str], length: int
) -> dict[str, Any]:
    gone = ("HTTP_X_AMZ_TRAILER", "HTTP_X_AMZ_DECODED_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")
    made = {key: value for key, value in environ.items() if key not in gone}
    coded = [part.strip() for part in str(made.pop("HTTP_CONTENT_ENCODING", "")).split(",")]
    kept = [part for part in coded if part and part != "aws-chunked"]
    if kept:
        made["HTTP_CONTENT_ENCODING"] = ",".join(kept)
    made["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
    made["CONTENT_LENGTH"] = str(length)
    for name, value in trailers.items():
        made["HTTP_" + name.upper().replace("-", "_")] = value
    return made


def _incomplete() -> ServiceError:
    message = "You did not provide the number of bytes specified by the Content-Length HTTP header"
    return ServiceError("IncompleteBody", message, 400)


def _malformed_trailer() -> ServiceError:
    message = (
        "The request contained trailing data that was not well-formed or did not conform to our "
        "published schema."
    )
    return ServiceError("MalformedTrailerError", message, 400)
