"""What the platform asks of every model in its test: the defaults and bounds of `acceptance`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

LIMITS_FILE = Path(__file__).resolve().parent / "limits.json"


@dataclass(frozen=True)
class SliceLimits:
    """Of slices: sizes in rows; allowance and gap as shares of the metric's threshold."""

    fewest_rows: int
    fewest_of_class: int
    allowance: float
    largest_gap: float


@dataclass(frozen=True)
class Latency:
    """How many requests are sent one after the other, and within what 95 of 100 must end."""

    requests: int
    p95_ms: float


@dataclass(frozen=True)
class Load:
    """How many requests so many clients send at once, and what share of them may fail."""

    clients: int
    requests: int
    p95_ms: float
    error_share: float


@dataclass(frozen=True)
class Limits:
    """The platform's limits; tolerances are absolute, quality's relative where it exceeds 1."""

    rows_per_request: int
    tolerance: float
    quality_tolerance: float
    slices: SliceLimits
    latency: Latency
    load: Load


def read_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read the limits that lie beside this module."""
    document = json.loads(path.read_text("utf-8"))
    return Limits(
        rows_per_request=document["rows_per_request"],
        tolerance=document["predictions"]["tolerance"],
        quality_tolerance=document["quality"]["tolerance"],
        slices=SliceLimits(**document["slices"]),
        latency=Latency(**document["latency"]),
        load=Load(**document["load"]),
    )
