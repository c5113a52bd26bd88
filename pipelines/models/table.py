"""Read the CSV of a described model strictly: every cell is right or the error names it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.values import number, quoted

Value = float | str | None


@dataclass(frozen=True)
class Row:
    """One row: its cells as written, in the described order, and their values."""

    line: int
    cells: tuple[str, ...]
    features: tuple[Value, ...]
    target: float | str


def read_table(path: Path, model: ModelDescription) -> list[Row]:
    """Read every row of a CSV file that has exactly the described columns."""
    return parse_table(read_text(path), path.name, model)


def read_text(path: Path) -> str:
    """Read a file of UTF-8 text, with or without a byte order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(str(path), "must be a readable file", got=error.strerror) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{path.name} line {line}",
            "must be UTF-8 text",
            got=f"byte {error.object[error.start]:#04x}",
            hint="export the file again as UTF-8",
        ) from error


def parse_table(text: str, name: str, model: ModelDescription) -> list[Row]:
    """Read every row of a CSV text; `name` is what errors call it."""
    header, lines = header_and_lines(text, name)
    order = order_of(header, name, model, model.columns)
    rows = [_row(line, cells, order, name, model) for line, cells in lines]
    if not rows:
        raise InvalidInput(
            name,
            "must have rows below its header",
            got="a header only",
            hint="export the data again, with its rows",
        )
    return rows


def header_and_lines(
    text: str, name: str, columns: Sequence[str] = ()
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Give the names of the columns, and each row's line with as many cells.

    `columns` are the names where the text has no header. A row that is written on several lines
    is known by the last one. Blank lines are no rows.
    """
    lines = _lines(text, name)
    header = list(columns)
    if not columns:
        first = next(lines, None)
        if first is None:
            raise InvalidInput(
                name, "must not be empty", got="no line", hint="upload a CSV with a header and rows"
            )
        header = [cell.strip() for cell in first[1]]
    for column in header:
        if header.count(column) > 1:
            raise InvalidInput(
                f"{name} header", "must name a column once", got=f"{quoted(column)} twice"
            )
    return header, (_even(line, cells, len(header), name) for line, cells in lines)


def render_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV text in the one form that this platform uses."""
    return "".join(",".join(map(_field, row)) + "\n" for row in (columns, *rows))


def _field(cell: str) -> str:
    # csv.writer leaves a lone carriage return bare, and csv.reader then ends the row there.
    if any(character in cell for character in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank with the number of the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                yield reader.line_num, cells
    except csv.Error as error:
        raise InvalidInput(
            f"{name} line {reader.line_num}", "must be well-formed CSV", got=str(error)
        ) from error


def _even(line: int, cells: list[str], width: int, name: str) -> tuple[int, list[str]]:
    if len(cells) != width:
        raise InvalidInput(f"{name} line {line}", f"must have {width} cells", got=str(len(cells)))
    return line, cells


def order_of(
    names: Sequence[str], name: str, model: ModelDescription, wanted: Sequence[str]
) -> list[int]:
    """Find where each wanted column stands; a header is as described or refused."""
    missing = [column for column in wanted if column not in names]
    if missing:
        raise InvalidInput(
            f"{name} header",
            f"must have the column {missing[0]}",
            got=quoted(", ".join(names)),
            hint=f"model {model.name} needs {len(wanted)} columns, see its description",
        )
    unexpected = [column for column in names if column not in (*wanted, *model.ignored)]
    if unexpected:
        raise InvalidInput(
            f"{name} header",
            f"must have no column that model {model.name} does not describe",
            got=quoted(unexpected[0]),
            hint="remove the column, describe it, or list it as ignored",
        )
    return [names.index(column) for column in wanted]


def _row(line: int, cells: list[str], order: list[int], name: str, model: ModelDescription) -> Row:
    ordered = tuple(cells[index].strip() for index in order)
    values: list[Value] = []
    for column, cell in zip(model.features, ordered[:-1], strict=True):
        if column not in model.numeric:
            values.append(cell or None)
            continue
        try:
            values.append(number(cell))
        except ValueError:
            address = f"{name} line {line}, column {column}"
            rule = "must be a finite number or empty"
            raise InvalidInput(address, rule, got=quoted(cell)) from None
    return Row(line, ordered, tuple(values), _target(ordered[-1], line, name, model))


def _target(cell: str, line: int, name: str, model: ModelDescription) -> float | str:
    address = f"{name} line {line}, column {model.target}"
    if model.kind is not Kind.REGRESSION:
        if cell not in model.classes:
            rule = f"must be one of {', '.join(model.classes)}"
            raise InvalidInput(address, rule, got=quoted(cell))
        return cell
    try:
        value = number(cell)
    except ValueError:
        value = None
    if value is None:
        raise InvalidInput(address, "must be a finite number", got=quoted(cell))
    return value
