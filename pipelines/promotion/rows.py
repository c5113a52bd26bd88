"""Held-out rows and recorded predictions as tables, and the comparison of answers with them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import Finding


@dataclass(frozen=True)
class Table:
    """A header and rows of cells, as CSV has them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> bytes:
        """Write the table as CSV with its header."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.header, *self.rows])
        return out.getvalue().encode()

    def without(self, column: str) -> Table:
        """Leave a column out."""
        kept = [index for index, name in enumerate(self.header) if name != column]
        return Table(
            tuple(self.header[index] for index in kept),
            tuple(tuple(row[index] for index in kept) for row in self.rows),
        )

    def column(self, name: str, address: str) -> tuple[str, ...]:
        """Give the cells of a column; raises Finding, with the table's address, without one."""
        if name not in self.header:
            raise Finding(address, f"must have the column {name}", got=", ".join(self.header))
        place = self.header.index(name)
        return tuple(row[place] for row in self.rows)

    def batches(self, size: int) -> Iterator[Table]:
        """Cut the table into tables of at most `size` rows."""
        for start in range(0, len(self.rows), size):
            yield Table(self.header, self.rows[start : start + size])


@dataclass(frozen=True)
class Comparison:
    """How far answers are from what was recorded; a text that differs has no distance."""

    rows: int
    identical: bool
    differing_rows: int
    largest_difference: float | None
    tolerance: float

    def document(self) -> dict[str, Any]:
        """Return what a report tells about it."""
        return {
            "rows": self.rows,
            "identical": self.identical,
            "differing_rows": self.differing_rows,
            "largest_difference": self.largest_difference,
            "tolerance": self.tolerance,
        }


def parse_csv(address: str, content: bytes) -> Table:
    """Read a CSV with a header and at least one row."""
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Finding(address, "must be well-formed CSV", got=str(error)) from error
    lines = [line for line in lines if line]
    if len(lines) < 2:
        raise Finding(address, "must have a header and rows", got=f"{len(lines)} lines")
    header, rows = tuple(lines[0]), tuple(tuple(line) for line in lines[1:])
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise Finding(
                f"{address} row {number}", f"must have {len(header)} cells", got=str(len(row))
            )
    return Table(header, rows)


def compare(recorded: Table, answered: Table, tolerance: float) -> Comparison:
    """Compare answers with recorded predictions, cell by cell.

    Numbers may differ by the tolerance, because processors round 32-bit sums differently; texts,
    columns and the number of rows may not differ at all.
    """
    if recorded.header != answered.header:
        raise Finding(
            "the endpoint's predictions",
            f"must have the columns {', '.join(recorded.header)}",
            got=", ".join(answered.header),
        )
    if len(recorded.rows) != len(answered.rows):
        raise Finding(
            "the endpoint's predictions",
            f"must have {len(recorded.rows)} rows",
            got=str(len(answered.rows)),
        )
    distances = [
        _distance(wanted, found) for wanted, found in zip(recorded.rows, answered.rows, strict=True)
    ]
    finite = [distance for distance in distances if math.isfinite(distance)]
    return Comparison(
        rows=len(distances),
        identical=recorded == answered,
        differing_rows=sum(distance > tolerance for distance in distances),
        largest_difference=max(finite, default=None),
        tolerance=tolerance,
    )


def _distance(wanted: Sequence[str], found: Sequence[str]) -> float:
    return max((_apart(a, b) for a, b in zip(wanted, found, strict=True)), default=0.0)


def _apart(wanted: str, found: str) -> float:
    if wanted == found:
        return 0.0
    try:
        distance = abs(float(wanted) - float(found))
    except ValueError:
        return math.inf
    return math.inf if math.isnan(distance) else distance
