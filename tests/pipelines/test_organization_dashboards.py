"""accounts/organization.yaml: who sees forecasts in QuickSight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import InvalidInput
from pipelines.organization import (
    ORGANIZATION_FILE,
    SCHEMA_FILE,
    Organization,
    load_organization,
)

ROOT = Path(__file__).resolve().parents[2]
_FORECAST = {"description": "Demand of a town.", "owner": "sofia", "answers": "batch"}
_BUSINESS = {"readers": ["group/default/business"]}


def _load(
    folder: Path, dashboard: object, *, account: str = "data-science", forecasts: bool = True
) -> Organization:
    content: dict[str, Any] = yaml.safe_load((ROOT / ORGANIZATION_FILE).read_text("utf-8"))
    content["accounts"][account]["dashboard"] = dashboard
    if forecasts:
        content["models"]["demand"] = _FORECAST
    (folder / "accounts").mkdir()
    (folder / SCHEMA_FILE).write_bytes((ROOT / SCHEMA_FILE).read_bytes())
    (folder / ORGANIZATION_FILE).write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return load_organization(folder)


def test_nobody_sees_a_dashboard_unless_it_is_told() -> None:
    assert all(found.dashboard is None for found in load_organization(ROOT).accounts.values())


def test_readers_are_kept_in_the_accounts_region_and_asked_for_with_quicksights_role(
    tmp_path: Path,
) -> None:
    found = _load(tmp_path, _BUSINESS).account("data-science").dashboard
    assert found is not None
    assert found.readers == ("group/default/business",)
    assert found.identity_region == "eu-west-1"
    assert found.role == "service-role/aws-quicksight-s3-consumers-role-v0"


def test_another_region_of_readers_and_another_role_are_told(tmp_path: Path) -> None:
    told = {**_BUSINESS, "identity_region": "us-east-1", "role": "quicksight-forecasts"}
    found = _load(tmp_path, told).account("data-science").dashboard
    assert found is not None
    assert (found.identity_region, found.role) == ("us-east-1", "quicksight-forecasts")


@pytest.mark.parametrize(
    ("dashboard", "account", "forecasts", "words"),
    [
        (_BUSINESS, "staging", True, "must be that of a data-science account"),
        (_BUSINESS, "data-science", False, "must have a forecast to show"),
        ({"readers": []}, "data-science", True, "readers"),
        ({"readers": ["group/default/*"]}, "data-science", True, "must be a group or user"),
        ({**_BUSINESS, "role": "quicksight-*"}, "data-science", True, "name of an IAM role"),
        ({**_BUSINESS, "identity_region": "home"}, "data-science", True, "AWS region"),
        ({**_BUSINESS, "writers": []}, "data-science", True, "writers"),
    ],
)
def test_what_no_dashboard_can_be_is_refused_by_its_place(
    dashboard: object, account: str, forecasts: bool, words: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _load(tmp_path, dashboard, account=account, forecasts=forecasts)
    assert f"accounts.{account}.dashboard" in str(refused.value)
    assert words in str(refused.value)
