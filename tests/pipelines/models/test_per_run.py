"""What a run may choose is listed, bounded, and held by the training whoever started it."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.description import MODELS, ModelDescription, describe, read_description
from pipelines.models.per_run import Choice, check_given, chosen
from pipelines.models.tuning import Range, Scaling, Strategy, Tuning

_TEXT = (MODELS / "breast-cancer.yaml").read_text("utf-8")
_SECTION = """\
per_run:
  learning_rate: { min: 0.02, max: 0.3 }
  max_depth: { min: 2, max: 5 }
"""


@pytest.fixture
def model() -> ModelDescription:
    return describe("breast-cancer")


def _read(folder: Path, section: str) -> ModelDescription:
    assert _TEXT.count(_SECTION) == 1
    path = folder / "breast-cancer.yaml"
    path.write_text(_TEXT.replace(_SECTION, section), "utf-8")
    return read_description(path)


def test_a_description_lists_what_a_run_may_choose(model: ModelDescription) -> None:
    assert model.per_run == (Choice("learning_rate", 0.02, 0.3), Choice("max_depth", 2, 5))
    assert [one.parameter for one in model.per_run] == ["LearningRate", "MaxDepth"]


def test_without_the_section_a_run_chooses_nothing(tmp_path: Path) -> None:
    silent = _read(tmp_path, "")
    assert silent.per_run == ()
    with pytest.raises(Misuse, match="--set: must be left out"):
        chosen(silent, ["max_depth=3"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("learning_rate: { min: 0, max: 0.3 }", "min must be more than 0"),
        ("learning_rate: { min: 0.02, max: 2 }", "max must be at most 1"),
        ("learning_rate: { min: 0.2, max: 0.3 }", "must hold what the description says"),
        ("learning_rate: { min: 0.3, max: 0.02 }", "must hold what the description says"),
        ("max_depth: { min: 2.5, max: 5 }", "min must be a whole number"),
        ("max_depth: { min: 2 }", 'must have the key "max"'),
        ("seed: { min: 1, max: 5 }", 'got the unknown key "seed"'),
        ("image: { min: 1, max: 5 }", 'got the unknown key "image"'),
    ],
)
def test_bounds_that_hold_nothing_or_too_much_are_refused(
    line: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _read(tmp_path, f"per_run: {{ {line} }}\n")
    assert told in str(refusal.value)


def test_settings_become_parameters_of_the_run(model: ModelDescription) -> None:
    assert chosen(model, []) == {}
    assert chosen(model, ["learning_rate=5e-2", "max_depth=4"]) == {
        "LearningRate": "0.05",
        "MaxDepth": "4",
    }


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (["learning_rate=0.5"], "must be a number from 0.02 to 0.3"),
        (["learning_rate=nan"], "must be a number from 0.02 to 0.3"),
        (["max_depth=3.0"], "must be a whole number from 2 to 5"),
        (["max_depth="], "must be a whole number from 2 to 5"),
        (["max_depht=3"], "did you mean max_depth"),
        (["subsample=0.5"], "what a run may choose stands in the section per_run"),
        (["InputDataUri=s3://b/k"], "NAME=VALUE with a name of learning_rate, max_depth"),
        (["max_depth"], "NAME=VALUE"),
        (["max_depth=3", "max_depth=4"], "must tell max_depth once"),
    ],
)
def test_what_a_run_may_not_choose_is_refused_before_it_starts(
    model: ModelDescription, settings: list[str], told: str
) -> None:
    with pytest.raises(Misuse) as refusal:
        chosen(model, settings)
    assert told in str(refusal.value)


def _given(model: ModelDescription, **changes: str) -> dict[str, str]:
    described = {name: str(value) for name, value in asdict(model.hyperparameters).items()}
    return {"model": model.name, "seed": str(model.seed), **described, **changes}


def test_the_training_takes_what_is_described_and_what_may_be_chosen(
    model: ModelDescription,
) -> None:
    check_given(model, {}, searched=False)
    check_given(model, _given(model), searched=False)
    check_given(model, _given(model, learning_rate="0.3", max_depth="2"), searched=False)


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": "0.31"},
        {"max_depth": "20"},
        {"max_depth": "many"},
        {"rounds": "10000"},
        {"subsample": "0.5"},
        {"seed": "21"},
    ],
)
@pytest.mark.parametrize("searched", [False, True])
def test_the_training_refuses_what_nobody_may_choose_whoever_started_it(
    model: ModelDescription, change: dict[str, str], searched: bool
) -> None:
    with pytest.raises(InvalidInput, match=f"hyperparameter {next(iter(change))}: must be"):
        check_given(model, _given(model, **change), searched=searched)


def test_a_job_of_a_search_may_have_what_the_search_may_try(model: ModelDescription) -> None:
    ranges = (Range("rounds", 50, 400, Scaling.LINEAR),)
    tuned = replace(model, tuning=Tuning(4, 2, Strategy.BAYESIAN, False, ranges))
    check_given(tuned, _given(tuned, rounds="400"), searched=True)
    for searched, rounds in ((True, "401"), (False, "400")):
        with pytest.raises(InvalidInput, match="hyperparameter rounds"):
            check_given(tuned, _given(tuned, rounds=rounds), searched=searched)
