"""Read a feature group's description: YAML outside, a frozen dataclass inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipelines.yaml_file import KeyPath, YamlFile, nearest, parse_yaml, read_yaml_file
from pipelines.yaml_schema import check_schema

SCHEMA = Path(__file__).resolve().parent / "feature_group.schema.json"
# The feature that holds when an object arrived, where its rows tell no time of their own.
ARRIVED_AT = "arrived_at"
# What Feature Store and the layout of its files add.
_TAKEN = (
    *(ARRIVED_AT, "api_invocation_time", "is_deleted", "write_time"),
    *("year", "month", "day", "hour"),
)
_VARIABLE = "FEATURE_GROUP_"
_WORDING = {
    "^[a-z][a-z0-9-]{1,22}[a-z0-9]$": (
        "must be 3 to 24 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^[a-z][a-z0-9_]{0,62}$": (
        "must be 1 to 63 lower-case letters, digits or underscores, a letter first"
    ),
}


class Kind(StrEnum):
    """What the cells of a column are."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"


@dataclass(frozen=True)
class FeatureGroup:
    """A feature group: its columns in order, what names a record, and what tells its time.

    ``event_time`` is None where the time at which an object arrived counts.
    """

    name: str
    record_id: str
    event_time: str | None
    columns: Mapping[str, Kind]


def read_description(path: Path, name: str | None = None) -> FeatureGroup:
    """Read and check a description; raises InvalidInput with file and line."""
    return _checked(read_yaml_file(path, name or path.name))


def description_of(environment: Mapping[str, str]) -> FeatureGroup:
    """Return the feature group that a job's variables tell; raises InvalidInput without one.

    Its JSON is cut into as many variables as it takes: a value has at most 256 characters.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
    """
    names = sorted(name for name in environment if name.startswith(_VARIABLE))
    text = "".join(environment[name] for name in names)
    return _checked(parse_yaml(text.encode("utf-8"), f"{_VARIABLE}*"))


def _checked(file: YamlFile) -> FeatureGroup:
    check_schema(file, json.loads(SCHEMA.read_text("utf-8")), _WORDING)
    check_columns(file, (), file.value)
    value = file.value
    return FeatureGroup(
        name=value["name"],
        record_id=value["record_id"],
        event_time=value.get("event_time"),
        columns={column: Kind(kind) for column, kind in value["columns"].items()},
    )


def check_columns(file: YamlFile, path: KeyPath, value: Mapping[str, Any]) -> None:
    """Refuse a description, which stands at a path of a file, that no store could keep.

    The schema has been checked; raises InvalidInput.
    """
    columns = value["columns"]
    for member in ("record_id", "event_time"):
        column = value.get(member)
        if column is not None and column not in columns:
            guess = nearest(column, list(columns))
            hint = f"did you mean {guess}?" if guess else None
            raise file.error((*path, member), "must be one of the columns", got=column, hint=hint)
    if columns[value["record_id"]] not in (Kind.INTEGER, Kind.TEXT):
        kind = columns[value["record_id"]]
        raise file.error((*path, "record_id"), "must be a column of integers or texts", got=kind)
    event_time = value.get("event_time")
    if event_time is not None and columns[event_time] != Kind.TIME:
        raise file.error(
            (*path, "event_time"), "must be a column of the type time", got=columns[event_time]
        )
    for column in columns:
        if column in _TAKEN:
            raise file.error(
                (*path, "columns", column),
                "must not have a name that the store gives",
                got=column,
                hint="rename the column where the data is made",
            )
