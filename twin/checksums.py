"""Refuses bodies that are not what their sender's checksums say, as S3 does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from functools import cache

from twin.canonical_request import SentRequest
from twin.errors import ServiceError


def refuse_altered(request: SentRequest, *, by_header: bool) -> None:
    """Raise ServiceError InvalidDigest, InvalidRequest or BadDigest for a body that is not as told.

    ``by_header``: the operation's checksum headers speak of its body; those of others (the end of
    a multipart upload) speak of the whole object.
    """
    md5 = request.header("content-md5")
    if md5 is not None:
        wanted = _decoded(md5)
        if wanted is None or len(wanted) != 16:
            message = "The Content-MD5 you specified was invalid."
            raise ServiceError("InvalidDigest", message, 400)
        if wanted != hashlib.md5(request.body, usedforsecurity=False).digest():
            message = "The Content-MD5 you specified did not match what we received."
            raise ServiceError("BadDigest", message, 400)
    if not by_header:
        return
    for name, compute in _ALGORITHMS.items():
        told = request.header(f"x-amz-checksum-{name}")
        if told is not None:
            _compare(name, told, compute(request.body))


def _compare(name: str, told: str, made: bytes) -> None:
    wanted = _decoded(told)
    if wanted is None or len(wanted) != len(made):
        message = f"Value for x-amz-checksum-{name} header is invalid."
        raise ServiceError("InvalidRequest", message, 400)
    if wanted != made:
        message = f"The {name.upper()} you specified did not match the calculated checksum."
        raise ServiceError("BadDigest", message, 400)


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = (rest >> 1) ^ polynomial if rest & 1 else rest >> 1
        table.append(rest)
    return tuple(table)


def _crc(polynomial: int, size: int) -> Callable[[bytes], bytes]:
    """Return a reflected CRC with all bits inverted before and after."""

    def compute(body: bytes) -> bytes:
        table = _table(polynomial)
        ones = (1 << 8 * size) - 1
        rest = ones
        for byte in body:
            rest = table[(rest ^ byte) & 0xFF] ^ (rest >> 8)
        return (rest ^ ones).to_bytes(size, "big")

    return compute


_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "crc32c": _crc(0x82F63B78, 4),
    "crc64nvme": _crc(0x9A6C9329AC4BC9B5, 8),
    "sha1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "sha256": lambda body: hashlib.sha256(body).digest(),
}
