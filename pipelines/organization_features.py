"""The feature groups of an organisation: whose they are, and what their records look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.features.description import FeatureGroup, Kind, check_columns
from pipelines.organization_units import MAIN_UNIT
from pipelines.yaml_file import YamlFile

# What a job is told of its group is kept short of what SageMaker takes of variables.
_LONGEST_COLUMNS = 20000


@dataclass(frozen=True)
class OwnedGroup:
    """A feature group that a business unit feeds and asks: what it is for, and whose it is."""

    description: str
    owner: str
    business_unit: str
    records: FeatureGroup

    @property
    def name(self) -> str:
        """The group's key in the file."""
        return self.records.name


@dataclass(frozen=True)
class Features:
    """What jobs of ingestion run, by digest of their image, and the groups that they fill."""

    image: str | None
    groups: Mapping[str, OwnedGroup]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Features:
        """Read what the file says of features; the schema has been checked."""
        section = value.get("features", {})
        groups = {name: _group(name, one) for name, one in section.get("groups", {}).items()}
        return cls(section.get("image"), groups)

    def of_unit(self, unit: str) -> Mapping[str, OwnedGroup]:
        """Give the groups of a business unit."""
        return {name: one for name, one in self.groups.items() if one.business_unit == unit}


def check_features(file: YamlFile) -> None:
    """Refuse groups whose records could not be kept."""
    for name, group in file.value.get("features", {}).get("groups", {}).items():
        path = ("features", "groups", name)
        check_columns(file, path, group)
        told = sum(len(column) + len(kind) + 6 for column, kind in group["columns"].items())
        if told > _LONGEST_COLUMNS:
            raise file.error(
                (*path, "columns"),
                f"must take at most {_LONGEST_COLUMNS} characters in all",
                got=str(told),
                hint="make two groups of it",
            )


def _group(name: str, entry: Mapping[str, Any]) -> OwnedGroup:
    columns = {column: Kind(kind) for column, kind in entry["columns"].items()}
    records = FeatureGroup(name, entry["record_id"], entry.get("event_time"), columns)
    unit = entry.get("business_unit", MAIN_UNIT)
    return OwnedGroup(entry["description"], entry["owner"], unit, records)
