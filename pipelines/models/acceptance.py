"""What a model asks of its test in staging: limits no laxer than the platform's, and its slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

from pipelines.models.limits import Latency, Limits, Load
from pipelines.yaml_file import KeyPath, YamlFile, nearest

if TYPE_CHECKING:  # a description holds an acceptance
    from pipelines.models.description import Metric, ModelDescription

SECTION = "acceptance"


@dataclass(frozen=True)
class Quality:
    """What the metric of live answers must reach, and how far it may be from the evaluation's."""

    threshold: float
    tolerance: float


@dataclass(frozen=True)
class Slicing:
    """A column by which held-out rows are cut, and what must hold of each slice.

    A category is cut by its values (all, or those named), a number by quantiles or at edges. A
    slice of fewer than `fewest_rows` rows, or of fewer of a class, decides nothing.
    """

    column: str
    values: tuple[str, ...]
    quantiles: int | None
    edges: tuple[float, ...]
    fewest_rows: int
    fewest_of_class: int
    threshold: float
    largest_gap: float


@dataclass(frozen=True)
class Acceptance:
    """The limits that apply to a model's test, stated or by default."""

    tolerance: float
    quality: Quality
    slices: tuple[Slicing, ...]
    latency: Latency
    load: Load

    def document(self) -> dict[str, Any]:
        """Return the form in which a report tells them."""
        return {
            "predictions": {"tolerance": self.tolerance},
            "quality": asdict(self.quality),
            "slices": [
                asdict(one) | {"values": list(one.values), "edges": list(one.edges)}
                for one in self.slices
            ],
            "latency": asdict(self.latency),
            "load": asdict(self.load),
        }


def read_acceptance(document: Mapping[str, Any], metric: Metric, limits: Limits) -> Acceptance:
    """Read the section of a description; what it leaves out is as the platform asks."""
    quality = {"threshold": metric.threshold, "tolerance": limits.quality_tolerance}
    return Acceptance(
        tolerance=document.get("predictions", {}).get("tolerance", limits.tolerance),
        quality=Quality(**quality | document.get("quality", {})),
        slices=tuple(_slicing(one, metric, limits) for one in document.get("slices", ())),
        latency=Latency(**asdict(limits.latency) | document.get("latency", {})),
        load=Load(**asdict(limits.load) | document.get("load", {})),
    )


def slicings_to_report(model: ModelDescription, limits: Limits) -> tuple[Slicing, ...]:
    """Give the slicings of a model's test, and one by each category that it does not slice by."""
    named = [one.column for one in model.acceptance.slices]
    others = [column for column in model.categorical if column not in named]
    return model.acceptance.slices + tuple(
        _slicing({"column": column}, model.metric, limits) for column in others
    )


def check_acceptance(file: YamlFile, model: ModelDescription, limits: Limits) -> None:
    """Refuse limits that are laxer than the platform's, and slices that cannot be cut."""
    for path, bound, most in _bounds(model, limits):
        given = _at(file.value, path)
        # Negated, because nothing can be said of a number that is none (.nan).
        if given is not None and not (given <= bound if most else given >= bound):
            raise file.error(
                path,
                f"must be at {'most' if most else 'least'} {bound:g}, as the platform asks",
                got=f"{given:g}",
                hint="a model may ask for more than the platform does, never for less",
            )
    columns = [one.column for one in model.acceptance.slices]
    for place, one in enumerate(model.acceptance.slices):
        path = (SECTION, "slices", place)
        if one.column in columns[:place]:
            raise file.error((*path, "column"), "must be sliced once", got=one.column)
        _check_slicing(file, path, one, model)


def _bounds(model: ModelDescription, limits: Limits) -> Iterator[tuple[KeyPath, float, bool]]:
    """Give each bounded value: where it stands, its bound, and whether that is the most."""
    better = model.metric.higher_is_better
    yield (SECTION, "predictions", "tolerance"), limits.tolerance, True
    yield (SECTION, "quality", "tolerance"), limits.quality_tolerance, True
    yield (SECTION, "quality", "threshold"), model.metric.threshold, not better
    for place, _ in enumerate(model.acceptance.slices):
        slices: KeyPath = (SECTION, "slices", place)
        yield (*slices, "fewest_rows"), limits.slices.fewest_rows, True
        yield (*slices, "fewest_of_class"), limits.slices.fewest_of_class, True
        yield (*slices, "threshold"), _slice_threshold(model.metric, limits), not better
        yield (*slices, "largest_gap"), _slice_gap(model.metric, limits), True
    for name, pace in (("latency", limits.latency), ("load", limits.load)):
        for key, bound in asdict(pace).items():
            yield (SECTION, name, key), bound, key in ("p95_ms", "error_share")


def _check_slicing(file: YamlFile, path: KeyPath, one: Slicing, model: ModelDescription) -> None:
    if one.column not in model.features:
        guess = nearest(one.column, model.features)
        raise file.error(
            (*path, "column"),
            "must be a numeric or categorical column of this model",
            got=one.column,
            hint=f"did you mean {guess}?" if guess else None,
        )
    numeric = one.column in model.numeric
    if numeric and (one.values or (one.quantiles is None) == (not one.edges)):
        raise file.error(path, "must have either quantiles or edges, as its column is numeric")
    if not numeric and (one.edges or one.quantiles is not None):
        raise file.error(path, "must have no quantiles and no edges, as its column is categorical")
    ends = (*one.edges, float("inf"))
    if not all(isfinite(low) and low < high for low, high in pairwise(ends)):
        raise file.error((*path, "edges"), "must be numbers that rise", got=str(list(one.edges)))


def _slicing(document: Mapping[str, Any], metric: Metric, limits: Limits) -> Slicing:
    defaults = {
        "quantiles": None,
        "fewest_rows": limits.slices.fewest_rows,
        "fewest_of_class": limits.slices.fewest_of_class,
        "threshold": _slice_threshold(metric, limits),
        "largest_gap": _slice_gap(metric, limits),
    }
    lists = {key: tuple(document.get(key, ())) for key in ("values", "edges")}
    return Slicing(**defaults | dict(document) | lists)


def _slice_threshold(metric: Metric, limits: Limits) -> float:
    """Allow a slice, which has few rows, to miss the model's threshold by a share of it."""
    allowed = abs(metric.threshold) * limits.slices.allowance
    return round(metric.threshold + (-allowed if metric.higher_is_better else allowed), 9)


def _slice_gap(metric: Metric, limits: Limits) -> float:
    return round(abs(metric.threshold) * limits.slices.largest_gap, 9)


def _at(document: Any, path: KeyPath) -> float | None:
    for part in path:
        if isinstance(part, str) and part not in document:
            return None
        document = document[part]
    return float(document)
