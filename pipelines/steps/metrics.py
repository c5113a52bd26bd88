"""Measure predictions, in the layout that the model registry reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.serving.model import Prediction

Floats = NDArray[np.float64]


def measure(
    model: ModelDescription, truth: Sequence[float | str], predictions: Sequence[Prediction]
) -> dict[str, Any]:
    """Return evaluation.json: one group of metrics, named after the kind of the model."""
    measures: dict[Kind, Callable[..., dict[str, Any]]] = {
        Kind.BINARY: _binary,
        Kind.MULTICLASS: _multiclass,
        Kind.REGRESSION: _regression,
    }
    values = measures[model.kind](model, truth, predictions)
    return {
        model.kind.metrics_group: {
            name: value if isinstance(value, dict) else _entry(value)
            for name, value in values.items()
        }
    }


def _entry(value: float) -> dict[str, float | str]:
    # One hold-out set gives one number; its spread is unknown, and JSON has no NaN.
    return {"value": float(value), "standard_deviation": "NaN"}


def _binary(
    model: ModelDescription, truth: Sequence[str], predictions: Sequence[Prediction]
) -> dict[str, Any]:
    positive = model.classes[1]
    actual = np.array([label == positive for label in truth])
    chosen = np.array([prediction.value == positive for prediction in predictions])
    scores = np.array([prediction.probabilities[1] for prediction in predictions])
    precision, recall, f1 = _precision_recall_f1(actual, chosen)
    return {
        "accuracy": np.mean(actual == chosen),
        "auc": _area_under_curve(actual, scores),
        "f1": f1,
        "precision": precision,
        "recall": recall,
        "confusion_matrix": _confusion(model, truth, predictions),
    }


def _multiclass(
    model: ModelDescription, truth: Sequence[str], predictions: Sequence[Prediction]
) -> dict[str, Any]:
    actual = np.array(truth)
    chosen = np.array([prediction.value for prediction in predictions])
    per_class = np.array(
        [_precision_recall_f1(actual == label, chosen == label) for label in model.classes]
    )
    weights = np.array([np.mean(actual == label) for label in model.classes])
    precision, recall, f1 = weights @ per_class
    return {
        "accuracy": np.mean(actual == chosen),
        "weighted_f1": f1,
        "weighted_precision": precision,
        "weighted_recall": recall,
        "confusion_matrix": _confusion(model, truth, predictions),
    }


def _regression(
    model: ModelDescription, truth: Sequence[float], predictions: Sequence[Prediction]
) -> dict[str, Any]:
    actual = np.array(truth, dtype=np.float64)
    errors = actual - np.array([float(prediction.value) for prediction in predictions])
    mse = float(np.mean(errors**2))
    variance = float(np.var(actual))
    return {
        "mae": np.mean(np.abs(errors)),
        "mse": mse,
        "rmse": sqrt(mse),
        # Where nothing varies there is nothing to explain.
        "r2": 1 - mse / variance if variance else 0.0,
    }


def _precision_recall_f1(
    actual: NDArray[np.bool_], chosen: NDArray[np.bool_]
) -> tuple[float, float, float]:
    hits = int(np.sum(actual & chosen))
    precision = hits / max(1, int(np.sum(chosen)))
    recall = hits / max(1, int(np.sum(actual)))
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def _area_under_curve(actual: NDArray[np.bool_], scores: Floats) -> float:
    """Compute the chance that a positive outranks a negative; a tie counts half."""
    positive, negative = scores[actual], scores[~actual]
    higher = np.searchsorted(np.sort(negative), positive, side="left").sum()
    not_lower = np.searchsorted(np.sort(negative), positive, side="right").sum()
    return float(higher + not_lower) / 2 / max(1, len(positive) * len(negative))


def _confusion(
    model: ModelDescription, truth: Sequence[str], predictions: Sequence[Prediction]
) -> dict[str, dict[str, int]]:
    table = {label: dict.fromkeys(model.classes, 0) for label in model.classes}
    for label, prediction in zip(truth, predictions, strict=True):
        table[label][str(prediction.value)] += 1
    return table
