"""A model's search for hyperparameters is read strictly, within the bounds of each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.description import MODELS, SCHEMA, describe, read_description
from pipelines.models.tuning import Range, Scaling, Strategy, Tuning

_SECTION = """\
tuning:
  max_jobs: 12
  parallel_jobs: 3
  strategy: random
  early_stopping: true
  ranges:
    learning_rate: { min: 0.01, max: 1, scaling: logarithmic }
    max_depth: { min: 2, max: 8.0 }
    subsample: { min: 0.5, max: 0.9, scaling: reverse-logarithmic }
"""


def _written(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in _SECTION
    path = folder / "breast-cancer.yaml"
    text = (MODELS / path.name).read_text("utf-8") + _SECTION.replace(old, new, 1)
    path.write_text(text, "utf-8")
    return path


def test_without_the_section_nothing_is_searched() -> None:
    assert describe("breast-cancer").tuning is None


def test_numbers_are_of_the_kind_of_their_hyperparameter(tmp_path: Path) -> None:
    tuning = read_description(_written(tmp_path)).tuning
    assert tuning == Tuning(
        12,
        3,
        Strategy.RANDOM,
        True,
        (
            Range("learning_rate", 0.01, 1.0, Scaling.LOGARITHMIC),
            Range("max_depth", 2, 8, Scaling.LINEAR),
            Range("subsample", 0.5, 0.9, Scaling.REVERSE_LOGARITHMIC),
        ),
    )
    assert [(repr(one.most), one.whole) for one in tuning.ranges] == [
        ("1.0", False),
        ("8", True),
        ("0.9", False),
    ]


def test_the_api_has_words_of_its_own() -> None:
    assert [one.of_api for one in Strategy] == ["Bayesian", "Random", "Hyperband"]
    assert [one.of_api for one in Scaling] == ["Linear", "Logarithmic", "ReverseLogarithmic"]


def test_what_is_left_out_is_searched_carefully(tmp_path: Path) -> None:
    optional = "  parallel_jobs: 3\n  strategy: random\n  early_stopping: true\n"
    tuning = read_description(_written(tmp_path, optional)).tuning
    assert tuning is not None
    assert (tuning.parallel_jobs, tuning.strategy, tuning.early_stopping) == (
        1,
        Strategy.BAYESIAN,
        False,
    )


def test_every_hyperparameter_can_be_searched_and_nothing_else() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    searched = schema["$defs"]["tuning"]["properties"]["ranges"]["properties"]
    assert set(searched) == set(schema["properties"]["hyperparameters"]["properties"])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("max_jobs: 12", "max_jobs: 2", "tuning.parallel_jobs must be at most max_jobs, 2, got 3"),
        ("max_jobs: 12", "max_jobs: 101", "tuning.max_jobs must be at most 100, got 101"),
        ("  max_jobs: 12\n", "", 'tuning must have the key "max_jobs"'),
        ("parallel_jobs: 3", "parallel_jobs: 11", "parallel_jobs must be at most 10, got 11"),
        ("random", "grid", "tuning.strategy must be one of bayesian, random, hyperband"),
        ("random", "hyperband", "early_stopping must be left out for hyperband"),
        ("max_depth:", "depth:", "tuning.ranges must have no keys but"),
        ("min: 2", "min: 2.5", "max_depth.min must be a whole number, got 2.5"),
        ("min: 2", "min: 0", "tuning.ranges.max_depth.min must be at least 1, got 0"),
        ("max: 8.0", "max: 21", "tuning.ranges.max_depth.max must be at most 20, got 21"),
        ("min: 0.01", "min: 0", "learning_rate.min must be more than 0, got 0"),
        ("min: 0.01", "min: .nan", "learning_rate.min must be"),
        ("min: 0.01", "min: 1", "learning_rate.max must be more than min, 1.0, got 1.0"),
        ("max: 0.9", "max: 1", "subsample.scaling must be linear or logarithmic, but for"),
        (
            "max_depth: { min: 2, max: 8.0 }",
            "max_depth: { min: 2, max: 8, scaling: reverse-logarithmic }",
            "max_depth.scaling must be linear or logarithmic",
        ),
        (
            "max_depth: { min: 2, max: 8.0 }",
            "reg_lambda: { min: 0, max: 8, scaling: logarithmic }",
            "reg_lambda.min must be more than 0 to be scaled logarithmically",
        ),
    ],
)
def test_a_search_that_cannot_be_made_is_refused_at_its_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_description(_written(tmp_path, old, new))
    assert sentence in str(refusal.value)
    assert "breast-cancer.yaml" in str(refusal.value)
