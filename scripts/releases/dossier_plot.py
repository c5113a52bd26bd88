"""Metrics of two releases beside each other, as the numbers of a plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.promotion.threshold import metrics_of

# Units of the drawing; a page scales it to its own width.
WIDTH, _LEFT, _RIGHT, _ROW = 340, 8, 332, 40
_FIRST = 34


@dataclass(frozen=True)
class Metric:
    """One number of an evaluation, of this release and of what runs now."""

    name: str
    now: float | None
    running: float | None

    @property
    def difference(self) -> float | None:
        """Tell by how much it changes, where both releases have it."""
        if self.now is None or self.running is None:
            return None
        return self.now - self.running


@dataclass(frozen=True)
class Mark:
    """One metric as it is drawn: where its points lie, and on which line."""

    metric: Metric
    y: int
    now_x: float | None
    running_x: float | None
    scale: str


@dataclass(frozen=True)
class Plot:
    """All metrics below each other, each on a line of its own from 0 to its end."""

    marks: tuple[Mark, ...]
    width: int = WIDTH
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def height(self) -> int:
        """The height that the lines take."""
        return _FIRST + _ROW * len(self.marks)


def metrics(now: Mapping[str, Any], running: Mapping[str, Any] | None) -> tuple[Metric, ...]:
    """Take the numbers of two evaluations together, by their names."""
    ours, theirs = metrics_of(now), metrics_of(running)
    return tuple(
        Metric(name, ours.get(name), theirs.get(name)) for name in sorted({*ours, *theirs})
    )


def plot(found: tuple[Metric, ...]) -> Plot:
    """Lay metrics out; one that stays within 0 and 1 is drawn on that line, others on their own."""
    return Plot(tuple(_mark(metric, place) for place, metric in enumerate(found)))


def _mark(metric: Metric, place: int) -> Mark:
    values = [abs(each) for each in (metric.now, metric.running) if each is not None]
    end = 1.0 if max(values, default=0.0) <= 1.0 else max(values)
    width = _RIGHT - _LEFT

    def x(value: float | None) -> float | None:
        return None if value is None else round(_LEFT + width * max(0.0, value) / end, 1)

    y = _FIRST + _ROW * place
    return Mark(metric, y, x(metric.now), x(metric.running), f"0 to {end:g}")
