"""Carries one query out, with the rights of its caller."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from twin.engines.athena import results, statement
from twin.engines.athena.catalog import Catalog
from twin.engines.athena.failures import OTHER, QueryCancelled, QueryFailed
from twin.engines.athena.objects import Objects
from twin.engines.athena.results import Output
from twin.engines.athena.scan import Session
from twin.engines.athena.statement import Drop, MakeView, Query, Show, Statement

_AGAIN_SECONDS = 0.02
_COLUMN = re.compile(r'(?:Referenced column|column) "([^"]+)" not found')


@dataclass(frozen=True)
class Task:
    """What a query needs: clients that act for its caller, and where its result goes."""

    text: str
    database: str | None
    parameters: Sequence[str]
    glue: Any
    s3: Any
    result_uri: str
    configuration: Mapping[str, Any]
    most_bytes: int | None
    folder: Path


class Run:
    """One query under way, which can be stopped."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._stopped = False
        self._ended = threading.Event()
        self._objects = Objects(task.s3, task.most_bytes)

    @property
    def scanned(self) -> int:
        """The bytes that were read."""
        return self._objects.scanned

    def stop(self) -> None:
        """End the query; ``carry_out`` then raises QueryCancelled."""
        with self._lock:
            self._stopped = True
        # The database forgets an interruption that comes before a statement begins.
        while not self._ended.wait(_AGAIN_SECONDS):
            with self._lock:
                if self._session is None:
                    return
                self._session.interrupt()

    def carry_out(self) -> Output:
        """Carry the query out and write its result.

        Raises QueryFailed, or QueryCancelled where it was stopped.
        """
        task = self._task
        catalog = Catalog(task.glue)
        task.folder.mkdir(parents=True)
        try:
            made = statement.read(task.text, task.database, task.parameters)
            output = self._act(made, catalog)
            self._still_wanted()
            self._objects.write(task.result_uri, output.as_file(), task.configuration)
        except duckdb.InterruptException as error:
            raise QueryCancelled("Query cancelled by user") from error
        except duckdb.Error as error:
            raise _failure(error) from error
        finally:
            shutil.rmtree(task.folder, ignore_errors=True)
        return output

    def _act(self, made: Statement, catalog: Catalog) -> Output:
        if isinstance(made, Show):
            return _shown(made, catalog)
        if isinstance(made, Drop):
            if made.if_exists and made.table.name not in catalog.tables(made.table.database):
                return results.nothing()
            catalog.drop(made.table)
            return results.nothing()
        if isinstance(made, MakeView):
            return self._view(made, catalog)
        return self._rows(made, catalog)

    def _view(self, made: MakeView, catalog: Catalog) -> Output:
        known = catalog.tables(made.table.database)
        if made.table.name in known and not made.replace:
            raise QueryFailed(f"VIEW_ALREADY_EXISTS: View already exists: '{made.table}'")
        inner = statement.query(made.sql, self._task.database or made.table.database)
        columns = self._rows(inner, catalog, empty=True).columns
        catalog.put_view(
            made.table,
            made.sql,
            [(str(c["Name"]), results.hive_type(c), results.trino_type(c)) for c in columns],
        )
        return results.nothing()

    def _rows(self, query: Query, catalog: Catalog, *, empty: bool = False) -> Output:
        session = Session(self._task.folder, catalog, self._objects)
        with self._lock:
            self._session = session
        try:
            session.lay_out(query.tables)
            self._still_wanted()
            relation = session.connection.sql(query.sql)
            if empty:
                relation = relation.limit(0)
            # A time with a zone comes as text: Python's own would need a package of zones.
            zoned = [str(kind.id) == "timestamp with time zone" for kind in relation.types]
            columns = ", ".join(
                f"strftime(#{number} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%g UTC')"
                if is_zoned
                else f"#{number}"
                for number, is_zoned in enumerate(zoned, start=1)
            )
            rows = relation.project(columns).fetchall()
            return results.output(relation.columns, relation.types, rows)
        finally:
            with self._lock:
                self._session = None
            self._ended.set()
            session.close()

    def _still_wanted(self) -> None:
        with self._lock:
            if self._stopped:
                raise QueryCancelled("Query cancelled by user")


def _shown(made: Show, catalog: Catalog) -> Output:
    if made.what in ("DATABASES", "SCHEMAS"):
        found = catalog.databases()
        return results.listing("database_name", _like(found, made.like))
    if made.database is None:
        raise QueryFailed("MISSING_SCHEMA_NAME: Schema must be specified")
    found = catalog.tables(made.database, views=True if made.what == "VIEWS" else None)
    return results.listing("tab_name", _like(found, made.like))


def _like(names: list[str], pattern: str | None) -> list[str]:
    """Keep the names that a pattern of Hive takes: ``*`` for anything, ``|`` for or."""
    if pattern is None:
        return names
    choices = [re.escape(one).replace(r"\*", ".*") for one in pattern.lower().split("|")]
    return [name for name in names if re.fullmatch("|".join(choices), name)]


def _failure(error: duckdb.Error) -> QueryFailed:
    """Say in Athena's words why DuckDB did not carry a query out."""
    told = str(error).split("\n", 1)[0]
    missing = _COLUMN.search(str(error))
    if missing:
        return QueryFailed(f"COLUMN_NOT_FOUND: Column '{missing[1]}' cannot be resolved")
    if isinstance(error, duckdb.CatalogException):
        return QueryFailed(f"FUNCTION_NOT_FOUND: {told}")
    if isinstance(error, duckdb.ConversionException):
        return QueryFailed(f"INVALID_CAST_ARGUMENT: {told}")
    if isinstance(error, duckdb.BinderException | duckdb.ParserException):
        return QueryFailed(f"SYNTAX_ERROR: {told}")
    return QueryFailed(f"GENERIC_USER_ERROR: {told}", OTHER)
