"""Roll the origin of a forecast over hours that it has not seen, and compare it with baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import pstdev
from typing import Any

import numpy as np

from pipelines.forecasting.forecaster import Forecast, Forecaster
from pipelines.forecasting.windows import Matrix, origins_of, truth
from pipelines.models.kinds import Kind
from pipelines.models.scores import Outcome, scores
from pipelines.models.series_table import Hours, series_of

_DIGITS = 9
OWN = "forecast"


@dataclass(frozen=True)
class Backtest:
    """What was forecast from each origin, and what came true."""

    origins: tuple[int, ...]
    forecast: Forecast
    actual: Matrix

    @property
    def said(self) -> Mapping[str, Matrix]:
        """Return what the forecast and each baseline said."""
        return {OWN: self.forecast.value, **self.forecast.baselines}


def backtest(forecaster: Forecaster, hours: Hours) -> Backtest:
    """Forecast from every origin of the held-out hours, each from what was known at it.

    Forecast and baselines are as training left them; only the hours that they look back over grow.
    """
    series = series_of(forecaster.model)
    origins = origins_of(series, len(hours), series.origin_every)
    return Backtest(
        origins=tuple(origins),
        forecast=forecaster.forecast(hours, origins),
        actual=truth(forecaster.model, hours, origins),
    )


def evaluation_of(found: Backtest, scale: float) -> dict[str, Any]:
    """Return evaluation.json: errors in the registry's layout, and what they were compared with.

    The spread of an error is that of its value over the origins. `best` names, for each error, the
    baseline that makes the smallest on all origins: the one to beat.
    """
    errors = {name: _errors(said, found.actual) for name, said in found.said.items()}
    others = [name for name in errors if name != OWN]
    best = {
        metric: min(others, key=lambda name: errors[name][metric]) for metric in ("mae", "rmse")
    }
    everywhere = range(len(found.origins))
    folds = [_metrics(found, [place], best, scale) for place in everywhere]
    return {
        Kind.FORECAST.metrics_group: {
            name: {"value": value, "standard_deviation": _spread([fold[name] for fold in folds])}
            for name, value in _metrics(found, everywhere, best, scale).items()
        },
        "baselines": {"best": best, "errors": {name: errors[name] for name in others}},
        "origins": len(found.origins),
        "inside_bounds": _inside(found),
    }


def _metrics(
    found: Backtest, places: Sequence[int], best: Mapping[str, str], scale: float
) -> dict[str, float]:
    rows = list(places)
    own = _errors(found.said[OWN][rows], found.actual[rows])
    relative = {
        f"relative_{metric}": _share(
            own[metric], _errors(found.said[name][rows], found.actual[rows])[metric]
        )
        for metric, name in best.items()
    }
    return {**own, "mase": _number(own["mae"] / scale), **relative}


def _errors(said: Matrix, actual: Matrix) -> dict[str, float]:
    outcomes = [
        Outcome(float(true), float(value))
        for true, value in zip(actual.reshape(-1), said.reshape(-1), strict=True)
    ]
    measured = scores(Kind.FORECAST, (), outcomes)
    return {name: _number(measured[name]) for name in ("mae", "rmse")}


def _share(own: float, other: float) -> float:
    """Divide errors; where a baseline is never wrong, only no error at all is as good."""
    if other == 0.0:
        return 1.0 if own == 0.0 else float(np.finfo(np.float32).max)
    return _number(own / other)


def _inside(found: Backtest) -> float:
    inside = (found.actual >= found.forecast.lower) & (found.actual <= found.forecast.upper)
    return _number(fsum(inside.reshape(-1)) / inside.size)


def _spread(values: Sequence[float]) -> float | str:
    return _number(pstdev(values)) if len(values) > 1 else "NaN"


def _number(value: float) -> float:
    return round(float(value), _DIGITS)
