"""What is told of experiments whose data grow: lines of the table of benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.experiments import Cost, Size, costs, grown
from tests.benchmarks.release_figures import run_seconds, scripts_by_hand
from tests.benchmarks.rollout_figures import Row
from tests.benchmarks.timing import timed
from tests.journeys.stage import MODEL, Stage
from tests.journeys.story import Story

_HOME = "data-science"
# Of the bundled data set, and of rows like its own: about 100 kB, 6 MB and 30 MB of CSV.
ROWS = (569, 20_000, 100_000)
# The first is what the others are held against: ten and fifty times the rows, or the columns.
MORE_ROWS = (Size(2_000, 20), Size(20_000, 20), Size(100_000, 20))
MORE_COLUMNS = (Size(5_000, 10), Size(5_000, 40), Size(5_000, 160))
_PIPELINE = 1.2
# A run of seconds is disturbed easily: of three, the one in the middle counts.
_RUNS = 3
# What does not grow may differ by chance.
_SAME = 1.5


def pipelines(folder: Path, stage: Stage, rows: tuple[int, ...] = ROWS) -> Iterator[Row]:
    """Train the bundled model by its pipeline and by its scripts, on the same growing data."""
    stage.apply_side_by_side(_HOME)
    stage.gatehouse("pipeline", "publish", "--as", "milo")
    bundled = Story(stage).data()
    for count in rows:
        files = {draw: folder / f"{MODEL}-{count}-{draw}.csv" for draw in range(_RUNS)}
        data = {draw: grown(bundled, file, count, draw) for draw, file in files.items()}
        piped = median(_piped(stage, one) for one in data.values())
        by_hand = median(
            timed(partial(scripts_by_hand, folder / f"{count}-{draw}", one))
            for draw, one in data.items()
        )
        yield (
            f"training pipeline on {count:,} rows",
            f"{piped:.1f} s",
            f"its scripts by hand {by_hand:.1f} s",
            f"{piped / by_hand:.2f}",
            f"≤ {_PIPELINE} times",
            piped / by_hand <= _PIPELINE,
        )


def _piped(stage: Stage, data: Path) -> float:
    words = ("pipeline", "start", MODEL, "--data", str(data), "--wait", "--json")
    run = stage.gatehouse(*words, "--as", "sofia", inside=_HOME, seconds=1_800).json()
    return run_seconds(stage, run["arn"])


def growth(
    folder: Path,
    more_rows: tuple[Size, ...] = MORE_ROWS,
    more_columns: tuple[Size, ...] = MORE_COLUMNS,
) -> Iterator[Row]:
    """Hold what bigger experiments cost against what the smallest does, beside their size."""
    first, *others = costs(folder / "rows", more_rows)
    for found in others:
        # A request brings its own rows: what it costs should not follow those trained on.
        yield from _against(first, found, found.size.rows / first.size.rows, _SAME)
    first, *others = costs(folder / "columns", more_columns)
    for found in others:
        larger = found.size.columns / first.size.columns
        yield from _against(first, found, larger, larger)


def _against(first: Cost, found: Cost, trains: float, serves: float) -> Iterator[Row]:
    """Tell by how many times a bigger experiment costs more, and how many were to be expected."""
    size = f"{found.size.rows:,} rows of {found.size.columns} columns"
    before = f"{first.size.rows:,} of {first.size.columns}"
    parts: tuple[tuple[str, Callable[[Cost], float], float], ...] = (
        ("prepare, train and evaluate", _steps, trains),
        ("a request of one row, median of 200", lambda cost: cost.one_row, serves),
        ("a request of 500 rows", lambda cost: cost.many_rows, serves),
    )
    for what, seconds, goal in parts:
        now, then = seconds(found), seconds(first)
        yield (
            f"{what}, {size}",
            _told(now),
            f"{before}: {_told(then)}",
            f"{now / then:.2f}",
            f"≤ {goal:g} times",
            now / then <= goal,
        )


def _steps(cost: Cost) -> float:
    return cost.prepare + cost.train + cost.evaluate


def _told(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
