"""Boosting round by round makes what xgboost's own loop makes, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.models.kinds import VALIDATION, Kind
from pipelines.models.table import read_table
from pipelines.serving.boosting import xgboost
from pipelines.serving.preprocessing import fit
from pipelines.steps.boosting import Boosting, boost
from pipelines.steps.train import labels
from tests.pipelines.tabular_models import Built

_OBJECTIVES: Mapping[Kind, Mapping[str, Any]] = {
    Kind.BINARY: {"objective": "binary:logistic"},
    Kind.MULTICLASS: {"objective": "multi:softprob", "num_class": 3},
    Kind.REGRESSION: {"objective": "reg:squarederror"},
}
_SAMPLED = {"subsample": 0.7, "colsample_bytree": 0.6}


@pytest.mark.parametrize(
    ("changes", "rounds", "patience"),
    [
        ({}, 40, 5),
        ({}, 3, 20),
        ({"max_depth": 1}, 1, 1),
        (_SAMPLED, 40, 10),
        ({"learning_rate": 0.02}, 30, 30),
    ],
)
def test_rounds_are_those_of_xgboost_s_own_loop(
    built: Built, changes: Mapping[str, Any], rounds: int, patience: int
) -> None:
    metric, more_is_better = VALIDATION[built.model.kind]
    parameters = {
        **{"max_depth": 3, "seed": 7, "nthread": 1, "tree_method": "hist", "eval_metric": metric},
        **_OBJECTIVES[built.model.kind],
        **changes,
    }
    plan = Boosting(parameters, metric, more_is_better, rounds, patience)
    own = boost(plan, *_matrices(built))
    learnt, judged = _matrices(built)
    booster = xgboost().train(
        parameters,
        learnt,
        num_boost_round=rounds,
        evals=[(judged, "validation")],
        early_stopping_rounds=patience,
        verbose_eval=False,
    )
    best = booster.best_iteration
    assert own.rounds == best + 1
    assert own.best == booster.best_score
    assert bytes(own.booster.save_raw("json")) == bytes(booster[: best + 1].save_raw("json"))


def _matrices(built: Built) -> list[Any]:
    model = built.model
    parts = [
        read_table(built.prepared / part / f"{part}.csv", model) for part in ("train", "validation")
    ]
    preprocessing = fit(model.numeric, model.categorical, [row.features for row in parts[0]])
    return [
        xgboost().DMatrix(
            preprocessing.transform([row.features for row in part]), label=labels(part, model)
        )
        for part in parts
    ]
