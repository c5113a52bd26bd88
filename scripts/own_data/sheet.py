"""A CSV that nobody has described yet: its names and cells, read as strictly as the jobs read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.table import header_and_lines, read_text, render_table
from pipelines.models.values import number, quoted

# The pattern of a column in model.schema.json.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RULE = "1 to 63 lower-case letters, digits or underscores, a letter first"


@dataclass(frozen=True)
class Cell:
    """A cell without blanks around it, and the line on which its row ends."""

    line: int
    text: str


@dataclass(frozen=True)
class Sheet:
    """Rows by the names of their columns; `name` is what errors call all of it."""

    name: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[Cell]:
        """Give the cells of a column, row by row."""
        place = self.header.index(name)
        return [Cell(line, row[place]) for line, row in zip(self.lines, self.rows, strict=True)]

    def texts(self, name: str) -> list[str]:
        """Give what stands in the cells of a column, row by row."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def address(self, line: int, column: str) -> str:
        """Spell where a cell stands."""
        return f"{self.name} line {line}, column {column}"

    def text(self) -> str:
        """Write it as CSV with a header."""
        return render_table(self.header, self.rows)


def read_sheet(path: Path, columns: Sequence[str] = ()) -> Sheet:
    """Read a CSV; `columns` name those of a file that has no header.

    Raises InvalidInput for what is no UTF-8, no CSV, ragged, empty, or named in a way that
    descriptions do not allow, and says how the names could be written.
    """
    _check_names(columns, "--columns")
    header, lines = header_and_lines(read_text(path), path.name, columns)
    if not columns:
        _check_header(header, path.name)
    found = [(line, tuple(cell.strip() for cell in cells)) for line, cells in lines]
    if not found:
        raise InvalidInput(path.name, "must have rows below its header", got="none")
    if columns and found[0][1] == tuple(columns):
        raise Misuse(
            "--columns",
            "must be left out where the first line of the file is a header",
            got=quoted(",".join(columns)),
        )
    return Sheet(
        path.name,
        tuple(header),
        tuple(line for line, _ in found),
        tuple(cells for _, cells in found),
    )


def normal_names(header: Sequence[str]) -> list[str]:
    """Spell names the way that descriptions allow, each once."""
    found: list[str] = []
    for place, name in enumerate(header, start=1):
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        if not plain or not plain[0].isalpha():
            plain = f"column_{plain or place}"
        found.append(next(each for each in _variants(plain[:63]) if each not in found))
    return found


def _variants(name: str) -> Iterator[str]:
    yield name
    count = 1
    while True:
        count += 1
        yield f"{name[:58]}_{count}"


def _check_names(names: Sequence[str], address: str) -> None:
    for name in names:
        if not _NAME.fullmatch(name) or names.count(name) > 1:
            raise InvalidInput(
                address,
                f"must name columns, each once, by {_RULE}",
                got=quoted(name),
                hint=f"write {','.join(normal_names(names))}",
            )


def _check_header(header: Sequence[str], name: str) -> None:
    for column in header:
        if not _NAME.fullmatch(column):
            proposal = ",".join(normal_names(header))
            hint = f"write the first line as {proposal}"
            if any(_is_number(each) for each in header):
                hint = "where the file has no header, name its columns: --columns a,b,…"
            raise InvalidInput(
                f"{name} header", f"must name columns by {_RULE}", got=quoted(column), hint=hint
            )


def _is_number(cell: str) -> bool:
    try:
        return number(cell) is not None
    except ValueError:
        return False
