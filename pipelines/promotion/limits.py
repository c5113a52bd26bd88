"""What a tested endpoint must hold: how close its answers are, and how soon they come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

LIMITS_FILE = Path(__file__).resolve().parent / "limits.json"


@dataclass(frozen=True)
class Limits:
    """Limits of a test; `prediction_tolerance` is absolute, for numbers."""

    prediction_tolerance: float
    latency_requests: int
    latency_p95_ms: float
    rows_per_request: int


def read_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read the limits that lie beside this module."""
    document = json.loads(path.read_text("utf-8"))
    del document["schema_version"]
    return Limits(**document)
