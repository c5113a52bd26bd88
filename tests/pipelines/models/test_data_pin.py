"""A run is told which data it is of, and never that any will do."""

from __future__ import annotations

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.data_pin import digest_of_pin, pin_of_version

_DIGEST = "0a" * 32


def test_a_digest_is_what_data_must_have() -> None:
    assert digest_of_pin(_DIGEST) == _DIGEST


def test_a_version_pins_data_that_nobody_has_read() -> None:
    assert digest_of_pin(pin_of_version("v7.x_Y")) is None


@pytest.mark.parametrize(
    "pin", ["", "any", "unrecorded", _DIGEST.upper(), _DIGEST[1:], pin_of_version("")]
)
def test_what_pins_nothing_is_refused(pin: str) -> None:
    with pytest.raises(InvalidInput, match=r"InputDataSha256: must be a SHA-256 .* or version:ID"):
        digest_of_pin(pin)
