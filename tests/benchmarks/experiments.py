"""What an experiment costs: steps run as scripts, and a bare container asked, on data of any size.

The data are made by numbers of a seed: some columns tell the target, all others are noise.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from numpy.random import default_rng

from tests.benchmarks.rollouts import bare_container
from tests.benchmarks.timing import timed
from tests.scripts.command_line import copied_checkout

# What tells the target; every other column is noise, as many of an experiment are.
_TELLING = 5
_ASKED = 200
_AT_ONCE = 500
_SECONDS = 1_800


@dataclass(frozen=True)
class Size:
    """How much an experiment trains on."""

    rows: int
    columns: int


@dataclass(frozen=True)
class Cost:
    """Seconds of each step, and of a request: the median of one row's, and one of many rows."""

    size: Size
    prepare: float
    train: float
    evaluate: float
    one_row: float
    many_rows: float


def costs(folder: Path, sizes: Iterator[Size] | tuple[Size, ...]) -> Iterator[Cost]:
    """Prepare, train, evaluate and serve a model of each size, one after the other."""
    root = copied_checkout(folder / "checkout")
    for size in sizes:
        yield _cost(folder / f"{size.rows}-{size.columns}", root, size)


def write_rows(file: Path, size: Size) -> None:
    """Write made data of a size as CSV, the target last."""
    numbers = default_rng(size.columns)
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join([*_names(size), "target"]) + "\n")
        for _ in range(size.rows):
            row = numbers.normal(0, 1, size.columns)
            target = row[:_TELLING].sum() + numbers.normal(0, 0.5)
            out.write(",".join(f"{value:.4f}" for value in (*row, target)) + "\n")


def grown(bundled: Path, file: Path, rows: int, draw: int = 0) -> Path:
    """Write so many rows that are like those of another CSV, the target last, none there twice.

    Another draw has other numbers, so that nothing that was made of the first is taken again.
    """
    header, *lines = bundled.read_text("utf-8").splitlines()
    numbers = default_rng([rows, draw])
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(header + "\n")
        for place in range(rows):
            *values, target = lines[place % len(lines)].split(",")
            spread = (float(value) * (1 + numbers.normal(0, 0.01)) for value in values)
            out.write(",".join([*(f"{value:.6g}" for value in spread), target]) + "\n")
    return file


def _cost(folder: Path, root: Path, size: Size) -> Cost:
    folder.mkdir(parents=True)
    data, model = folder / "data.csv", f"grown-{size.columns}"
    _describe(root, model, size)
    write_rows(data, size)

    def step(name: str, **paths: Path) -> float:
        words = [part for key, path in paths.items() for part in (f"--{key}", str(path))]
        command = [sys.executable, "-m", f"pipelines.steps.{name}", "--model", model, *words]
        environment = os.environ | {"PYTHONPATH": str(root)}
        return timed(
            lambda: subprocess.run(
                command,
                cwd=root,
                env=environment,
                check=True,
                capture_output=True,
                timeout=_SECONDS,
            )
        )

    out = folder / "prepared"
    prepare = step("prepare", input=data, output=out)
    parts = {name: out / name / f"{name}.csv" for name in ("train", "validation", "holdout")}
    archive = folder / "model"
    train = step("train", output=archive, train=parts["train"], validation=parts["validation"])
    evaluate = step(
        "evaluate", archive=archive, holdout=parts["holdout"], output=folder / "evaluation"
    )
    lines = data.read_text("utf-8").splitlines()[1 : _AT_ONCE + 1]
    asked = [line.rpartition(",")[0] for line in lines]
    with bare_container(folder, archive) as ask:
        ask(asked[0])
        one = statistics.median(timed(partial(ask, row)) for row in asked[:_ASKED])
        many = timed(lambda: ask("\n".join(asked)))
    return Cost(size, prepare, train, evaluate, one, many)


def _describe(root: Path, model: str, size: Size) -> None:
    names = ", ".join(_names(size))
    text = (
        f"schema_version: 1\nname: {model}\nkind: regression\ntarget: {{ column: target }}\n"
        f"columns:\n  numeric: [{names}]\nmetric: {{ name: rmse, threshold: 3.0 }}\n"
    )
    (root / "pipelines" / "models" / f"{model}.yaml").write_text(text, "utf-8")


def _names(size: Size) -> list[str]:
    return [f"c{number}" for number in range(size.columns)]
