"""Boost the trees of a described model: objective, settings, and where progress is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import VALIDATION, Kind
from pipelines.serving.boosting import xgboost
from pipelines.steps.boosting import Boosting, boost
from pipelines.steps.checkpoints import Checkpoints

_OBJECTIVES = {
    Kind.BINARY: "binary:logistic",
    Kind.MULTICLASS: "multi:softprob",
    Kind.REGRESSION: "reg:squarederror",
    Kind.FORECAST: "reg:squarederror",
}


def learn(
    model: ModelDescription,
    sets: Sequence[tuple[Any, Any]],
    place: Checkpoints | None,
    *,
    tells_rounds: bool,
) -> Any:
    """Boost on matrix and target of training, judged by those of validation; keep the best rounds.

    The seed is fixed and one thread runs, so that equal inputs give equal bytes.
    """
    library = xgboost()
    learnt, judged = (library.DMatrix(matrix, label=target) for matrix, target in sets)
    plan = _plan(model)
    boosted = boost(plan, learnt, judged, place, tells_rounds=tells_rounds)
    print(f"rounds={boosted.rounds} validation:{plan.metric}={boosted.best:.6f}", flush=True)
    return boosted.booster


def _plan(model: ModelDescription) -> Boosting:
    metric, more_is_better = VALIDATION[model.kind]
    parameters = asdict(model.hyperparameters)
    rounds = parameters.pop("rounds")
    patience = parameters.pop("early_stopping_rounds")
    parameters |= {
        "objective": _OBJECTIVES[model.kind],
        "eval_metric": metric,
        "seed": model.seed,
        "nthread": 1,
        "tree_method": "hist",
    }
    if model.kind is Kind.MULTICLASS:
        parameters["num_class"] = len(model.classes)
    return Boosting(parameters, metric, more_is_better, rounds, patience)


def progress(model: ModelDescription, folder: Path | None, *data: Path) -> Checkpoints | None:
    """Tell where this training keeps its progress, for exactly these data and settings."""
    if folder is None or model.training.spot is None:
        return None
    every = model.training.spot.checkpoint_rounds
    follows_from = {
        "plan": asdict(_plan(model)),
        "columns": [*model.numeric, "", *model.columns],
        "classes": model.classes,
        "every": every,
        **({"series": asdict(model.series)} if model.series else {}),
        "data": [hashlib.sha256(path.read_bytes()).hexdigest() for path in data],
    }
    text = json.dumps(follows_from, sort_keys=True)
    return Checkpoints(folder, every, hashlib.sha256(text.encode("utf-8")).hexdigest())
