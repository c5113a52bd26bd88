"""Reads SQL as Athena does: what a statement is, which tables it names, and how DuckDB says it.

Queries follow Trino's dialect, definitions Hive's:
https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from twin.engines.athena.failures import QueryFailed, invalid

CATALOG = "awsdatacatalog"
# sqlglot reads these as commands without structure.
_SHOW = re.compile(
    r"^\s*SHOW\s+(?P<what>DATABASES|SCHEMAS|TABLES|VIEWS)(?:\s+(?:IN|FROM)\s+[`\"]?(?P<of>\w+)[`\"]?)?"
    r"(?:\s+(?:LIKE\s+)?'(?P<like>[^']*)')?\s*;?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TableName:
    """A table or view in the data catalogue, in lower case as Glue keeps it."""

    database: str
    name: str

    def __str__(self) -> str:
        return f"{CATALOG}.{self.database}.{self.name}"


@dataclass(frozen=True)
class Show:
    """A statement that lists databases, tables or views."""

    what: str
    database: str | None
    like: str | None

    kind = "UTILITY"


@dataclass(frozen=True)
class Drop:
    """A statement that takes a table or view away."""

    table: TableName
    view: bool
    if_exists: bool

    kind = "DDL"


@dataclass(frozen=True)
class MakeView:
    """A statement that stores a query under a name; ``sql`` is the query as it was written."""

    table: TableName
    sql: str
    replace: bool

    kind = "DDL"


@dataclass(frozen=True)
class Query:
    """A statement that gives rows: in DuckDB's words, with the tables that it reads."""

    sql: str
    tables: tuple[TableName, ...]

    kind = "DML"


Statement = Show | Drop | MakeView | Query


def read(text: str, database: str | None, parameters: Sequence[str] = ()) -> Statement:
    """Read one statement.

    Raises ServiceError InvalidRequestException for what is no statement, or more than one;
    QueryFailed for one that cannot be carried out.
    """
    shown = _SHOW.match(text)
    if shown:
        of = shown["of"] or database
        return Show(shown["what"].upper(), of.lower() if of else None, shown["like"])
    tree = _tree(text)
    if isinstance(tree, exp.Query):
        return query(text, database, parameters)
    if isinstance(tree, exp.Drop) and tree.args.get("kind") in ("TABLE", "VIEW"):
        name = _named(tree, database)
        return Drop(name, tree.args["kind"] == "VIEW", bool(tree.args.get("exists")))
    if isinstance(tree, exp.Create) and tree.args.get("kind") == "VIEW":
        return MakeView(_named(tree.this, database), _body(text), bool(tree.args.get("replace")))
    what = text.split(None, 1)[0].upper()
    raise QueryFailed(f"NOT_SUPPORTED: statements that begin with {what} are not modelled")


def query(text: str, database: str | None, parameters: Sequence[str] = ()) -> Query:
    """Read a query whose unqualified tables lie in a database.

    Raises ServiceError InvalidRequestException or QueryFailed as ``read`` does.
    """
    tree = _tree(text)
    if not isinstance(tree, exp.Query):
        raise invalid("Queries of this type are not supported")
    _fill(tree, parameters)
    tables: dict[TableName, None] = {}
    for node in _sources(tree):
        name = _named(node, database)
        tables[name] = None
        # A table keeps the name by which its columns may be qualified.
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name, True))
        node.replace(
            exp.Table(
                this=exp.to_identifier(name.name, True),
                db=exp.to_identifier(name.database, True),
                alias=alias,
                sample=node.args.get("sample"),
                joins=node.args.get("joins"),
            )
        )
    sql = tree.sql(dialect="duckdb", unsupported_level=ErrorLevel.IGNORE)
    return Query(sql, tuple(tables))


def _tree(text: str) -> exp.Expr:
    try:
        found = [one for one in sqlglot.parse(text, read="athena") if one is not None]
    except SqlglotError as error:
        raise invalid(f"line 1:1: mismatched input: {_plain(error)}") from error
    if len(found) != 1:
        raise invalid(f"Only one sql statement is allowed. Got: {text}")
    return found[0]


def _sources(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield the tables of the catalogue that a query reads; names of WITH are none."""
    seen: set[int] = set()
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            # A function that gives rows, such as UNNEST, stands where a table does.
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                if id(source) not in seen:
                    seen.add(id(source))
                    yield source


def _named(node: exp.Expr, database: str | None) -> TableName:
    table = node.find(exp.Table)
    if table is None:
        raise invalid(f"a table must be named, got {node.sql()}")
    catalog = table.catalog.lower()
    if catalog not in ("", CATALOG):
        raise QueryFailed(f"CATALOG_NOT_FOUND: Catalog '{catalog}' not found")
    found = table.db or database
    if not found:
        raise QueryFailed(
            "MISSING_SCHEMA_NAME: Schema must be specified when session schema is not set"
        )
    if found.lower() == "information_schema":
        raise QueryFailed("NOT_SUPPORTED: information_schema is not modelled")
    return TableName(found.lower(), table.name.lower())


def _fill(tree: exp.Expr, parameters: Sequence[str]) -> None:
    """Put execution parameters, which are texts of SQL literals, in place of question marks.

    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    places = list(tree.find_all(exp.Placeholder))
    if len(places) != len(parameters):
        raise invalid(
            f"Incorrect number of parameters: expected {len(places)} but found {len(parameters)}"
        )
    for place, given in zip(places, parameters, strict=True):
        try:
            place.replace(sqlglot.parse_one(given, read="trino"))
        except SqlglotError as error:
            raise invalid(f"line 1:1: mismatched input '{given}'") from error


def _body(text: str) -> str:
    """Return the query of a statement that makes a view, as it was written."""
    match = re.search(r"\bAS\b\s*(.+?);?\s*$", text, re.IGNORECASE | re.DOTALL)
    if match is None:
        raise invalid("line 1:1: mismatched input '<EOF>'. Expecting: 'AS'")
    return match[1]


def _plain(error: Exception) -> str:
    """Return the first line of a parser's message without its colours."""
    return re.sub(r"\x1b\[\d*m", "", str(error)).splitlines()[0]
