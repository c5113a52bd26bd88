"""What is told of an endpoint that is rolled out: lines of the table of benchmarks."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import rollouts

Row = tuple[str, str, str, str, str, bool]


def rows(folder: Path, data: Path) -> Iterator[Row]:
    """Measure the model that was trained by hand in a folder, with the first row of its data."""
    row = data.read_text("utf-8").splitlines()[1].rpartition(",")[0]
    found = rollouts.sample(folder / "twin-of-rollouts", folder / "by-hand" / "model", row)
    bare, bare_middle = _percentile(found.bare), statistics.median(found.bare)
    told = {
        "while it is rolled out": found.rolling,
        "at rest": found.resting,
        "at rest through boto3": found.sdk,
    }
    for name, seconds in told.items():
        own, middle = _percentile(seconds), statistics.median(seconds)
        yield (
            f"p99 of {len(seconds)} requests to an endpoint {name}",
            f"{own * 1000:.1f} ms, median {middle * 1000:.1f} ms",
            f"bare container {bare * 1000:.1f} ms, median {bare_middle * 1000:.1f} ms",
            f"{own / bare:.2f}",
            "≤ 2 times",
            own / bare <= 2,
        )
    failed, asked = found.failed, len(found.rolling) + len(found.bare)
    what = "requests that failed while it was rolled out"
    yield what, str(failed), f"{asked} requests, half of them bare", "-", "0", not failed
    back = found.alarm_to_old
    yield "from an alarm to rolled back", f"{back:.1f} s", "-", "-", "≤ 30 s", back <= 30


def _percentile(seconds: list[float], share: float = 0.99) -> float:
    """Give what no more than the rest of these took longer."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]
