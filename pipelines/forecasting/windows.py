"""What a forecast is made from: numbers of the hours up to its origin, and what is known ahead.

One row per origin and step. No number of an hour after the origin enters a row, but known columns:
columns are cut at the origin before anything is looked up, so a mistake here is an IndexError and
not a forecast that knows the future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.series import Series
from pipelines.models.series_table import Hours, series_of

Matrix = NDArray[np.float64]
_WEEK = 7


@dataclass(frozen=True)
class Windows:
    """The rows of some origins: `rows` has one per origin and step, in this order.

    `seasonal` is, per origin (axis 0) and step (axis 1), the target one season before, for each
    season; `last` the target at the origin.
    """

    names: tuple[str, ...]
    rows: Matrix
    seasonal: Mapping[int, Matrix]
    last: Matrix

    @property
    def anchor(self) -> Matrix:
        """Return what models tell the difference to: the value of the shortest season."""
        return self.seasonal[min(self.seasonal)]


def windows(model: ModelDescription, hours: Hours, origins: Sequence[int]) -> Windows:
    """Look up what forecasts from these origins are made from; an origin is the last hour known.

    Raises InvalidInput where an origin has too few hours before it, or too few known ahead.
    """
    series = series_of(model)
    for origin in (min(origins), max(origins)):
        _require_room(series, hours, origin)
    places = np.asarray(origins)
    steps = np.arange(1, series.horizon + 1)
    observed = [column for column in model.features if column not in series.known]
    target = _columns_until(hours.values[model.target], places, series.context)
    named: list[tuple[str, Matrix]] = [("step", _spread(steps[None, :], len(places)))]
    named += _calendar(hours, places, steps)
    for column in (model.target, *observed):
        past = _columns_until(hours.values[column], places, series.context)
        named += _recent(column, past, series)
        named += _seasons(column, past, series, steps)
    named += _known(series, hours, places, steps)
    return Windows(
        names=tuple(name for name, _ in named),
        rows=np.stack([values.reshape(-1) for _, values in named], axis=1),
        seasonal={season: _season_before(target, season, steps) for season in series.seasons},
        last=np.repeat(target[:, -1:], series.horizon, axis=1),
    )


def truth(model: ModelDescription, hours: Hours, origins: Sequence[int]) -> Matrix:
    """Return what came true, per origin and step: to train and judge by, never to forecast from."""
    values = np.asarray(hours.values[model.target])
    steps = np.arange(1, series_of(model).horizon + 1)
    return np.asarray(values[np.asarray(origins)[:, None] + steps[None, :]])


def origins_of(series: Series, count: int, every: int, first: int | None = None) -> list[int]:
    """List origins whose hours before and after are all among `count` hours."""
    start = series.context - 1 if first is None else first
    return list(range(start, count - series.horizon, every))


def _require_room(series: Series, hours: Hours, origin: int) -> None:
    if origin + 1 < series.context:
        raise InvalidInput(
            "series",
            f"must have {series.context} hours before a forecast, two of its longest season",
            got=str(origin + 1),
            hint="give more of the past, or shorten series.seasons",
        )
    lacking = origin + 1 + series.horizon - len(hours)
    for column in series.known:
        if lacking > len(hours.ahead[column]):
            raise InvalidInput(
                f"series column {column}",
                f"must be known for the {series.horizon} hours ahead",
                got=f"{len(hours.ahead[column])} of {lacking} hours",
                hint="add rows for the hours ahead, with known columns only",
            )


def _columns_until(values: Sequence[float], origins: NDArray[np.int_], length: int) -> Matrix:
    """Cut out, per origin, the last `length` hours that are known at it; the last is the origin."""
    array = np.asarray(values)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(array, length)[origins - length + 1])


def _recent(column: str, past: Matrix, series: Series) -> list[tuple[str, Matrix]]:
    """Tell the latest hours, and the mean of each season, alike for all steps."""
    found = [(f"{column}_{lag}h_before_origin", past[:, -1 - lag]) for lag in range(series.lags)]
    found += [
        (f"{column}_mean_of_{season}h", past[:, -season:].mean(axis=1)) for season in series.seasons
    ]
    return [(name, np.repeat(values[:, None], series.horizon, axis=1)) for name, values in found]


def _seasons(
    column: str, past: Matrix, series: Series, steps: NDArray[np.int_]
) -> list[tuple[str, Matrix]]:
    """Tell the same hour one season before; of known days of a week, that is the same weekday."""
    return [
        (f"{column}_{season}h_before", _season_before(past, season, steps))
        for season in series.seasons
    ]


def _season_before(past: Matrix, season: int, steps: NDArray[np.int_]) -> Matrix:
    """Look a step's hour up as many whole seasons before as lead to an hour that is known."""
    back = -(-steps // season) * season - steps
    return np.asarray(past[:, past.shape[1] - 1 - back])


def _calendar(
    hours: Hours, origins: NDArray[np.int_], steps: NDArray[np.int_]
) -> list[tuple[str, Matrix]]:
    """Tell the hour that is forecast by clock and weekday, which are always known.

    Not by the day of the year: in data of few years it says which year it was, and no more.
    """
    since = origins[:, None] + steps[None, :] + hours.start.hour
    weekday = (since // 24 + hours.start.weekday()) % _WEEK
    return [("hour", (since % 24).astype(float)), ("weekday", weekday.astype(float))]


def _known(
    series: Series, hours: Hours, origins: NDArray[np.int_], steps: NDArray[np.int_]
) -> list[tuple[str, Matrix]]:
    """Tell known columns of the hour that is forecast, and of the hours that seasons look at."""
    found = []
    for column in series.known:
        values = np.asarray([*hours.values[column], *hours.ahead[column]])
        found.append((f"{column}_ahead", values[origins[:, None] + steps[None, :]]))
        for season in series.seasons:
            back = -(-steps // season) * season - steps
            found.append((f"{column}_{season}h_before", values[origins[:, None] - back[None, :]]))
    return found


def _spread(row: NDArray[np.int_], count: int) -> Matrix:
    return np.repeat(row, count, axis=0).astype(float)
