"""Read the CSV of an hourly series strictly: hour follows hour, or the error names line and column.

Hours are UTC: where clocks change, local ones are missing or come twice, and nobody can tell which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.series import Series
from pipelines.models.table import header_and_lines, order_of, read_text, render_table
from pipelines.models.values import number, quoted

HOUR = timedelta(hours=1)
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(?P<zone>Z|[+-]\d\d:?\d\d)?", re.ASCII)
_UTC = ("Z", "+00:00", "+0000")


@dataclass(frozen=True)
class Hours:
    """An hourly series without gaps: values by column, the target among them, and cells as written.

    `ahead` are the values of known columns for the hours that follow.
    """

    start: datetime
    values: Mapping[str, tuple[float, ...]]
    cells: tuple[tuple[str, ...], ...]
    ahead: Mapping[str, tuple[float, ...]]

    def __len__(self) -> int:
        return len(self.cells)

    def at(self, hour: int) -> datetime:
        """Return the time of an hour by its place; the first is at 0."""
        return self.start + hour * HOUR

    def part(self, first: int, end: int) -> Hours:
        """Return the hours from one place to before another, with nothing known of what follows."""
        return replace(
            self,
            start=self.at(first),
            values={name: values[first:end] for name, values in self.values.items()},
            cells=self.cells[first:end],
            ahead=dict.fromkeys(self.ahead, ()),
        )


@dataclass(frozen=True)
class _Line:
    line: int
    time: datetime
    cells: tuple[str, ...]


def read_hours(path: Path, model: ModelDescription, *, with_ahead: bool = False) -> Hours:
    """Read a CSV of complete hours; `with_ahead`, known columns of the hours to come may follow."""
    return parse_hours(read_text(path), path.name, model, with_ahead=with_ahead)


def parse_hours(
    text: str, name: str, model: ModelDescription, *, with_ahead: bool = False
) -> Hours:
    """Read the hours of a CSV text; `name` is what errors call it."""
    series = series_of(model)
    header, rows = header_and_lines(text, name)
    order = order_of(header, name, model, (series.time, *model.columns))
    lines = list(_consecutive(_lines(rows, order, name, series), name, series))
    past = _count_of_past(lines, name, model, series, with_ahead=with_ahead)
    if not past:
        raise InvalidInput(
            name, "must have hours below its header", got="none", hint="export the data again"
        )
    columns = [
        [_number(line, place, column, name) for line in lines[:past]]
        for place, column in enumerate(model.columns, start=1)
    ]
    return Hours(
        start=lines[0].time,
        values=dict(zip(model.columns, map(tuple, columns), strict=True)),
        cells=tuple(line.cells for line in lines[:past]),
        ahead={
            column: tuple(
                _number(line, 1 + model.columns.index(column), column, name)
                for line in lines[past:]
            )
            for column in series.known
        },
    )


def render_hours(hours: Hours, model: ModelDescription) -> str:
    """Write hours as the CSV that `read_hours` reads."""
    return render_table((series_of(model).time, *model.columns), hours.cells)


def spell(time: datetime) -> str:
    """Write a time as data have it: 2026-01-31T07:00:00Z."""
    return time.strftime(_FORM)


def series_of(model: ModelDescription) -> Series:
    """Return what makes a model a forecast; other kinds have no hours."""
    if model.series is None:
        raise InvalidInput(
            f"model {model.name}", "must be of kind forecast", got=f"kind {model.kind}"
        )
    return model.series


def _lines(
    rows: Iterator[tuple[int, list[str]]], order: Sequence[int], name: str, series: Series
) -> Iterator[_Line]:
    for line, cells in rows:
        time = _time(cells[order[0]].strip(), f"{name} line {line}, column {series.time}")
        yield _Line(line, time, (spell(time), *(cells[place].strip() for place in order[1:])))


def _time(cell: str, address: str) -> datetime:
    match = _TIME.fullmatch(cell)
    if match is None:
        raise InvalidInput(address, "must be a time such as 2026-01-31T07:00:00Z", got=quoted(cell))
    if match["zone"] not in _UTC:
        raise InvalidInput(
            address,
            "must be UTC, and say so by a Z at its end",
            got=quoted(cell),
            hint="write all times as UTC: where clocks change, local hours come twice",
        )
    try:
        time = datetime.fromisoformat(cell.replace(" ", "T")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(address, "must be a time that exists", got=quoted(cell)) from error
    if time.minute or time.second:
        raise InvalidInput(
            address,
            "must be a full hour",
            got=quoted(cell),
            hint="sum or average the data by hours first",
        )
    return time


def _consecutive(lines: Iterator[_Line], name: str, series: Series) -> Iterator[_Line]:
    last: _Line | None = None
    for line in lines:
        if last is not None and line.time != last.time + HOUR:
            raise _broken(last, line, f"{name} line {line.line}, column {series.time}")
        yield line
        last = line


def _broken(last: _Line, line: _Line, address: str) -> InvalidInput:
    expected, got = spell(last.time + HOUR), spell(line.time)
    if line.time == last.time:
        return InvalidInput(
            address,
            "must have each hour once",
            got=f"{got} again (first on line {last.line})",
            hint="decide which of the two rows counts, and remove the other",
        )
    if line.time < last.time:
        return InvalidInput(
            address, f"must come after {spell(last.time)}", got=got, hint="sort the rows by time"
        )
    missing = int((line.time - last.time) / HOUR) - 1
    return InvalidInput(
        address,
        f"must be {expected}, the hour after the row before",
        got=f"{got}, so that {missing} hour{'s are' if missing > 1 else ' is'} missing",
        hint="fill the gap, or begin the data after it",
    )


def _count_of_past(
    lines: Sequence[_Line],
    name: str,
    model: ModelDescription,
    series: Series,
    *,
    with_ahead: bool,
) -> int:
    """Count the hours that are complete; those ahead have known columns and nothing else."""
    target = 1 + model.columns.index(model.target)
    past = len(lines)
    while with_ahead and past and not lines[past - 1].cells[target]:
        past -= 1
    ahead = len(lines) - past
    if ahead > series.horizon:
        raise InvalidInput(
            f"{name} line {lines[past].line}, column {model.target}",
            f"must be empty in the last {series.horizon} hours at most, which are forecast",
            got=f"{ahead} hours",
        )
    if ahead:
        unknown = [column for column in model.features if column not in series.known]
        for line in lines[past:]:
            for column in unknown:
                if cell := line.cells[1 + model.columns.index(column)]:
                    raise InvalidInput(
                        f"{name} line {line.line}, column {column}",
                        "must be empty in an hour ahead, because it is not known then",
                        got=quoted(cell),
                        hint="list the column among series.known, if it is",
                    )
    return past


def _number(line: _Line, place: int, column: str, name: str) -> float:
    cell = line.cells[place]
    try:
        value = number(cell)
    except ValueError:
        value = None
    if value is None:
        raise InvalidInput(
            f"{name} line {line.line}, column {column}",
            "must be a finite number in every hour",
            got=quoted(cell),
            hint=None if cell else "fill the gap, or begin the data after it",
        )
    return value
