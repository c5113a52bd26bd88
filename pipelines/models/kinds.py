"""The kinds of models and what can be measured of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a model predicts."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    FORECAST = "forecast"

    @property
    def metrics_group(self) -> str:
        """Name the group that holds this kind's metrics in the registry's layout."""
        if self in (Kind.REGRESSION, Kind.FORECAST):
            return "regression_metrics"
        return f"{self.value}_classification_metrics"


# Per kind the metrics that can decide about registration, and whether more of it is better.
METRICS: Mapping[Kind, Mapping[str, bool]] = {
    Kind.BINARY: {
        "accuracy": True,
        "auc": True,
        "average_precision": True,
        "f1": True,
        "precision": True,
        "recall": True,
    },
    Kind.MULTICLASS: {
        "accuracy": True,
        "weighted_f1": True,
        "weighted_precision": True,
        "weighted_recall": True,
    },
    Kind.REGRESSION: {"mae": False, "mse": False, "rmse": False, "r2": True},
    # Relative ones are the error as a share of the best baseline's on the same hours.
    Kind.FORECAST: {
        "mae": False,
        "mase": False,
        "relative_mae": False,
        "relative_rmse": False,
        "rmse": False,
    },
}

# What a training is stopped by, and searched for by a tuning, on the rows of its validation part:
# never the held-out rows, which judge the model afterwards. Ranks of few rows, as auc counts them,
# are perfect after some rounds by luck, and the model then keeps these; the loss goes on telling
# how sure it should be. Whether more of it is better.
VALIDATION: Mapping[Kind, tuple[str, bool]] = {
    Kind.BINARY: ("logloss", False),
    Kind.MULTICLASS: ("mlogloss", False),
    Kind.REGRESSION: ("rmse", False),
    Kind.FORECAST: ("rmse", False),
}
