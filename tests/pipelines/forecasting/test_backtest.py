"""What decides about a forecast is its error on unseen hours, as a share of the best baseline's."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.forecasting.backtest import Backtest, backtest, evaluation_of
from pipelines.forecasting.forecaster import Forecast, read_forecaster
from pipelines.models.series_table import read_hours
from tests.pipelines.forecast_models import FEW_HOURS, Built, build


@pytest.fixture(scope="module")
def evaluation(built: Built) -> dict[str, Any]:
    """The evaluation of the small forecast."""
    document: dict[str, Any] = json.loads((built.evaluation / "evaluation.json").read_bytes())
    return document


@pytest.fixture(scope="module")
def told(built: Built) -> list[dict[str, str]]:
    """Every forecast of the evaluation."""
    text = (built.evaluation / "predictions.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_errors_are_those_of_the_forecasts_that_are_written(
    evaluation: dict[str, Any], told: list[dict[str, str]]
) -> None:
    def mae(column: str) -> float:
        return float(np.mean([abs(float(row[column]) - float(row["actual"])) for row in told]))

    metrics = {name: one["value"] for name, one in evaluation["regression_metrics"].items()}
    assert metrics["mae"] == pytest.approx(mae("forecast"), abs=1e-5)
    others = {name: one["mae"] for name, one in evaluation["baselines"]["errors"].items()}
    for name, error in others.items():
        assert error == pytest.approx(mae(name.replace(" ", "_")), abs=1e-5)
    best = evaluation["baselines"]["best"]["mae"]
    assert others[best] == min(others.values())
    assert metrics["relative_mae"] == pytest.approx(metrics["mae"] / others[best])
    assert set(metrics) == {"mae", "mase", "relative_mae", "relative_rmse", "rmse"}


def test_origins_roll_by_what_the_description_says(
    built: Built, evaluation: dict[str, Any], told: list[dict[str, str]]
) -> None:
    origins = sorted({row["origin"] for row in told})
    assert len(origins) == evaluation["origins"] == len(told) / 6
    assert all(origin.endswith("T23:00:00Z") for origin in origins)
    report = json.loads((built.prepared / "data" / "data.json").read_bytes())
    held = report["parts"]["holdout"]
    assert held["from"] < origins[0] < origins[-1] < held["until"]


def test_naive_baselines_say_what_was(built: Built, told: list[dict[str, str]]) -> None:
    hours = read_hours(built.prepared / "holdout" / "holdout.csv", built.model)
    said = {
        f"{hours.at(place):%Y-%m-%dT%H:%M:%SZ}": value
        for place, value in enumerate(hours.values["demand"])
    }
    for row in told:
        assert float(row["last_value"]) == said[row["origin"]]
        day_before = f"{row['time'][:8]}{int(row['time'][8:10]) - 1:02d}{row['time'][10:]}"
        if day_before[8:10] != "00":
            assert float(row["same_hour_24_h_before"]) == said[day_before]


def _found(own: float, other: float) -> Backtest:
    actual = np.zeros((3, 2))
    said = actual + own
    forecast = Forecast(said, said - 1, said + 1, {"a": actual + other, "b": actual + 9})
    return Backtest((1, 2, 3), forecast, actual)


@pytest.mark.parametrize(
    ("own", "other", "relative"), [(1.0, 2.0, 0.5), (3.0, 2.0, 1.5), (0.0, 0.0, 1.0)]
)
def test_the_share_is_of_the_best_baseline(own: float, other: float, relative: float) -> None:
    document = evaluation_of(_found(own, other), scale=4.0)
    metrics = document["regression_metrics"]
    assert document["baselines"]["best"] == {"mae": "a", "rmse": "a"}
    assert metrics["relative_mae"]["value"] == metrics["relative_rmse"]["value"] == relative
    assert metrics["mase"]["value"] == own / 4
    assert document["inside_bounds"] == (1.0 if own <= 1 else 0.0)


def test_a_perfect_baseline_is_beaten_by_nobody() -> None:
    metrics = evaluation_of(_found(0.5, 0.0), scale=4.0)["regression_metrics"]
    assert metrics["relative_mae"]["value"] > 1e30
    json.dumps(metrics, allow_nan=False)


def test_the_linear_baseline_is_a_real_one(evaluation: dict[str, Any]) -> None:
    errors = {name: one["mae"] for name, one in evaluation["baselines"]["errors"].items()}
    assert errors["linear"] == min(errors.values())


def test_with_little_data_the_share_tells_that_a_baseline_is_better(tmp_path: Path) -> None:
    few = build(tmp_path, hours=FEW_HOURS)
    metrics = json.loads((few.evaluation / "evaluation.json").read_bytes())["regression_metrics"]
    assert metrics["relative_mae"]["value"] > few.model.metric.threshold


def test_with_enough_data_the_forecast_beats_every_baseline(
    built: Built, evaluation: dict[str, Any]
) -> None:
    reached = evaluation["regression_metrics"]["relative_mae"]["value"]
    assert reached <= built.model.metric.threshold


def test_the_same_hours_give_the_same_evaluation(built: Built) -> None:
    hours = read_hours(built.prepared / "holdout" / "holdout.csv", built.model)
    forecaster = read_forecaster(built.folder, built.model)
    again = evaluation_of(backtest(forecaster, hours), forecaster.learnt.scale)
    assert again == json.loads((built.evaluation / "evaluation.json").read_bytes())
    later = replace(built.model, metric=replace(built.model.metric, threshold=0.1))
    kept = read_forecaster(built.folder, later).learnt
    assert kept.linear.to_json() == forecaster.learnt.linear.to_json()
    assert (kept.scale, kept.lower) == (forecaster.learnt.scale, forecaster.learnt.lower)
