"""Measure predictions, in the layout that the model registry reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.scores import Outcome, scores
from pipelines.serving.model import Prediction


def measure(
    model: ModelDescription, truth: Sequence[float | str], predictions: Sequence[Prediction]
) -> dict[str, Any]:
    """Return evaluation.json: one group of metrics, named after the kind of the model."""
    outcomes = outcomes_of(model, truth, predictions)
    values: dict[str, Any] = {
        name: _entry(value) for name, value in scores(model.kind, model.classes, outcomes).items()
    }
    if model.kind is not Kind.REGRESSION:
        values["confusion_matrix"] = _confusion(model, outcomes)
    return {model.kind.metrics_group: values}


def outcomes_of(
    model: ModelDescription, truth: Sequence[float | str], predictions: Sequence[Prediction]
) -> list[Outcome]:
    """Pair what is true of each row with what the model says."""
    return [
        Outcome(actual, prediction.value, _score(model, prediction))
        for actual, prediction in zip(truth, predictions, strict=True)
    ]


def _score(model: ModelDescription, prediction: Prediction) -> float:
    return prediction.probabilities[1] if model.kind is Kind.BINARY else 0.0


def _entry(value: float) -> dict[str, float | str]:
    # One hold-out set gives one number; its spread is unknown, and JSON has no NaN.
    return {"value": value, "standard_deviation": "NaN"}


def _confusion(model: ModelDescription, outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    table = {label: dict.fromkeys(model.classes, 0) for label in model.classes}
    for one in outcomes:
        table[str(one.truth)][str(one.said)] += 1
    return table
