"""accounts/organization.yaml: the feature groups of an organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import InvalidInput, Misuse
from pipelines.features.description import Kind
from pipelines.naming import Naming
from pipelines.organization import (
    ORGANIZATION_FILE,
    SCHEMA_FILE,
    Organization,
    load_organization,
)

ROOT = Path(__file__).resolve().parents[2]
_IMAGE = f"sha256:{'a' * 64}"
_VISITS: dict[str, Any] = {
    "description": "Visits to the museum.",
    "owner": "sofia",
    "record_id": "visit",
    "event_time": "began",
    "columns": {"began": "time", "people": "integer", "visit": "text"},
}


def _load(folder: Path, features: object) -> Organization:
    content = yaml.safe_load((ROOT / ORGANIZATION_FILE).read_text("utf-8"))
    content["features"] = features
    (folder / "accounts").mkdir()
    (folder / SCHEMA_FILE).write_bytes((ROOT / SCHEMA_FILE).read_bytes())
    (folder / ORGANIZATION_FILE).write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return load_organization(folder)


def test_an_organisation_without_features_has_no_group() -> None:
    organization = load_organization(ROOT)
    assert (organization.features.image, dict(organization.features.groups)) == (None, {})
    with pytest.raises(Misuse, match="must have the entry asked for; it has none"):
        organization.feature_group("visits")


def test_a_group_is_read_with_its_columns_and_named_after_its_account(tmp_path: Path) -> None:
    organization = _load(tmp_path, {"image": _IMAGE, "groups": {"visits": _VISITS}})
    found = organization.feature_group("visits")
    assert organization.features.image == _IMAGE
    assert (found.owner, found.business_unit) == ("sofia", "main")
    assert found.records.event_time == "began"
    assert found.records.columns["people"] is Kind.INTEGER
    assert Naming(organization).feature_group("visits") == "gatehouse-data-science-features-visits"
    assert not organization.features.of_unit("risk")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"record_id": "vist"}, "record_id must be one of the columns"),
        ({"record_id": "began"}, "record_id must be a column of integers or texts"),
        ({"event_time": "people"}, "event_time must be a column of the type time"),
        ({"columns": {"visit": "text", "hour": "integer"}, "event_time": None}, "event_time"),
        ({"columns": {"Visit": "text"}}, "must be 1 to 63 lower-case letters"),
        ({"columns": {"visit": "string"}}, "columns.visit"),
        ({"owner": "nobody"}, "owner must be a key of people"),
        ({"business_unit": "risk"}, "must be the business unit of an account"),
        ({"owner_email": "sofia@example.com"}, "unknown key"),
    ],
)
def test_a_group_that_could_not_be_kept_is_refused(
    change: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _load(tmp_path, {"image": _IMAGE, "groups": {"visits": _VISITS | change}})
    assert told in str(refusal.value)
    assert "features.groups.visits" in str(refusal.value)


def test_a_column_that_the_store_names_itself_is_refused(tmp_path: Path) -> None:
    columns = {"began": "time", "hour": "integer", "visit": "text"}
    with pytest.raises(InvalidInput, match="must not have a name that the store gives"):
        _load(tmp_path, {"image": _IMAGE, "groups": {"visits": _VISITS | {"columns": columns}}})


def test_more_columns_than_a_job_can_be_told_of_are_refused(tmp_path: Path) -> None:
    columns = {"began": "time", "visit": "text"} | {f"c{n:050}": "number" for n in range(400)}
    with pytest.raises(InvalidInput, match="must take at most 20000 characters in all"):
        _load(tmp_path, {"image": _IMAGE, "groups": {"visits": _VISITS | {"columns": columns}}})


@pytest.mark.parametrize(
    ("features", "told"),
    [
        ({"image": "latest", "groups": {"visits": _VISITS}}, "must be sha256: and 64"),
        ({"image": _IMAGE, "groups": {}}, "must have 1 or more entries"),
        ({"groups": {"visits": _VISITS}}, 'must have the key "image"'),
        ({"image": _IMAGE, "groups": {"x": _VISITS}}, "must be 3 to 20 lower-case letters"),
    ],
)
def test_features_without_a_digest_or_a_group_are_refused(
    features: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _load(tmp_path, features)
    assert told in str(refusal.value)
