"""Sheets and files for the tests of drafting: a good one, and ways to spoil it."""

from __future__ import annotations

import random
from pathlib import Path

from scripts.own_data.sheet import Sheet, read_sheet

DATA = Path(__file__).parents[4] / "shared" / "data"
ABALONE = "sex,length,diameter,height,whole_weight,shucked_weight,viscera_weight,shell_weight,rings"


def good(rows: int = 200) -> str:
    """Give a CSV with a number, a category, gaps in both, and a binary target that follows."""
    numbers = random.Random(11)  # noqa: S311 - test data, not a secret
    lines = ["size,colour,ripe"]
    for place in range(rows):
        size = numbers.uniform(1, 9)
        colour = numbers.choice(["red", "green", "blue", ""])
        ripe = "yes" if size + numbers.gauss(0, 1) > 5 else "no"
        lines.append(f"{'' if place % 17 == 5 else f'{size:.3f}'},{colour},{ripe}")
    return "\n".join(lines) + "\n"


def with_column(name: str, cells: list[str], text: str | None = None) -> str:
    """Put a column before the target."""
    header, *rows = (text or good(len(cells))).splitlines()
    first, _, last = header.rpartition(",")
    lines = [f"{first},{name},{last}"]
    for row, cell in zip(rows, cells, strict=True):
        first, _, last = row.rpartition(",")
        lines.append(f"{first},{cell},{last}")
    return "\n".join(lines) + "\n"


def sheet_of(folder: Path, text: str, columns: tuple[str, ...] = ()) -> Sheet:
    """Write a CSV and read it."""
    path = folder / "fruit.csv"
    path.write_text(text, "utf-8")
    return read_sheet(path, columns)
