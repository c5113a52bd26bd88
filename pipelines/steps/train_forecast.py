"""Train a forecast on prepared hours: trees upon the last season, and the baselines beside them."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from pathlib import Path

import numpy as np

from pipelines.errors import InvalidInput
from pipelines.forecasting.forecaster import LOWER, UPPER, Learnt, boosted, write_forecaster
from pipelines.forecasting.linear import Linear
from pipelines.forecasting.windows import Matrix, Windows, origins_of, truth, windows
from pipelines.models.description import ModelDescription
from pipelines.models.series import Series
from pipelines.models.series_table import Hours, read_hours, series_of
from pipelines.steps.learning import learn, progress

# More rows than this make training long and forecasts hardly better: neighbours are much alike.
_MOST_ROWS = 60_000


def train_forecast(
    model: ModelDescription,
    train_csv: Path,
    validation_csv: Path,
    output: Path,
    *,
    checkpoints: Path | None = None,
    tells_rounds: bool = False,
) -> None:
    """Write model.json and forecaster.json; equal inputs give equal bytes.

    Trees learn how an hour differs from the one a season before it. The linear baseline is fitted
    to the same rows; validation hours stop the trees and give the bounds of the forecasts.
    """
    series = series_of(model)
    hours, judge = read_hours(train_csv, model), read_hours(validation_csv, model)
    origins = origins_of(series, len(hours), stride(series, len(hours)))
    found, actual = windows(model, hours, origins), truth(model, hours, origins)
    judging = origins_of(series, len(judge), 1)
    judged, came = windows(model, judge, judging), truth(model, judge, judging)
    sets = [(found.rows, _target(found, actual)), (judged.rows, _target(judged, came))]
    place = progress(model, checkpoints, train_csv, validation_csv)
    booster = learn(model, sets, place, tells_rounds=tells_rounds)
    booster.set_param({"nthread": 1})
    lower, upper = _bounds(came - boosted(booster, judged))
    learnt = Learnt(Linear.fit(found, actual), _scale(model, series, hours), lower, upper)
    write_forecaster(model, booster, learnt, output)


def stride(series: Series, hours: int) -> int:
    """Tell how far apart the origins to train on are: every hour of a day has its share of them."""
    apart = max(1, -(-hours * series.horizon // _MOST_ROWS))
    while gcd(apart, 24) > 1:
        apart += 1
    return apart


def _target(found: Windows, actual: Matrix) -> Matrix:
    return np.asarray((actual - found.anchor).reshape(-1))


def _bounds(errors: Matrix) -> tuple[tuple[float, ...], tuple[float, ...]]:
    lower, upper = np.quantile(errors, [LOWER, UPPER], axis=0)
    return _numbers(lower), _numbers(upper)


def _numbers(values: Sequence[float] | Matrix) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _scale(model: ModelDescription, series: Series, hours: Hours) -> float:
    values = np.asarray(hours.values[model.target])
    season = series.seasons[0]
    scale = float(np.mean(np.abs(values[season:] - values[:-season])))
    if scale == 0.0:
        raise InvalidInput(
            f"column {model.target}",
            f"must differ from what it was {season} hours before, in some hour",
            got="the same values season after season",
        )
    return scale
