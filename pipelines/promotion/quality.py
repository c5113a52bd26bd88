"""The model's deciding metric, measured on live answers: in all held-out rows and in slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.errors import Finding
from pipelines.models.acceptance import Quality, Slicing
from pipelines.models.description import ModelDescription
from pipelines.models.scores import Outcome, scores, unmeasurable
from pipelines.models.slices import cut
from pipelines.promotion.held_out import HeldOut, outcomes
from pipelines.promotion.rows import Table

_DIGITS = 9


@dataclass(frozen=True)
class LiveQuality:
    """The metric of the live answers, beside that of the evaluation and the limits of both.

    Where answers cannot be measured there is no metric, and `unmeasured` tells why.
    """

    metric: str
    higher_is_better: bool
    rows: int
    live: float | None
    evaluated: float
    limits: Quality
    unmeasured: str | None = None

    def failures(self) -> list[str]:
        """Tell in words what does not hold; a number above 1 may differ by a share of itself."""
        of, limits = f"{self.metric} of the live answers", self.limits
        if self.live is None:
            return [f"{of} must be measurable: got {self.unmeasured}"]
        found = []
        if not reaches(self.live, limits.threshold, higher_is_better=self.higher_is_better):
            bound = "at least" if self.higher_is_better else "at most"
            found.append(f"{of} must be {bound} {limits.threshold}: got {self.live}")
        if abs(self.live - self.evaluated) > limits.tolerance * max(1.0, abs(self.evaluated)):
            within = f"{self.evaluated} as evaluated, within {limits.tolerance}"
            found.append(f"{of} must be {within}: got {self.live}")
        return found

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {
            "metric": self.metric,
            "higher_is_better": self.higher_is_better,
            "rows": self.rows,
            "live": self.live,
            "unmeasured": self.unmeasured,
            "evaluated": self.evaluated,
            "threshold": self.limits.threshold,
            "tolerance": self.limits.tolerance,
            "passed": not self.failures(),
        }


@dataclass(frozen=True)
class Slice:
    """The metric of the rows of one slice, or why these rows decide nothing."""

    name: str
    rows: int
    value: float | None
    undecided: str | None
    passed: bool | None

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {
            "name": self.name,
            "rows": self.rows,
            "value": self.value,
            "undecided": self.undecided,
            "passed": self.passed,
        }


@dataclass(frozen=True)
class Sliced:
    """The slices of one column. The gap is that between its best and its worst decided slice."""

    slicing: Slicing
    metric: str
    higher_is_better: bool
    slices: tuple[Slice, ...]

    @property
    def gap(self) -> float | None:
        """Tell the gap, where two slices or more are decided."""
        values = [one.value for one in self.slices if one.value is not None]
        return round(max(values) - min(values), _DIGITS) if len(values) > 1 else None

    @property
    def undecided(self) -> tuple[Slice, ...]:
        """Give the slices that decide nothing."""
        return tuple(one for one in self.slices if one.undecided)

    def failures(self) -> list[str]:
        """Tell in words what does not hold of the slices that are decided."""
        column, limits = self.slicing.column, self.slicing
        bound = "at least" if self.higher_is_better else "at most"
        found = [
            f"{self.metric} of {column} {one.name} must be {bound} {limits.threshold}: "
            f"got {one.value} in {one.rows} rows"
            for one in self.slices
            if one.passed is False
        ]
        if self.gap is not None and self.gap > limits.largest_gap:
            rule = f"may differ by at most {limits.largest_gap} between slices of {column}"
            found.append(f"{self.metric} {rule}: got {self.gap}")
        return found

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {
            "column": self.slicing.column,
            "metric": self.metric,
            "threshold": self.slicing.threshold,
            "largest_gap": self.slicing.largest_gap,
            "gap": self.gap,
            "undecided": len(self.undecided),
            "passed": None if len(self.undecided) == len(self.slices) else not self.failures(),
            "slices": [one.document() for one in self.slices],
        }


def measure_quality(
    description: ModelDescription, held_out: HeldOut, answered: Table, evaluated: float
) -> tuple[LiveQuality, tuple[Sliced, ...]]:
    """Measure the deciding metric of all answers, and that of the slices that are described."""
    metric, limits = description.metric, description.acceptance
    quality = LiveQuality(
        metric=metric.name,
        higher_is_better=metric.higher_is_better,
        rows=len(held_out.truth),
        live=None,
        evaluated=evaluated,
        limits=limits.quality,
    )
    columns = {
        one.column: held_out.rows.column(one.column, "held-out rows") for one in limits.slices
    }
    try:
        found = outcomes(description, held_out.truth, answered)
    except Finding as error:
        return replace(quality, unmeasured=str(error).partition("\n")[0]), ()
    return replace(quality, live=_value(description, found)), sliced(description, columns, found)


def sliced(
    description: ModelDescription,
    columns: Mapping[str, Sequence[str]],
    outcomes: Sequence[Outcome],
) -> tuple[Sliced, ...]:
    """Measure the deciding metric in every slice; `columns` are the held-out cells by column."""
    metric, found = description.metric, []
    for slicing in description.acceptance.slices:
        groups = cut(slicing, columns[slicing.column])
        slices = tuple(
            _slice(description, slicing, name, [outcomes[row] for row in rows])
            for name, rows in groups.items()
        )
        found.append(Sliced(slicing, metric.name, metric.higher_is_better, slices))
    return tuple(found)


def reaches(value: float, threshold: float, *, higher_is_better: bool) -> bool:
    """Tell whether a number is on the right side of its threshold; no number never is."""
    return value >= threshold if higher_is_better else value <= threshold


def _slice(
    description: ModelDescription, slicing: Slicing, name: str, rows: Sequence[Outcome]
) -> Slice:
    metric = description.metric
    why = unmeasurable(metric.name, description.classes, rows, slicing.fewest_of_class)
    if len(rows) < slicing.fewest_rows:
        why = f"{len(rows)} rows, fewer than {slicing.fewest_rows}"
    if why is not None:
        return Slice(name, len(rows), None, why, None)
    value = _value(description, rows)
    passed = reaches(value, slicing.threshold, higher_is_better=metric.higher_is_better)
    return Slice(name, len(rows), value, None, passed)


def _value(description: ModelDescription, outcomes: Sequence[Outcome]) -> float:
    found = scores(description.kind, description.classes, outcomes)
    return round(found[description.metric.name], _DIGITS)
