"""What a description leaves out is as defaults.json says, and what it states stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.defaults import DEFAULTS_FILE, read_defaults
from pipelines.models.description import (
    MODELS,
    SCHEMA,
    Job,
    TrainingJob,
    describe,
    read_description,
)
from pipelines.models.variant import Rollout, Strategy, Variant

SHORT = """\
schema_version: 1
name: abalone
kind: regression
target: { column: rings }
columns: { numeric: [length, diameter], categorical: [sex] }
metric: { name: rmse, threshold: 2.5 }
"""


def described(folder: Path, more: str = "") -> Path:
    path = folder / "abalone.yaml"
    path.write_text(SHORT + more, "utf-8")
    return path


def test_six_lines_are_a_model(tmp_path: Path) -> None:
    model = read_description(described(tmp_path))
    assert model.seed == 20
    assert (model.split.validation, model.split.holdout) == (0.15, 0.2)
    assert model.hyperparameters == replace(describe("breast-cancer").hyperparameters, max_depth=4)
    assert model.processing == Job("ml.m5.large", 10, 60)
    assert model.training == TrainingJob("ml.m5.large", 10, 60)
    assert model.endpoint("staging") == Variant("ml.m5.large", 1)
    canary = Rollout(Strategy.CANARY, 10, wait_seconds=300)
    assert model.endpoint("production") == Variant("ml.m5.large", 2, canary)
    assert model.rare_below == 10
    assert model.ignored == ()


def test_a_description_that_states_every_default_is_the_same(tmp_path: Path) -> None:
    defaults = read_defaults()
    rare = defaults.pop("rare_below")
    # Of a forecast alone: tests/pipelines/models/test_series.py.
    defaults.pop("series")
    defaults.pop("schema_version")
    sections = "".join(f"{name}: {json.dumps(value)}\n" for name, value in defaults.items())
    path = described(tmp_path, sections)
    path.write_text(path.read_text("utf-8").replace("[sex] }", f"[sex], rare_below: {rare} }}"))
    assert read_description(path) == read_description(described(tmp_path))


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("split: { holdout: 0.3 }", "Split(validation=0.15, holdout=0.3)"),
        ("processing: { max_runtime_minutes: 5 }", "Job(instance_type='ml.m5.large', volume_"),
        ("hyperparameters: { max_depth: 2 }", "max_depth=2"),
        ("seed: 7", "seed=7"),
    ],
)
def test_a_section_may_be_stated_in_part(tmp_path: Path, stated: str, found: str) -> None:
    model = read_description(described(tmp_path, f"{stated}\n"))
    assert found in repr(model)
    assert repr(model) != repr(read_description(described(tmp_path)))


def test_a_variant_is_stated_whole_and_then_gets_no_default_rollout(tmp_path: Path) -> None:
    own = "endpoints:\n  production: { instance_type: ml.c5.large, initial_instance_count: 1 }\n"
    model = read_description(described(tmp_path, own))
    assert model.endpoint("production") == Variant("ml.c5.large", 1)
    assert model.endpoint("staging") == Variant("ml.m5.large", 1)
    half = own.replace(", initial_instance_count: 1", "")
    with pytest.raises(InvalidInput, match="must have the key"):
        read_description(described(tmp_path, half))


def test_only_the_schema_version_and_what_rows_cannot_tell_is_required() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    optional = set(schema["properties"]) - set(schema["required"])
    stated_elsewhere = {"acceptance"}  # its defaults and bounds are those of limits.json
    defaults = set(json.loads(DEFAULTS_FILE.read_text("utf-8"))) - {"schema_version", "rare_below"}
    assert defaults <= optional
    assert optional - defaults - {"per_run", "tuning"} == stated_elsewhere


def test_the_committed_model_states_its_own_and_keeps_it() -> None:
    text = (MODELS / "breast-cancer.yaml").read_text("utf-8")
    for section in ("seed", "split", "hyperparameters", "processing", "training", "endpoints"):
        assert f"\n{section}:" in text


def test_a_column_cannot_be_ignored_and_used(tmp_path: Path) -> None:
    path = described(tmp_path)
    path.write_text(SHORT.replace("[sex] }", "[sex], ignored: [length] }"), "utf-8")
    with pytest.raises(InvalidInput, match="must name each column once, and the target not at all"):
        read_description(path)
