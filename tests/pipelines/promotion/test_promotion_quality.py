"""The quality of a release is that of its live answers, held to threshold and evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import Finding
from pipelines.models.description import ModelDescription, read_description
from pipelines.promotion.held_out import HeldOut, outcomes
from pipelines.promotion.quality import LiveQuality, measure_quality
from pipelines.promotion.rows import Table
from tests.pipelines.tabular_models import describe_kind

HEADER = ("prediction", "probability_no", "probability_yes")
ANSWERS = Table(HEADER, (("no", "0.9", "0.1"), ("yes", "0.2", "0.8"), ("yes", "0.4", "0.6")))


def model_of(kind: str, folder: Path) -> ModelDescription:
    """A described fruit."""
    return read_description(describe_kind(kind, folder))


def measured(
    model: ModelDescription, answered: Table, truth: tuple[str, ...], evaluated: float
) -> LiveQuality:
    """Measure answers whose rows have a size only."""
    rows = Table(("size",), tuple((str(number),) for number in range(len(truth))))
    return measure_quality(model, HeldOut(rows, truth, answered), answered, evaluated)[0]


def test_quality_as_evaluated_holds(tmp_path: Path) -> None:
    found = measured(model_of("binary", tmp_path), ANSWERS, ("no", "yes", "yes"), 1.0)
    assert (found.live, found.rows, found.failures()) == (1.0, 3, [])
    assert found.document()["passed"]


def test_quality_below_the_threshold_is_named(tmp_path: Path) -> None:
    found = measured(model_of("binary", tmp_path), ANSWERS, ("yes", "no", "no"), 0.0)
    assert found.failures() == ["auc of the live answers must be at least 0.5: got 0.0"]


def test_the_models_own_floor_counts_before_the_metrics_threshold(tmp_path: Path) -> None:
    model = model_of("binary", tmp_path)
    limits = model.acceptance
    strict = replace(limits, quality=replace(limits.quality, threshold=0.9))
    truth = ("no", "no", "yes")
    found = measured(replace(model, acceptance=strict), ANSWERS, truth, 0.5)
    assert found.failures() == ["auc of the live answers must be at least 0.9: got 0.5"]


@pytest.mark.parametrize("evaluated", [0.998, 0.0])
def test_quality_other_than_evaluated_is_named(tmp_path: Path, evaluated: float) -> None:
    found = measured(model_of("binary", tmp_path), ANSWERS, ("no", "yes", "yes"), evaluated)
    rule = f"auc of the live answers must be {evaluated} as evaluated, within 0.001: got 1.0"
    assert found.failures() == [rule]


def test_a_large_error_may_differ_by_a_share_of_itself(tmp_path: Path) -> None:
    model = model_of("regression", tmp_path)
    found = measured(model, Table(("prediction",), (("1000",),)), ("0",), 1000.9)
    assert found.failures() == ["rmse of the live answers must be at most 0.5: got 1000.0"]
    found = measured(model, Table(("prediction",), (("1000",),)), ("0",), 1002)
    assert len(found.failures()) == 2


@pytest.mark.parametrize("cell", ["nan", "inf", "high", ""])
def test_answers_that_cannot_be_measured_fail(tmp_path: Path, cell: str) -> None:
    answered = Table(HEADER, (*ANSWERS.rows[:2], ("yes", "0.4", cell)))
    found = measured(model_of("binary", tmp_path), answered, ("no", "yes", "yes"), 1.0)
    assert found.live is None
    [only] = found.failures()
    assert "auc of the live answers must be measurable: got the endpoint's predictions" in only
    assert f"row 3: must be a finite number, got '{cell}'" in only


def test_answers_without_probabilities_or_of_other_rows_cannot_be_measured(tmp_path: Path) -> None:
    model = model_of("binary", tmp_path)
    bare = Table(("prediction",), (("no",),))
    with pytest.raises(Finding, match="predictions: must have the column probability_yes, got"):
        outcomes(model, ("no",), bare)
    with pytest.raises(Finding, match="must have 2 rows, got 3"):
        outcomes(model, ("no", "yes"), ANSWERS)
