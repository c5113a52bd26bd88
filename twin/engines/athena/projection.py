"""Finds partitions that a table projects instead of holding them in the catalogue.

Athena makes the places of all values of the ranges; here the objects that are there are matched
against the template, which finds the same rows.
https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from twin.engines.athena.catalog import StoredTable
from twin.engines.athena.failures import QueryFailed, not_modelled


def is_projected(table: StoredTable) -> bool:
    """Tell whether a table's partitions come from its parameters."""
    return table.parameters.get("projection.enabled", "").lower() == "true"


def places(table: StoredTable, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the partition values of each object that lies in a projected partition."""
    pattern = _pattern(table)
    found = {}
    for key in keys:
        match = pattern.match(key)
        if match and all(_in_range(table, name, v) for name, v in match.groupdict().items()):
            found[key] = tuple(match[column.name] for column in table.partition_keys)
    return found


def _pattern(table: StoredTable) -> re.Pattern[str]:
    usual = "/".join(f"{c.name}=${{{c.name}}}" for c in table.partition_keys)
    template = table.parameters.get("storage.location.template") or (
        f"{table.location.rstrip('/')}/{usual}"
    )
    known = {column.name for column in table.partition_keys}
    seen: set[str] = set()

    def place(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in known:
            raise QueryFailed(f"HIVE_METASTORE_ERROR: {table.name} has no partition column {name}")
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>[^/]+)"

    escaped = re.sub(r"\\\$\\\{([A-Za-z0-9_]+)\\\}", place, re.escape(template.rstrip("/")))
    if seen != known:
        raise QueryFailed(
            f"HIVE_METASTORE_ERROR: the location template of {table.name} must name each "
            f"partition column, got {template}"
        )
    return re.compile(f"{escaped}/")


def _in_range(table: StoredTable, column: str, value: str) -> bool:
    given: Mapping[str, str] = table.parameters
    kind = given.get(f"projection.{column}.type", "").lower()
    if kind == "enum":
        return value in given.get(f"projection.{column}.values", "").split(",")
    if kind == "integer":
        low, _, high = given.get(f"projection.{column}.range", "").partition(",")
        return value.isdigit() and bool(low) and int(low) <= int(value) <= int(high or low)
    if kind in ("date", "injected"):
        return True
    raise not_modelled(f"the projection of {table.name}.{column} by type {kind or 'none'}")
