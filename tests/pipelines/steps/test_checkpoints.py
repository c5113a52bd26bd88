"""A training that is killed goes on from its checkpoint, to the bytes that it would have made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.models.description import read_description
from pipelines.models.spot import Spot
from pipelines.steps.checkpoints import Checkpoint, Checkpoints
from pipelines.steps.train import train
from tests.pipelines.tabular_models import Built, describe_kind

ROOT = Path(__file__).parents[3]
_SPOT = (
    "training: { instance_type: ml.m5.large, "
    "spot: { max_wait_minutes: 60, checkpoint_rounds: 10 } }"
)
_PLAIN = "training: { instance_type: ml.m5.large }"
# Rows and columns are drawn by chance, and no early stop ends it before it is killed.
_WEAK = "hyperparameters: { rounds: 30, max_depth: 3, subsample: 0.8 }"
_LONG = (
    "hyperparameters: { rounds: 400, early_stopping_rounds: 400, max_depth: 3, "
    "subsample: 0.8, colsample_bytree: 0.7 }"
)
_MINE = Checkpoint((0.5, 0.75), b"booster")


@pytest.fixture
def description(built: Built, tmp_path: Path) -> Path:
    """A model of each kind that trains on spot instances, longer than anybody lets it."""
    path = describe_kind(built.model.kind.value, tmp_path)
    text = path.read_text("utf-8")
    assert _PLAIN in text
    assert _WEAK in text
    path.write_text(text.replace(_PLAIN, _SPOT).replace(_WEAK, _LONG), "utf-8")
    return path


def test_a_training_that_is_killed_goes_on_to_the_same_bytes(
    built: Built, description: Path, tmp_path: Path
) -> None:
    whole, kept = tmp_path / "whole", tmp_path / "kept"
    for folder in (whole, kept):
        folder.mkdir()
    assert "going on" not in _run(built, description, tmp_path / "uninterrupted", whole)

    running = _start(built, description, tmp_path / "killed", kept)
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("checkpoint after"):
            break
    running.kill()
    running.communicate(timeout=60)
    assert running.returncode == -9
    assert not (tmp_path / "killed" / "model.json").exists()

    told = _run(built, description, tmp_path / "killed", kept)
    assert "going on after" in told
    assert _files(tmp_path / "killed") == _files(tmp_path / "uninterrupted")


def test_what_belongs_to_other_data_or_settings_is_not_gone_on_from(
    built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = replace(built.model, training=replace(built.model.training, spot=Spot(60, 5)))
    kept = tmp_path / "kept"
    kept.mkdir()
    learnt, judged = _parts(built)
    train(model, learnt, judged, tmp_path / "first", checkpoints=kept)
    capsys.readouterr()
    other = tmp_path / "train.csv"
    other.write_text("".join(learnt.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    train(model, other, judged, tmp_path / "second", checkpoints=kept)
    assert "checkpoint.json is of another training: beginning anew" in capsys.readouterr().out
    changed = replace(model, hyperparameters=replace(model.hyperparameters, max_depth=2))
    train(changed, other, judged, tmp_path / "third", checkpoints=kept)
    assert "checkpoint.json is of another training: beginning anew" in capsys.readouterr().out


def test_without_spot_instances_nothing_is_kept(built: Built, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    learnt, judged = _parts(built)
    train(built.model, learnt, judged, tmp_path / "model", checkpoints=kept)
    assert not list(kept.iterdir())


def test_the_latest_checkpoint_is_read_as_it_was_kept(tmp_path: Path) -> None:
    place = Checkpoints(tmp_path, 10, "digest")
    assert place.latest() is None
    place.keep(_MINE)
    assert place.latest() == _MINE
    place.keep(later := Checkpoint((0.5, 0.75, 0.875), b"more"))
    assert place.latest() == later
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"schema_version": 1, "digest": "digest", "history": ["x"]}'],
)
def test_a_checkpoint_that_cannot_be_read_costs_rounds_and_nothing_else(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Checkpoints(tmp_path, 10, "digest")
    (tmp_path / "checkpoint.json").write_bytes(content)
    assert place.latest() is None
    assert "beginning anew" in capsys.readouterr().out


def test_a_checkpoint_of_another_version_is_not_gone_on_from(tmp_path: Path) -> None:
    place = Checkpoints(tmp_path, 10, "digest")
    place.keep(_MINE)
    path = tmp_path / "checkpoint.json"
    document = json.loads(path.read_text("utf-8")) | {"schema_version": 2}
    path.write_text(json.dumps(document), "utf-8")
    assert place.latest() is None


def test_a_spot_model_is_described_as_such(description: Path) -> None:
    assert read_description(description).training.spot == Spot(60, 10)


def _parts(built: Built) -> tuple[Path, Path]:
    return built.prepared / "train/train.csv", built.prepared / "validation/validation.csv"


def _run(built: Built, description: Path, output: Path, kept: Path) -> str:
    running = _start(built, description, output, kept)
    out, _ = running.communicate(timeout=240)
    assert running.returncode == 0, out
    return out


def _start(built: Built, description: Path, output: Path, kept: Path) -> subprocess.Popen[str]:
    words: Sequence[str] = (
        *(sys.executable, "-m", "pipelines.steps.train", "--description", str(description)),
        *("--train", str(built.prepared / "train/train.csv")),
        *("--validation", str(built.prepared / "validation/validation.csv")),
        *("--output", str(output), "--checkpoints", str(kept)),
    )
    environment = os.environ | {"ML_ROOT": str(output)}
    return subprocess.Popen(
        words,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
