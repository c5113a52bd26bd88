"""The table that a run of rehearsals ends with: number, fault, how it ended, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WIDTHS = (3, 40, 17, 34)
_HEAD = ("no", "fault", "ended", "reason")


@dataclass(frozen=True)
class Row:
    """One rehearsal as it was played."""

    name: str
    place: str
    reason: str


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Write the rows as lines of at most 100 columns."""
    yield _line(_HEAD)
    yield "─" * 100
    for number, row in enumerate(rows, 1):
        told = (str(number), row.name.replace("-", " "), row.place.partition("/")[0], row.reason)
        cells = [_wrapped(text, width) for text, width in zip(told, _WIDTHS, strict=True)]
        for place in range(max(len(cell) for cell in cells)):
            yield _line([cell[place] if place < len(cell) else "" for cell in cells])


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width)[:3] or [""]


def _line(cells: Sequence[str]) -> str:
    padded = (cell[:width].ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return "  ".join(padded).rstrip()
