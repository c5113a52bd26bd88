"""What a release costs on a warm twin: its training, promotion, way back, and its dossier read.

Both versions are trained on rows of their own, so that the second really replaces the first.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.rollout_figures import Row
from tests.benchmarks.timing import timed
from tests.journeys.stage import ACCOUNTS, MODEL, ROOT, Stage
from tests.journeys.story import Story
from tests.rehearsals.training import train_on_fewer_rows

_FEWER_ROWS = 20
_READ = 5


def rows(folder: Path, stage: Stage) -> Iterator[Row]:
    """Measure on a twin that has just been opened."""
    stage.apply_side_by_side(*ACCOUNTS)
    stage.trust_keys()
    stage.gatehouse("pipeline", "publish", "--as", "milo")
    story = Story(stage)
    release(story, story.train())
    version = train_on_fewer_rows(story, _FEWER_ROWS)
    runs = stage.gatehouse("pipeline", "status", MODEL, "--as", "sofia", "--json").json()
    trained = run_seconds(stage, runs[0]["arn"])
    seconds = release(story, version)
    yield (
        "promotion, warm, without gate time",
        f"{seconds:.1f} s",
        "-",
        "-",
        "≤ 60 s",
        seconds <= 60,
    )
    read = _reading(stage, folder / "dossier")
    what = f"`release verify` of a dossier, offline, median of {_READ}"
    yield what, f"{read:.1f} s", "-", "-", "≤ 2 s", read <= 2
    back = timed(lambda: _roll_back(stage))
    yield (
        "rollback by command, to its verification",
        f"{back:.1f} s",
        "-",
        "-",
        "≤ 30 s",
        back <= 30,
    )
    by_hand = timed(lambda: scripts_by_hand(folder, story.data()))
    yield (
        "training pipeline",
        f"{trained:.1f} s",
        f"its scripts by hand {by_hand:.1f} s",
        f"{trained / by_hand:.2f}",
        "≤ 1.2 times",
        trained / by_hand <= 1.2,
    )


def release(story: Story, version: int) -> float:
    """Promote a version and give the seconds of it that no person was waited for."""

    def to_gate() -> None:
        story.decide_version(version, "approve")
        story.wait_for_gate(version)

    def to_end() -> None:
        story.decide_release("approve")
        story.wait_for_end(version)

    return timed(to_gate) + timed(to_end)


def scripts_by_hand(folder: Path, data: Path) -> None:
    """Run the three steps as anybody would on a laptop."""
    out = folder / "by-hand"
    step = [sys.executable, "-m"]
    commands = [
        ["pipelines.steps.prepare", "--input", data, "--output", out / "prepared"],
        [
            *("pipelines.steps.train", "--output", out / "model"),
            *("--train", out / "prepared/train/train.csv"),
            *("--validation", out / "prepared/validation/validation.csv"),
        ],
        [
            *("pipelines.steps.evaluate", "--archive", out / "model"),
            *("--holdout", out / "prepared/holdout/holdout.csv", "--output", out / "evaluation"),
        ],
    ]
    for command in commands:
        arguments = [*step, *map(str, command), "--model", MODEL]
        subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, timeout=120)


def _reading(stage: Stage, dossier: Path) -> float:
    """Give the wall seconds in which the dossier of what runs is verified."""
    stage.gatehouse("release", "dossier", MODEL, "--out", str(dossier), "--as", "rita")
    verify = ("release", "verify", str(dossier))
    return statistics.median(timed(lambda: stage.gatehouse(*verify)) for _ in range(_READ))


def _roll_back(stage: Stage) -> None:
    why = ("--summary", "benchmark", "--ticket", "BENCH-1")
    back = ("release", "rollback", MODEL, *why, "--yes", "--wait", "--as", "rita")
    stage.gatehouse(*back, seconds=300)


def run_seconds(stage: Stage, arn: str) -> float:
    """Give how long a training run took by the service's own record."""
    client = stage.client("sagemaker", "data-science")
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    return float((found["LastModifiedTime"] - found["CreationTime"]).total_seconds())
