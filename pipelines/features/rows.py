"""Check the rows of a CSV against a feature group: every cell is right, or the error names it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.errors import InvalidInput
from pipelines.features.description import ARRIVED_AT, FeatureGroup, Kind
from pipelines.models.table import header_and_lines
from pipelines.models.values import number, quoted

Value = int | float | str | None
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_MOST = 2**63
# The forms that Feature Store takes as an event's time.
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z", re.ASCII)
_RULES = {
    Kind.INTEGER: "must be a whole number of 64 bits or empty",
    Kind.NUMBER: "must be a finite number or empty",
    Kind.TIME: "must be a time in UTC such as 2024-05-06T07:08:09Z, or empty",
}


@dataclass(frozen=True)
class Record:
    """One record: when it came to be, and its values by feature."""

    event_time: datetime
    values: Mapping[str, Value]


def read_records(text: str, name: str, group: FeatureGroup, arrived: datetime) -> list[Record]:
    """Read every row of a CSV text; `name` is what errors call it.

    Raises InvalidInput that names line and column. Nothing is returned of a text of which any row
    is wrong.
    """
    header, lines = header_and_lines(text, name)
    order = _order(header, name, group)
    records: list[Record] = []
    seen: dict[tuple[Value, datetime], int] = {}
    for line, cells in lines:
        record = _record(line, [cells[index].strip() for index in order], name, group, arrived)
        key = (record.values[group.record_id], record.event_time)
        if key in seen:
            raise InvalidInput(
                f"{name} line {line}, column {group.record_id}",
                "must name a record once for each time",
                got=f"{quoted(key[0])}, which line {seen[key]} has too",
            )
        seen[key] = line
        records.append(record)
    if not records:
        raise InvalidInput(name, "must have rows below its header", got="a header only")
    return records


def _order(header: Sequence[str], name: str, group: FeatureGroup) -> list[int]:
    for column in group.columns:
        if column not in header:
            raise InvalidInput(
                f"{name} header",
                f"must have the column {column}",
                got=quoted(", ".join(header)),
                hint=f"feature group {group.name} has {len(group.columns)} columns",
            )
    for column in header:
        if column not in group.columns:
            raise InvalidInput(
                f"{name} header",
                f"must have no column that feature group {group.name} does not describe",
                got=quoted(column),
                hint="remove the column, or describe it and apply the account's root",
            )
    return [header.index(column) for column in group.columns]


def _record(
    line: int, cells: Sequence[str], name: str, group: FeatureGroup, arrived: datetime
) -> Record:
    values: dict[str, Value] = {}
    for (column, kind), cell in zip(group.columns.items(), cells, strict=True):
        address = f"{name} line {line}, column {column}"
        try:
            values[column] = _value(cell, kind)
        except ValueError:
            raise InvalidInput(address, _RULES[kind], got=quoted(cell)) from None
        if values[column] is None and column in (group.record_id, group.event_time):
            raise InvalidInput(address, "must not be empty", got=quoted(cell))
    if group.event_time is None:
        values[ARRIVED_AT] = _written(arrived)
        return Record(arrived, values)
    return Record(_time(str(values[group.event_time])), values)


def _value(cell: str, kind: Kind) -> Value:
    if not cell:
        return None
    if kind is Kind.INTEGER:
        if not _INTEGER.fullmatch(cell) or not -_MOST <= int(cell) < _MOST:
            raise ValueError("no integer")
        return int(cell)
    if kind is Kind.NUMBER:
        return number(cell)
    if kind is Kind.TIME:
        _time(cell)
    return cell


def _time(cell: str) -> datetime:
    if not _TIME.fullmatch(cell):
        raise ValueError("no time")
    return datetime.fromisoformat(cell.replace("Z", "+00:00"))


def _written(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
