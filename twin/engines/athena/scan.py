"""Lays the rows of catalogue tables before DuckDB, which carries queries out.

Columns of Parquet are found by name, as Athena does by default:
https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
from sqlglot import exp

from twin.engines.athena import projection, statement
from twin.engines.athena.catalog import Catalog, Column, StoredTable, View
from twin.engines.athena.failures import QueryFailed, not_modelled
from twin.engines.athena.objects import Objects
from twin.engines.athena.statement import TableName

_DEEPEST_VIEW = 16
_PARQUET = "parquet.serde.ParquetHiveSerDe"
_CSV = "serde2.OpenCSVSerde"
_TEXT = "serde2.lazy.LazySimpleSerDe"
_JSON = ("openx.data.jsonserde.JsonSerDe", "hcatalog.data.JsonSerDe", "serde2.JsonSerDe")
# No query needs more of a rehearsal's machine.
_SETTINGS = (
    "SET threads=1",
    "SET memory_limit='1GB'",
    "SET TimeZone='UTC'",
    "SET autoinstall_known_extensions=false",
    "SET autoload_known_extensions=false",
)


class Session:
    """One query's DuckDB, which sees the files of one folder and nothing else."""

    def __init__(self, folder: Path, catalog: Catalog, objects: Objects) -> None:
        self._folder, self._catalog, self._objects = folder, catalog, objects
        self._laid: set[TableName] = set()
        self._files = 0
        self.connection = duckdb.connect(":memory:")
        for setting in (
            *_SETTINGS,
            f"SET allowed_directories=[{_text(f'{folder}/')}]",
            "SET enable_external_access=false",
            "SET lock_configuration=true",
        ):
            self.connection.execute(setting)

    def close(self) -> None:
        """Forget all."""
        self.connection.close()

    def interrupt(self) -> None:
        """Stop the query that runs."""
        self.connection.interrupt()

    def lay_out(self, tables: Iterable[TableName], depth: int = 0) -> None:
        """Make tables known to queries, and what views among them read; raises QueryFailed."""
        if depth > _DEEPEST_VIEW:
            raise QueryFailed("VIEW_IS_RECURSIVE: views must not read each other in a circle")
        for name in tables:
            if name in self._laid:
                continue
            found = self._catalog.find(name)
            if isinstance(found, View):
                inner = statement.query(found.sql, found.database)
                self.lay_out(inner.tables, depth + 1)
                self._make(name, inner.sql)
            else:
                self._make(name, self._select(found))
            self._laid.add(name)

    def _make(self, name: TableName, sql: str) -> None:
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_name(name.database)}")
        view = f"{_name(name.database)}.{_name(name.name)}"
        try:
            self.connection.execute(f"CREATE VIEW {view} AS {sql}")
        except duckdb.Error as error:
            raise QueryFailed(f"{name}: {error}") from error

    def _select(self, table: StoredTable) -> str:
        files = self._fetched(table)
        if not files:
            empty = [f"CAST(NULL AS {_type(c.type)}) AS {_name(c.name)}" for c in _all(table)]
            return f"SELECT {', '.join(empty)} WHERE false"
        scan = _scan(table, list(files))
        known = {name.lower() for name in self.connection.sql(f"FROM {scan}").columns}
        quoted = table.serde.endswith(_CSV)
        columns = [
            f"CAST({_value(c, known, quoted=quoted)} AS {_type(c.type)}) AS {_name(c.name)}"
            for c in table.columns
        ]
        keys = [
            f"CAST(p.{_name(c.name)} AS {_type(c.type)}) AS {_name(c.name)}"
            for c in table.partition_keys
        ]
        if not keys:
            return f"FROM {scan} AS d SELECT {', '.join(columns)}"
        rows = ", ".join(
            f"({', '.join(map(_text, (path, *values)))})" for path, values in files.items()
        )
        names = ", ".join(["file", *(_name(c.name) for c in table.partition_keys)])
        return (
            f"FROM {scan} AS d JOIN (VALUES {rows}) AS p({names}) ON d.filename = p.file "
            f"SELECT {', '.join([*columns, *keys])}"
        )

    def _fetched(self, table: StoredTable) -> dict[str, tuple[str, ...]]:
        """Fetch the objects of a table; return each file with the values of its partition."""
        if projection.is_projected(table):
            found = projection.places(table, self._objects.keys(table.location))
        else:
            found = {
                key: place.values
                for place in table.places()
                for key in self._objects.keys(place.uri)
            }
        files = {}
        for key, values in found.items():
            self._files += 1
            # What an object is packed with is told by its name.
            packed = ".gz" if key.endswith(".gz") else ""
            path = self._folder / f"{self._files}{packed}"
            self._objects.fetch(key, path)
            files[str(path)] = values
        return files


def _all(table: StoredTable) -> tuple[Column, ...]:
    return (*table.columns, *table.partition_keys)


def _value(column: Column, known: set[str], *, quoted: bool) -> str:
    """Return what holds a column's value; a text that is empty is no number or date."""
    if column.name not in known:
        return "NULL"
    value = f"d.{_name(column.name)}"
    return value if not quoted or column.type == "string" else f"NULLIF({value}, '')"


def _scan(table: StoredTable, files: list[str]) -> str:
    """Return the function of DuckDB that reads files as the table's SerDe does."""
    listed = f"[{', '.join(map(_text, files))}]"
    if table.serde.endswith(_PARQUET):
        return f"read_parquet({listed}, union_by_name=true, filename=true, hive_partitioning=false)"
    if table.serde.endswith(_JSON):
        columns = ", ".join(f"{_text(c.name)}: {_text(_type(c.type))}" for c in table.columns)
        return (
            f"read_json({listed}, format='newline_delimited', columns={{{columns}}}, "
            "filename=true, hive_partitioning=false)"
        )
    if table.serde.endswith((_CSV, _TEXT)):
        return _csv(table, listed)
    raise not_modelled(f"the SerDe {table.serde or 'none'} of {table.name}")


def _csv(table: StoredTable, listed: str) -> str:
    given: Mapping[str, str] = table.serde_parameters
    quoted = table.serde.endswith(_CSV)
    if quoted:
        mark, quote = given.get("separatorChar", ","), given.get("quoteChar", '"')
        escape, nothing = given.get("escapeChar", "\\"), "\x00"
    else:
        mark, quote = given.get("field.delim", given.get("serialization.format", "\x01")), ""
        escape, nothing = "", given.get("serialization.null.format", "\\N")
    columns = ", ".join(f"{_text(c.name)}: 'VARCHAR'" for c in table.columns)
    # Two quotes stand for one in most files, whatever the escape character is.
    escape = quote if quoted and escape == "\\" else escape
    return (
        f"read_csv({listed}, header=false, auto_detect=false, columns={{{columns}}}, "
        f"skip={int(table.parameters.get('skip.header.line.count', 0))}, delim={_text(mark)}, "
        f"quote={_text(quote)}, escape={_text(escape)}, null_padding=true, filename=true, "
        f"nullstr={_text(nothing)}, hive_partitioning=false)"
    )


def _type(hive: str) -> str:
    """Return a type of Hive in DuckDB's words; raises QueryFailed for one that is unknown."""
    try:
        return exp.DataType.build(hive, dialect="hive").sql("duckdb")
    except ValueError as error:
        raise QueryFailed(f"HIVE_INVALID_METADATA: the type {hive} is unknown") from error


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
