"""What makes a description one of a forecast: hours, seasons, and what is known ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipelines.models.kinds import Kind
from pipelines.yaml_file import YamlFile, nearest

if TYPE_CHECKING:  # a description holds a series
    from pipelines.models.description import ModelDescription

SECTION = "series"
# What only rows that are answered one by one have.
_OF_ROWS = ("endpoints", "acceptance")


@dataclass(frozen=True)
class Series:
    """How an hourly series is forecast; all lengths are hours.

    `seasons` rise; `known` columns have values for the hours ahead, all others only up to the
    origin of a forecast. `origin_every` lies between two origins of the evaluation.
    """

    time: str
    frequency: str
    horizon: int
    seasons: tuple[int, ...]
    lags: int
    known: tuple[str, ...]
    origin_every: int

    @property
    def context(self) -> int:
        """Return how many hours up to its origin a forecast looks back over."""
        return max(2 * self.seasons[-1], self.lags)


def read_series(document: Mapping[str, Any] | None) -> Series | None:
    """Read the section of a description, with its defaults; other kinds have none."""
    if document is None:
        return None
    lists = {name: tuple(document[name]) for name in ("seasons", "known")}
    return Series(**{**document, **lists})


def check_series(file: YamlFile, model: ModelDescription) -> None:
    """Refuse a forecast without hours, hours without a forecast, and what cannot be looked up."""
    series = model.series
    if (model.kind is Kind.FORECAST) != (series is not None):
        raise file.error(
            (SECTION,) if series else ("kind",),
            "must go together: a section `series` and the kind forecast",
            got=f"kind {model.kind} {'with' if series else 'without'} it",
        )
    if series is None:
        return
    for section in _OF_ROWS:
        if section in file.value:
            raise file.error(
                (section,),
                "must be left out for kind forecast",
                got=f"section {section}",
                hint="a forecast is made in batches, after its version is approved",
            )
    if model.categorical:
        raise file.error(
            ("columns", "categorical"),
            "must be empty for kind forecast",
            got=", ".join(model.categorical),
            hint="write a category as a numeric column of 0 and 1 for each of its values",
        )
    _check_names(file, model, series)
    if any(shorter >= longer for shorter, longer in pairwise(series.seasons)):
        raise file.error((SECTION, "seasons"), "must rise", got=", ".join(map(str, series.seasons)))


def _check_names(file: YamlFile, model: ModelDescription, series: Series) -> None:
    if series.time in (*model.columns, *model.ignored):
        raise file.error((SECTION, "time"), "must be no other column of the model", got=series.time)
    for place, column in enumerate(series.known):
        if column not in model.numeric:
            guess = nearest(column, model.numeric)
            raise file.error(
                (SECTION, "known", place),
                "must be a numeric column of this model",
                got=column,
                hint=f"did you mean {guess}?" if guess else None,
            )
