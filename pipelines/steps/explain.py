"""What a model's answers follow from: the report that a version carries as its explanation."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.table import Row
from pipelines.serving.model import TrainedModel

_DIGITS = 9
# Held-out rows are in the order of a digest: the first of them are a fair sample.
_MOST_ROWS = 1000
_UNITS = {
    Kind.BINARY: "log-odds of the last class",
    Kind.MULTICLASS: "log-odds of a class, averaged over classes",
    Kind.REGRESSION: "the target's own",
}


def explanation(
    model: ModelDescription, predictor: TrainedModel, rows: Sequence[Row]
) -> dict[str, Any]:
    """Return explainability.json: how far each column moves answers, the strongest first."""
    sample = rows[:_MOST_ROWS]
    told = [
        answer
        for row in predictor.contributions([row.features for row in sample])
        for answer in row
    ]
    moved = [
        (_mean([abs(answer[place]) for answer in told]), column, place)
        for place, column in enumerate(model.features)
    ]
    columns = [
        {
            "column": column,
            "mean_absolute": size,
            "mean": _mean([answer[place] for answer in told]),
        }
        for size, column, place in sorted(moved, key=lambda one: (-one[0], one[1]))
    ]
    return {
        "schema_version": 1,
        "model": model.name,
        "method": "TreeSHAP, exact (pred_contribs of xgboost)",
        "unit": _UNITS[model.kind],
        "rows": len(sample),
        "base": _mean([answer[-1] for answer in told]),
        "columns": columns,
    }


def _mean(values: Sequence[float]) -> float:
    return round(fsum(values) / len(values), _DIGITS)
