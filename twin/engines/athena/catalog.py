"""Reads tables of Glue's data catalogue in the name of whoever asks.

https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from twin.engines.athena.failures import QueryFailed, not_modelled
from twin.engines.athena.statement import TableName

_VIEW = re.compile(r"/\* Presto View: (?P<body>[A-Za-z0-9+/=\s]+) \*/")
_DENIED = ("AccessDenied", "AccessDeniedException")


@dataclass(frozen=True)
class Column:
    """A column with its type in Hive's words."""

    name: str
    type: str


@dataclass(frozen=True)
class Place:
    """A folder of objects whose rows have some values of partition columns in common."""

    uri: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredTable:
    """A table whose rows lie in S3."""

    name: TableName
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    serde: str
    serde_parameters: Mapping[str, str]
    parameters: Mapping[str, str]
    location: str
    places: Callable[[], Iterator[Place]]


@dataclass(frozen=True)
class View:
    """A query under a name."""

    name: TableName
    sql: str
    database: str | None


class Catalog:
    """The data catalogue of one account and region, as one caller may see it."""

    def __init__(self, glue: Any) -> None:
        """Take a client of Glue that acts for the caller."""
        self._glue = glue

    def find(self, name: TableName) -> StoredTable | View:
        """Return a table or view.

        Raises QueryFailed where it, or its database, is not there or may not be seen.
        """
        missing = f"TABLE_NOT_FOUND: Table '{name}' does not exist"
        no_schema = f"SCHEMA_NOT_FOUND: Schema '{name.database}' does not exist"
        self._asked(no_schema, self._glue.get_database, Name=name.database)
        found = self._asked(
            missing, self._glue.get_table, DatabaseName=name.database, Name=name.name
        )["Table"]
        if found.get("TableType") == "VIRTUAL_VIEW":
            return _view(name, found)
        parameters = dict(found.get("Parameters") or {})
        if parameters.get("table_type", "").upper() == "ICEBERG":
            raise not_modelled(f"the Iceberg table {name}")
        storage = found.get("StorageDescriptor") or {}
        serde = storage.get("SerdeInfo") or {}
        keys = _columns(found.get("PartitionKeys") or [])
        location = str(storage.get("Location") or "")
        return StoredTable(
            name=name,
            columns=_columns(storage.get("Columns") or []),
            partition_keys=keys,
            serde=str(serde.get("SerializationLibrary") or ""),
            serde_parameters=dict(serde.get("Parameters") or {}),
            parameters=parameters,
            location=location,
            places=lambda: self._places(name, keys, location),
        )

    def databases(self) -> list[str]:
        """Return the names of all databases."""
        pages = self._pages("get_databases", "DatabaseList")
        return sorted(str(one["Name"]) for one in pages)

    def tables(self, database: str, *, views: bool | None = None) -> list[str]:
        """Return the names of the tables of a database: of all, of views or of none but views."""
        pages = self._pages("get_tables", "TableList", DatabaseName=database)
        return sorted(
            str(one["Name"])
            for one in pages
            if views is None or (one.get("TableType") == "VIRTUAL_VIEW") is views
        )

    def drop(self, name: TableName) -> None:
        """Take a table or view away; what lies in S3 stays."""
        missing = f"TABLE_NOT_FOUND: Table '{name}' does not exist"
        self._asked(missing, self._glue.delete_table, DatabaseName=name.database, Name=name.name)

    def put_view(self, name: TableName, sql: str, columns: list[tuple[str, str, str]]) -> None:
        """Store a query under a name.

        ``columns`` are names, types in Hive's words and types in Trino's.
        """
        body = {
            "originalSql": sql,
            "catalog": "awsdatacatalog",
            "schema": name.database,
            "columns": [{"name": column, "type": trino} for column, _, trino in columns],
        }
        text = base64.b64encode(json.dumps(body).encode()).decode()
        table = {
            "Name": name.name,
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"presto_view": "true", "comment": "Presto View"},
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": hive} for column, hive, _ in columns],
                "SerdeInfo": {},
            },
            "PartitionKeys": [],
            "ViewOriginalText": f"/* Presto View: {text} */",
            "ViewExpandedText": "/* Presto View */",
        }
        known = self.tables(name.database)
        write = self._glue.update_table if name.name in known else self._glue.create_table
        no_schema = f"SCHEMA_NOT_FOUND: Schema '{name.database}' does not exist"
        self._asked(no_schema, write, DatabaseName=name.database, TableInput=table)

    def _places(self, name: TableName, keys: tuple[Column, ...], location: str) -> Iterator[Place]:
        if not keys:
            yield Place(location)
            return
        given = {"DatabaseName": name.database, "TableName": name.name}
        for one in self._pages("get_partitions", "Partitions", **given):
            where = (one.get("StorageDescriptor") or {}).get("Location") or location
            yield Place(str(where), tuple(str(value) for value in one["Values"]))

    def _pages(self, operation: str, member: str, **given: Any) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            missing = f"SCHEMA_NOT_FOUND: Schema '{given.get('DatabaseName')}' does not exist"
            answer = self._asked(missing, getattr(self._glue, operation), **given, **token)
            yield from answer.get(member, [])
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def _asked(self, missing: str, operation: Callable[..., Any], **given: Any) -> Any:
        try:
            return operation(**given)
        except ClientError as error:
            told = error.response["Error"]
            if told["Code"] == "EntityNotFoundException":
                raise QueryFailed(missing) from error
            if told["Code"] in _DENIED:
                raise QueryFailed(
                    f"Insufficient permissions to execute the query. {told.get('Message')}"
                ) from error
            raise QueryFailed(f"{told['Code']}: {told.get('Message')}") from error


def _columns(given: list[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column(str(c["Name"]).lower(), str(c.get("Type") or "string")) for c in given)


def _view(name: TableName, found: Mapping[str, Any]) -> View:
    """Read a view as Athena stores it: JSON in base64 in a comment."""
    match = _VIEW.search(str(found.get("ViewOriginalText") or ""))
    try:
        body = json.loads(base64.b64decode(match["body"])) if match else None
    except (ValueError, binascii.Error):
        body = None
    if not isinstance(body, dict) or not body.get("originalSql"):
        raise QueryFailed(f"INVALID_VIEW: View '{name}' is not a Presto view")
    schema = body.get("schema")
    return View(name, str(body["originalSql"]), str(schema) if schema else None)
