"""Who sees forecasts in QuickSight: where that may be said in accounts/organization.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.organization_units import MAIN_UNIT
from pipelines.yaml_file import YamlFile

_HOME = "data-science"
_BATCH = "batch"
# As QuickSight makes it for Athena; a path is part of a role's name.
_ROLE = "service-role/aws-quicksight-s3-consumers-role-v0"


@dataclass(frozen=True)
class Dashboard:
    """Who sees an account's forecasts in QuickSight, kept where, and with which role it asks."""

    readers: tuple[str, ...]
    identity_region: str
    role: str

    @classmethod
    def of(cls, account: Mapping[str, Any], region: str) -> Dashboard | None:
        """Read what an account's entry says, in the organisation's region unless it tells its own.

        The schema has been checked; None where nobody looks.
        """
        value = account.get("dashboard")
        if value is None:
            return None
        kept = value.get("identity_region") or account.get("region") or region
        return cls(tuple(value["readers"]), kept, value.get("role", _ROLE))


def check_dashboards(file: YamlFile, units: Mapping[str, str]) -> None:
    """Refuse a dashboard of an account that forecasts nothing; ``units`` by account."""
    forecasting = {
        model.get("business_unit", MAIN_UNIT)
        for model in file.value["models"].values()
        if model.get("answers") == _BATCH
    }
    for name, account in file.value["accounts"].items():
        if "dashboard" not in account:
            continue
        if account["kind"] != _HOME:
            raise file.error(
                ("accounts", name, "dashboard"),
                f"must be that of a {_HOME} account, in which forecasts are made",
                got=f"one of a {account['kind']} account",
            )
        if units[name] not in forecasting:
            raise file.error(
                ("accounts", name, "dashboard"),
                "must have a forecast to show",
                got=f"no model of {units[name]} that answers in batches",
                hint="add a model with answers: batch, or leave dashboard out",
            )
