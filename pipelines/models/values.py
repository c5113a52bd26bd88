"""Read single values of a data set: what counts as a number, and how a refusal puts it."""

from __future__ import annotations

import re
from math import isfinite

# The largest number that the model's 32-bit floats can hold.
LARGEST = 3.4028235e38
# A column of more different texts than this holds identifiers, not categories.
MAXIMUM_LEVELS = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number(text: str) -> float | None:
    """Read a finite number; an empty cell is a missing value, anything else a ValueError."""
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    return within_range(float(text))


def within_range(value: float) -> float:
    """Refuse a number that a model cannot hold."""
    if not isfinite(value) or abs(value) > LARGEST:
        raise ValueError("not a finite number")
    return value


def quoted(value: object, limit: int = 60) -> str:
    """Show a value in a sentence: quoted, on one line and not too long."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 4]}...{text[0]}"
