"""Turn rows into the numbers that a model reads: medians for gaps, a column per level.

What training grouped as rare is one column, and so is, beside it, what training never saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.errors import InvalidInput
from pipelines.models.values import MAXIMUM_LEVELS

Value = float | str | None
Features = Sequence[Value]

# The last column of a category that has rare levels. Cells are stripped, so none is called that.
_RARE = " rare"


@dataclass(frozen=True)
class Preprocessing:
    """What training learned about the columns.

    Of a category, `levels` have a column each. Where training met `rare` ones, these have one
    together, and levels that it did not meet count among them.
    """

    medians: Mapping[str, float]
    levels: Mapping[str, tuple[str, ...]]
    rare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def outputs(self) -> list[str]:
        """Name the columns of the matrix."""
        return [
            *self.medians,
            *(f"{column}={level}" for column in self.levels for level in self._columns_of(column)),
        ]

    @property
    def widths(self) -> list[int]:
        """Tell over how many columns of the matrix each column is spread."""
        return [1] * len(self.medians) + [len(self._columns_of(column)) for column in self.levels]

    def _columns_of(self, column: str) -> tuple[str, ...]:
        return (*self.levels[column], *((_RARE,) if column in self.rare else ()))

    def transform(self, rows: Sequence[Features]) -> NDArray[np.float32]:
        """Fill gaps with the median and spread each category over a column per level.

        A level that training did not see is a rare one, or none where no level was rare. A gap is
        no level at all.
        """
        matrix = np.zeros((len(rows), len(self.outputs)), dtype=np.float32)
        medians = list(self.medians.values())
        columns = [self._columns_of(column) for column in self.levels]
        categories = [
            ({level: place for place, level in enumerate(levels)}, len(levels))
            for levels in columns
        ]
        for index, row in enumerate(rows):
            for column, middle in enumerate(medians):
                value = row[column]
                matrix[index, column] = middle if value is None else value
            start = len(medians)
            for value, (places, width) in zip(row[len(medians) :], categories, strict=True):
                place = None if value is None else places.get(str(value), places.get(_RARE))
                if place is not None:
                    matrix[index, start + place] = 1.0
                start += width
        return matrix

    def to_json(self) -> dict[str, Any]:
        """Return the document that is kept in a model archive."""
        document: dict[str, Any] = {
            "schema_version": 2 if self.rare else 1,
            "medians": [[column, middle] for column, middle in self.medians.items()],
            "levels": [[column, list(levels)] for column, levels in self.levels.items()],
        }
        if self.rare:
            document["rare"] = [[column, list(levels)] for column, levels in self.rare.items()]
        return document

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Preprocessing:
        """Read the document that is kept in a model archive."""
        if document["schema_version"] not in (1, 2):
            raise ValueError(f"{document['schema_version']} as version of the preprocessing")
        return Preprocessing(
            medians={column: float(middle) for column, middle in document["medians"]},
            levels={column: tuple(levels) for column, levels in document["levels"]},
            rare={column: tuple(levels) for column, levels in document.get("rare", ())},
        )


def fit(
    numeric: Sequence[str],
    categorical: Sequence[str],
    rows: Sequence[Features],
    rare_below: int = 1,
) -> Preprocessing:
    """Learn the median of each number and the levels of each category.

    Levels that fewer than `rare_below` rows have are rare.
    """
    medians = {}
    for index, column in enumerate(numeric):
        known = [value for row in rows if isinstance(value := row[index], float)]
        if not known:
            raise InvalidInput(
                f"column {column}", "must have a value in some row", got="only empty cells"
            )
        medians[column] = float(median(known))
    levels, rare = {}, {}
    for index, column in enumerate(categorical, start=len(numeric)):
        counts = Counter(str(row[index]) for row in rows if row[index] is not None)
        if len(counts) > MAXIMUM_LEVELS:
            raise InvalidInput(
                f"column {column}",
                f"must have at most {MAXIMUM_LEVELS} different values to be a category",
                got=str(len(counts)),
                hint="list the column as ignored in the model's description",
            )
        levels[column] = tuple(sorted(name for name in counts if counts[name] >= rare_below))
        few = tuple(sorted(name for name in counts if counts[name] < rare_below))
        if few:
            rare[column] = few
    return Preprocessing(medians, levels, rare)
