"""What a run is told its data must be: their digest, or the version of an object not yet read."""

from __future__ import annotations

import re

from pipelines.errors import InvalidInput

_VERSION = "version:"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def pin_of_version(version: str) -> str:
    """Pin data by their version in S3, where whoever starts a run may not read them."""
    return f"{_VERSION}{version}"


def digest_of_pin(pin: str) -> str | None:
    """Give the SHA-256 that data must have, or None where a version pins them.

    Raises InvalidInput for what pins nothing: what is kept of a step is told apart by its pin.
    """
    if pin.startswith(_VERSION) and pin != _VERSION:
        return None
    if not _DIGEST.fullmatch(pin):
        raise InvalidInput(
            "InputDataSha256",
            f"must be a SHA-256 in lower-case hex, or {_VERSION}ID where only a version is known",
            got=pin,
        )
    return pin
