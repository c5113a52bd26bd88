"""Cuts rows into slices by one column: a category by its values, a number at edges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from pipelines.errors import Finding
from pipelines.models.acceptance import Slicing

OTHER = "another value"
NONE = "without a value"


def cut(slicing: Slicing, cells: Sequence[str]) -> Mapping[str, list[int]]:
    """Give the places of the rows of each slice by its name.

    Every row is in exactly one slice: gaps are a slice, and so is what a description that names
    values does not name. A named value without rows is an empty slice, so that it is not missed.
    Raises Finding for a cell that is no number where slices are of numbers.
    """
    numeric = slicing.quantiles is not None or bool(slicing.edges)
    named, name_of = _by_number(slicing, cells) if numeric else _by_value(slicing, cells)
    found: dict[str, list[int]] = {name: [] for name in (*named, OTHER, NONE)}
    for place, cell in enumerate(cells):
        found[name_of(cell) if cell else NONE].append(place)
    return {name: rows for name, rows in found.items() if rows or name in named}


def _by_value(slicing: Slicing, cells: Sequence[str]) -> tuple[Sequence[str], Callable[[str], str]]:
    named = slicing.values or tuple(sorted({cell for cell in cells if cell}))
    return named, lambda cell: cell if cell in named else OTHER


def _by_number(
    slicing: Slicing, cells: Sequence[str]
) -> tuple[Sequence[str], Callable[[str], str]]:
    def number(cell: str) -> float:
        try:
            return float(cell)
        except ValueError as error:
            raise Finding(
                f"held-out rows, column {slicing.column}", "must be numbers", got=repr(cell)
            ) from error

    edges = slicing.edges or _quantiles(slicing, [number(cell) for cell in cells if cell])
    names = [f"from {low:.12g} to {high:.12g}" for low, high in pairwise(edges)]
    if edges:
        names = [f"below {edges[0]:.12g}", *names, f"from {edges[-1]:.12g}"]
    else:
        names = ["all"]
    return names, lambda cell: names[bisect_right(edges, number(cell))]


def _quantiles(slicing: Slicing, numbers: Sequence[float]) -> tuple[float, ...]:
    """Give the rows' own numbers at which slices of about equal size begin."""
    ordered, parts = sorted(numbers), slicing.quantiles or 1
    begins = {ordered[len(ordered) * part // parts] for part in range(1, parts) if ordered}
    return tuple(sorted(begins - {ordered[0]})) if ordered else ()
