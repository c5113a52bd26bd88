"""Training on spot instances is described strictly, and kept machines are the rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.description import MODELS, describe, read_description
from pipelines.models.spot import Spot

_KEPT = "training: { instance_type: ml.m5.large }"


def _written(folder: Path, training: str) -> Path:
    path = folder / "breast-cancer.yaml"
    text = (MODELS / path.name).read_text("utf-8")
    assert _KEPT in text
    given = f"training: {{ instance_type: ml.m5.large, {training} }}"
    path.write_text(text.replace(_KEPT, given), "utf-8")
    return path


def test_machines_are_kept_unless_a_description_says_otherwise() -> None:
    assert describe("breast-cancer").training.spot is None


def test_a_wait_is_named_and_checkpoints_have_a_default(tmp_path: Path) -> None:
    model = read_description(_written(tmp_path, "spot: { max_wait_minutes: 60 }"))
    assert model.training.spot == Spot(60, 50)
    assert model.training.max_runtime_minutes == 60


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (
            "spot: { max_wait_minutes: 59 }",
            "training.spot.max_wait_minutes must be at least the job's own max_runtime_minutes, 60",
        ),
        ("spot: {}", 'training.spot must have the key "max_wait_minutes"'),
        ("spot: true", "training.spot must be a mapping of keys to values"),
        (
            "spot: { max_wait_minutes: 60, checkpoint_rounds: 0 }",
            "checkpoint_rounds must be at least 1, got 0",
        ),
        ("spot: { max_wait_minutes: 60, price: 1 }", "training.spot must have no keys but"),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused_at_its_line(
    tmp_path: Path, training: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_description(_written(tmp_path, training))
    assert sentence in str(refusal.value)


def test_jobs_that_process_keep_their_machine(tmp_path: Path) -> None:
    path = tmp_path / "breast-cancer.yaml"
    text = (MODELS / path.name).read_text("utf-8")
    old, new = "processing: { instance_type: ml.m5.large }", "spot: { max_wait_minutes: 60 }"
    assert old in text
    path.write_text(text.replace(old, f"{old[:-2]}, {new} }}"), "utf-8")
    with pytest.raises(InvalidInput, match="processing must have no keys but"):
        read_description(path)
