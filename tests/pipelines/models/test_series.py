"""The section of a description that makes it a forecast: complete, consistent, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.defaults import read_defaults
from pipelines.models.description import read_description
from pipelines.models.kinds import METRICS, Kind
from tests.pipelines.forecast_models import DESCRIPTION, described


def test_seven_lines_are_a_forecast(tmp_path: Path) -> None:
    model = read_description(described(tmp_path, DESCRIPTION))
    assert model.kind is Kind.FORECAST
    assert model.series is not None
    assert model.series.seasons == (24, 168)
    assert (model.series.lags, model.series.origin_every) == (24, 24)
    assert model.series.context == 336
    assert model.endpoints == {}
    assert not model.metric.higher_is_better
    assert model.metric_path == "regression_metrics.relative_mae.value"


def test_a_forecast_that_states_every_default_is_the_same(tmp_path: Path) -> None:
    stated = read_defaults()["series"] | {"time": "time", "horizon": 24, "known": ["working_day"]}
    head = DESCRIPTION.replace("series: { time: time, horizon: 24, known: [working_day] }\n", "")
    other = tmp_path / "stated"
    other.mkdir()
    path = described(other, head + f"series: {json.dumps(stated)}\n")
    assert read_description(path) == read_description(described(tmp_path, DESCRIPTION))


def test_a_series_may_have_no_column_but_its_target(tmp_path: Path) -> None:
    text = DESCRIPTION.replace("numeric: [working_day, temperature]", "numeric: []")
    text = text.replace(", known: [working_day]", "")
    assert read_description(described(tmp_path, text)).features == ()


@pytest.mark.parametrize("metric", sorted(METRICS[Kind.FORECAST]))
def test_every_metric_of_a_forecast_may_decide(tmp_path: Path, metric: str) -> None:
    text = DESCRIPTION.replace("relative_mae", metric)
    assert read_description(described(tmp_path, text)).metric.name == metric


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "kind: forecast",
            "kind: regression",
            "must be one of mae, mse, rmse, r2 for kind regression, got relative_mae",
        ),
        (
            "series: { time: time, horizon: 24, known: [working_day] }\n",
            "",
            "must go together: a section `series` and the kind forecast, got kind forecast without",
        ),
        ("horizon: 24", "horizon: 0", "series.horizon"),
        ("horizon: 24", "horizon: 24, frequency: daily", "series.frequency"),
        ("horizon: 24", "horizon: 24, seasons: [168, 24]", "seasons must rise, got 168, 24"),
        ("known: [working_day]", "known: [workingday]", "must be a numeric column of this model"),
        ("time: time", "time: demand", "must be no other column of the model, got demand"),
        (
            "temperature] }",
            "temperature], categorical: [town] }",
            "columns.categorical must be empty for kind forecast, got town",
        ),
        (
            "metric:",
            "endpoints: { staging: { instance_type: ml.m5.large, initial_instance_count: 1 } }\n"
            "metric:",
            "endpoints must be left out for kind forecast",
        ),
        (
            "metric:",
            "acceptance: { latency: { p95_ms: 100 } }\nmetric:",
            "acceptance must be left out for kind forecast",
        ),
        ("demand }", "demand, classes: [a, b] }", "must be left out for kind forecast, got 2"),
        ("relative_mae", "auc", "for kind forecast, got auc"),
    ],
)
def test_a_forecast_that_cannot_be_made_is_refused(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in DESCRIPTION
    with pytest.raises(InvalidInput) as refused:
        read_description(described(tmp_path, DESCRIPTION.replace(old, new, 1)))
    assert sentence in str(refused.value)
    assert "demand.yaml:" in str(refused.value)


def test_hours_without_a_forecast_are_refused(tmp_path: Path) -> None:
    text = DESCRIPTION.replace("forecast", "regression").replace("relative_mae", "mae")
    with pytest.raises(InvalidInput, match=r"must go together.* got kind regression with it"):
        read_description(described(tmp_path, text))
