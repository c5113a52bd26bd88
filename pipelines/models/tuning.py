"""When a model misses its threshold: which hyperparameters are searched for, and how far.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any

from pipelines.yaml_file import KeyPath, YamlFile

if TYPE_CHECKING:  # a description holds a tuning
    from pipelines.models.description import Hyperparameters, ModelDescription

SECTION = "tuning"


class Strategy(StrEnum):
    """How the next hyperparameters are chosen; the values are the API's, in lower case."""

    BAYESIAN = "bayesian"
    RANDOM = "random"
    HYPERBAND = "hyperband"

    @property
    def of_api(self) -> str:
        """Name the strategy as CreateHyperParameterTuningJob does."""
        return self.value.capitalize()


class Scaling(StrEnum):
    """Whether a range is searched evenly, or its lower or upper end more closely."""

    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"
    REVERSE_LOGARITHMIC = "reverse-logarithmic"

    @property
    def of_api(self) -> str:
        """Name the scaling as CreateHyperParameterTuningJob does."""
        return self.value.title().replace("-", "")


@dataclass(frozen=True)
class Range:
    """From where to where one hyperparameter is searched; whole numbers stay whole."""

    name: str
    least: int | float
    most: int | float
    scaling: Scaling

    @property
    def whole(self) -> bool:
        """Tell whether only whole numbers make sense."""
        return isinstance(self.least, int)


@dataclass(frozen=True)
class Tuning:
    """How many training jobs may search, how many of them at once, and where."""

    max_jobs: int
    parallel_jobs: int
    strategy: Strategy
    early_stopping: bool
    ranges: tuple[Range, ...]


def read_tuning(
    document: Mapping[str, Any] | None, hyperparameters: Hyperparameters
) -> Tuning | None:
    """Read the section of a description; `hyperparameters` tells which of them are whole."""
    if document is None:
        return None
    kinds = {name: type(value) for name, value in asdict(hyperparameters).items()}
    return Tuning(
        max_jobs=document["max_jobs"],
        parallel_jobs=document.get("parallel_jobs", 1),
        strategy=Strategy(document.get("strategy", Strategy.BAYESIAN)),
        early_stopping=document.get("early_stopping", False),
        ranges=tuple(
            Range(
                name,
                as_kind(kinds[name], given["min"]),
                as_kind(kinds[name], given["max"]),
                Scaling(given.get("scaling", Scaling.LINEAR)),
            )
            for name, given in sorted(document["ranges"].items())
        ),
    )


def check_tuning(
    file: YamlFile, model: ModelDescription, bounds: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse a search that cannot be made; `bounds` are the schema's of each hyperparameter.

    Raises InvalidInput at the line of what is wrong.
    """
    tuning = model.tuning
    if tuning is None:
        return
    if tuning.parallel_jobs > tuning.max_jobs:
        raise file.error(
            (SECTION, "parallel_jobs"),
            f"must be at most max_jobs, {tuning.max_jobs}",
            got=str(tuning.parallel_jobs),
        )
    if tuning.strategy is Strategy.HYPERBAND and tuning.early_stopping:
        raise file.error(
            (SECTION, "early_stopping"),
            "must be left out for hyperband, which ends jobs by itself",
            got="true",
        )
    for one in tuning.ranges:
        _check_range(file, one, bounds[one.name])


def _check_range(file: YamlFile, one: Range, bounds: Mapping[str, Any]) -> None:
    path: KeyPath = (SECTION, "ranges", one.name)
    for end, value in (("min", one.least), ("max", one.most)):
        rule = broken_bound(value, bounds)
        if rule:
            raise file.error((*path, end), rule, got=str(value), hint=f"see {one.name} itself")
    if not one.least < one.most:
        raise file.error((*path, "max"), f"must be more than min, {one.least}", got=str(one.most))
    if one.scaling is Scaling.LOGARITHMIC and one.least <= 0:
        raise file.error(
            (*path, "min"), "must be more than 0 to be scaled logarithmically", got=str(one.least)
        )
    if one.scaling is Scaling.REVERSE_LOGARITHMIC and (one.whole or one.most >= 1):
        raise file.error(
            (*path, "scaling"),
            "must be linear or logarithmic, but for fractions below 1",
            got=one.scaling.value,
        )


def broken_bound(value: int | float, bounds: Mapping[str, Any]) -> str | None:
    """Say which bound of a hyperparameter a number breaks, or None."""
    if not isfinite(value):
        return "must be a finite number"
    if bounds["type"] == "integer" and not isinstance(value, int):
        return "must be a whole number"
    if "exclusiveMinimum" in bounds and value <= bounds["exclusiveMinimum"]:
        return f"must be more than {bounds['exclusiveMinimum']}"
    if "minimum" in bounds and value < bounds["minimum"]:
        return f"must be at least {bounds['minimum']}"
    return f"must be at most {bounds['maximum']}" if value > bounds["maximum"] else None


def as_kind(kind: type, value: int | float) -> int | float:
    """Read a number as the kind of number it is for; one that is not whole stays as it is."""
    if kind is int:
        return int(value) if float(value).is_integer() else value
    return float(value)
