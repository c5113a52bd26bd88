"""Writes the rows of a query as Athena does: columns with types, values as text, a CSV file.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ResultSet.html
"""

from __future__ import annotations

import datetime as dates
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# DuckDB's types in the words of Athena's ColumnInfo, with precision and scale.
_TYPES: Mapping[str, tuple[str, int, int]] = {
    "bigint": ("bigint", 19, 0),
    "blob": ("varbinary", 1073741824, 0),
    "boolean": ("boolean", 0, 0),
    "date": ("date", 0, 0),
    "double": ("double", 17, 0),
    "float": ("float", 17, 0),
    "hugeint": ("bigint", 19, 0),
    "integer": ("integer", 10, 0),
    "list": ("array", 0, 0),
    "map": ("map", 0, 0),
    "smallint": ("smallint", 5, 0),
    "struct": ("row", 0, 0),
    "time": ("time", 3, 0),
    "timestamp": ("timestamp", 3, 0),
    "timestamp_ms": ("timestamp", 3, 0),
    "timestamp_ns": ("timestamp", 3, 0),
    "timestamp_s": ("timestamp", 3, 0),
    "timestamp with time zone": ("timestamp with time zone", 3, 0),
    "tinyint": ("tinyint", 3, 0),
    "ubigint": ("bigint", 19, 0),
    "uinteger": ("bigint", 19, 0),
    "usmallint": ("integer", 10, 0),
    "utinyint": ("smallint", 5, 0),
    "varchar": ("varchar", 2147483647, 0),
}
# A value stands in quotes; what has none is NULL.
_CELL = re.compile(r'("((?:[^"]|"")*)"|)(,|\n)')
_LEAST_PLAIN, _LEAST_SCIENTIFIC = 1e-3, 1e7


@dataclass(frozen=True)
class Output:
    """Columns and rows; None is SQL's NULL. ``header`` tells whether the first row names them."""

    columns: tuple[Mapping[str, Any], ...]
    rows: tuple[tuple[str | None, ...], ...]
    header: bool = True

    def as_file(self) -> bytes:
        """Return the content of the result file."""
        if not self.header:
            return "".join("\t".join(v or "" for v in row) + "\n" for row in self.rows).encode()
        lines = [[str(c["Name"]) for c in self.columns], *self.rows]
        return "".join(",".join(map(_quoted, line)) + "\n" for line in lines).encode()


def rows_of(content: bytes, *, header: bool) -> list[dict[str, Any]]:
    """Return the rows of a result file as GetQueryResults does, the names of the columns first."""
    text = content.decode("utf-8")
    if not header:
        return [{"Data": [_datum(v) for v in line.split("\t")]} for line in text.splitlines()]
    rows: list[list[str | None]] = [[]]
    for quoted, value, mark in _CELL.findall(text):
        rows[-1].append(value.replace('""', '"') if quoted else None)
        if mark == "\n":
            rows.append([])
    return [{"Data": [_datum(value) for value in row]} for row in rows[:-1]]


def column(name: str, kind: str, detail: Any = None) -> dict[str, Any]:
    """Return a column; ``kind`` is the id of DuckDB's type, ``detail`` that type itself."""
    if kind == "decimal":
        sizes = dict(detail.children) if detail is not None else {}
        told = ("decimal", int(sizes.get("precision", 38)), int(sizes.get("scale", 0)))
    else:
        told = _TYPES.get(kind, ("varchar", 2147483647, 0))
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": told[0],
        "Precision": told[1],
        "Scale": told[2],
        "Nullable": "UNKNOWN",
        "CaseSensitive": told[0] == "varchar",
    }


def listing(name: str, values: Iterable[str]) -> Output:
    """Return what a SHOW gives: one column of text without a header."""
    return Output((column(name, "varchar"),), tuple((value,) for value in values), header=False)


def nothing() -> Output:
    """Return what a definition gives."""
    return Output((), (), header=False)


def text(value: Any) -> str | None:
    """Return a value as Athena writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, dates.datetime):
        milliseconds = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
        return milliseconds if value.tzinfo is None else f"{milliseconds} UTC"
    if isinstance(value, bytes):
        return " ".join(f"{byte:02x}" for byte in value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}={text(v) or 'null'}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(text(one) or "null" for one in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _double(value: float) -> str:
    """Return a number as Java writes it, which Athena runs on."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _LEAST_PLAIN <= abs(value) < _LEAST_SCIENTIFIC:
        plain = format(Decimal(repr(value)), "f")
        return plain if "." in plain else f"{plain}.0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    power = int(exponent) + len(digits) - 1
    tail = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{tail}E{power}"


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def trino_type(info: Mapping[str, Any]) -> str:
    """Return a column's type in Trino's words."""
    if info["Type"] == "decimal":
        return f"decimal({info['Precision']},{info['Scale']})"
    return "real" if info["Type"] == "float" else str(info["Type"])


def hive_type(info: Mapping[str, Any]) -> str:
    """Return a column's type in Hive's words."""
    named = {"varchar": "string", "integer": "int", "varbinary": "binary"}
    if info["Type"] == "decimal":
        return f"decimal({info['Precision']},{info['Scale']})"
    return named.get(str(info["Type"]), str(info["Type"]))


def output(names: Sequence[str], types: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Output:
    """Return what a query gave, from DuckDB's names, types and values."""
    columns = tuple(
        column(name, str(kind.id), kind) for name, kind in zip(names, types, strict=True)
    )
    return Output(columns, tuple(tuple(text(value) for value in row) for row in rows))
