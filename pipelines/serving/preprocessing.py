"""Turn rows into the numbers that a model reads: medians for gaps, a column per level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import InvalidInput

Value = float | str | None
Features = Sequence[Value]

# More levels than this are identifiers, not categories.
MAXIMUM_LEVELS = 200


@dataclass(frozen=True)
class Preprocessing:
    """What training learned about the columns."""

    medians: Mapping[str, float]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def outputs(self) -> list[str]:
        """Name the columns of the matrix."""
        return [
            *self.medians,
            *(f"{column}={level}" for column, levels in self.levels.items() for level in levels),
        ]

    def transform(self, rows: Sequence[Features]) -> NDArray[np.float32]:
        """Fill gaps with the median and spread each category over a column per level.

        A level that training did not see, and a gap, are no level at all.
        """
        matrix = np.zeros((len(rows), len(self.outputs)), dtype=np.float32)
        medians = list(self.medians.values())
        for index, row in enumerate(rows):
            for column, middle in enumerate(medians):
                value = row[column]
                matrix[index, column] = middle if value is None else value
            start = len(medians)
            for value, levels in zip(row[len(medians) :], self.levels.values(), strict=True):
                if value in levels:
                    matrix[index, start + levels.index(str(value))] = 1.0
                start += len(levels)
        return matrix

    def to_json(self) -> dict[str, Any]:
        """Return the document that is kept in a model archive."""
        return {
            "schema_version": 1,
            "medians": [[column, middle] for column, middle in self.medians.items()],
            "levels": [[column, list(levels)] for column, levels in self.levels.items()],
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Preprocessing:
        """Read the document that is kept in a model archive."""
        return Preprocessing(
            medians={column: float(middle) for column, middle in document["medians"]},
            levels={column: tuple(levels) for column, levels in document["levels"]},
        )


def fit(
    numeric: Sequence[str], categorical: Sequence[str], rows: Sequence[Features]
) -> Preprocessing:
    """Learn the median of each number and the levels of each category."""
    medians = {}
    for index, column in enumerate(numeric):
        known = [value for row in rows if isinstance(value := row[index], float)]
        if not known:
            raise InvalidInput(
                f"column {column}", "must have a value in some row", got="only empty cells"
            )
        medians[column] = float(median(known))
    levels = {}
    for index, column in enumerate(categorical, start=len(numeric)):
        levels[column] = tuple(sorted({str(row[index]) for row in rows if row[index] is not None}))
        if len(levels[column]) > MAXIMUM_LEVELS:
            raise InvalidInput(
                f"column {column}",
                f"must have at most {MAXIMUM_LEVELS} different values to be a category",
                got=str(len(levels[column])),
                hint="remove the column from the model's description",
            )
    return Preprocessing(medians, levels)
