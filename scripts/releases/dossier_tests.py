"""Test reports as a page shows them: slices as bars, pace as figures, checks by their subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Units of the drawing; a page scales it to its own width.
WIDTH, _LEFT, _RIGHT, _ROW, _FIRST = 340, 8, 332, 34, 22

SUBJECTS = {
    "contract": "of the contract",
    "malformed": "of malformed requests",
}


@dataclass(frozen=True)
class Bar:
    """One slice as it is drawn: where its bar ends, and what is told of it in words."""

    name: str
    rows: int
    value: float | None
    result: str
    y: int
    end: float | None
    why: str | None


@dataclass(frozen=True)
class Bars:
    """The slices of one column below each other, on one scale, and where the threshold lies."""

    column: str
    metric: str
    threshold: float
    threshold_x: float
    bound: str
    gap: float | None
    largest_gap: float
    scale: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def height(self) -> int:
        """The height that the bars take."""
        return _FIRST + _ROW * len(self.bars)


@dataclass(frozen=True)
class Subject:
    """The checks of one subject."""

    name: str
    checks: Sequence[Mapping[str, Any]]

    @property
    def passed(self) -> int:
        """Count the checks that hold."""
        return sum(one["passed"] for one in self.checks)


def told_test(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a page tells of a report beside the report itself."""
    better = report["quality"]["higher_is_better"]
    sliced = [bars(one, higher_is_better=better) for one in report["slices"]]
    subjects = [
        Subject(name, [one for one in report["checks"] if one["about"] == about])
        for about, name in SUBJECTS.items()
    ]
    return {
        **report,
        "bound": _bound(higher_is_better=better),
        "sliced": sliced,
        "undecided": sum(one["undecided"] for one in report["slices"]),
        "subjects": subjects,
        "paces": [report["latency"], report["load"]],
    }


def bars(sliced: Mapping[str, Any], *, higher_is_better: bool) -> Bars:
    """Lay the slices of a column out; metrics within 0 and 1 are drawn on that line."""
    numbers = [one["value"] for one in sliced["slices"] if one["value"] is not None]
    largest = max([*map(abs, numbers), abs(sliced["threshold"])])
    end = 1.0 if largest <= 1 else largest

    def x(value: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * max(0.0, value) / end, 1)

    drawn = tuple(
        Bar(
            name=one["name"],
            rows=one["rows"],
            value=one["value"],
            result=_result(one),
            y=_FIRST + _ROW * place,
            end=None if one["value"] is None else x(one["value"]),
            why=one["undecided"],
        )
        for place, one in enumerate(sliced["slices"])
    )
    return Bars(
        column=sliced["column"],
        metric=sliced["metric"],
        threshold=sliced["threshold"],
        threshold_x=x(sliced["threshold"]),
        bound=_bound(higher_is_better=higher_is_better),
        gap=sliced["gap"],
        largest_gap=sliced["largest_gap"],
        scale=f"0 to {end:g}",
        bars=drawn,
    )


def _bound(*, higher_is_better: bool) -> str:
    return "at least" if higher_is_better else "at most"


def _result(slice_: Mapping[str, Any]) -> str:
    if slice_["passed"] is None:
        return "undecided"
    return "passed" if slice_["passed"] else "failed"
