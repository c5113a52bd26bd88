"""The linear baseline: a ridge regression per step, of the same numbers that the model is given.

It is a real contender: it sees lags, seasons, calendar and known columns, and each hour and weekday
as a column of its own. What it cannot see is where one number changes what another means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.forecasting.windows import Matrix, Windows

# How strongly coefficients of standardised columns are held back, per origin.
_RIDGE = 1e-4
_CATEGORIES = {"hour": 24, "weekday": 7}


@dataclass(frozen=True)
class Linear:
    """Coefficients by step (axis 0) and column (axis 1), the constant first."""

    coefficients: Matrix

    @staticmethod
    def fit(found: Windows, target: Matrix) -> Linear:
        """Fit a regression for each step; `target` is per origin and step."""
        count, horizon = target.shape
        columns = _columns(found).reshape(count, horizon, -1)
        fitted = [_ridge(columns[:, step], target[:, step]) for step in range(horizon)]
        return Linear(np.stack(fitted))

    def predict(self, found: Windows) -> Matrix:
        """Forecast per origin and step."""
        horizon = len(self.coefficients)
        columns = _columns(found).reshape(-1, horizon, self.coefficients.shape[1] - 1)
        summed = np.einsum("osc,sc->os", columns, self.coefficients[:, 1:])
        return np.asarray(summed + self.coefficients[:, 0])

    def to_json(self) -> list[list[float]]:
        """Return the numbers that an archive keeps."""
        return [[float(number) for number in row] for row in self.coefficients]

    @staticmethod
    def from_json(rows: Sequence[Sequence[float]]) -> Linear:
        """Read what an archive keeps; ragged or empty rows are a ValueError."""
        coefficients = np.asarray(rows, dtype=np.float64)
        if coefficients.ndim != 2:
            raise ValueError("coefficients that are no table")
        return Linear(coefficients)


def _columns(found: Windows) -> Matrix:
    """Give hours and weekdays a column for each value; the step has a regression of its own."""
    places: Mapping[str, int] = {name: place for place, name in enumerate(found.names)}
    others = [place for name, place in places.items() if name not in (*_CATEGORIES, "step")]
    parts: list[Any] = [found.rows[:, others]]
    for name, count in _CATEGORIES.items():
        parts.append(np.eye(count)[found.rows[:, places[name]].astype(int)])
    return np.concatenate(parts, axis=1)


def _ridge(columns: Matrix, target: Matrix) -> Matrix:
    """Solve for the constant and the coefficients of one step; a constant column counts nothing."""
    middle, spread = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(spread > 1e-9, spread, np.inf)
    standard = (columns - middle) / scale
    level = target.mean()
    penalty = _RIDGE * len(target) * np.eye(columns.shape[1])
    solved = np.linalg.solve(standard.T @ standard + penalty, standard.T @ (target - level))
    coefficients = solved / scale
    return np.concatenate([[level - middle @ coefficients], coefficients])
