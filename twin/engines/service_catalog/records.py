"""What was launched, and the records of launches and endings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog import table
from twin.declared.service_catalog_values import missing
from twin.table import Record
from twin.twin import Twin

PROVISIONED, RECORD = "ProvisionedProduct", "Record"
_DETAIL = (
    "RecordId", "ProvisionedProductName", "Status", "CreatedTime", "UpdatedTime",
    "ProvisionedProductType", "RecordType", "ProvisionedProductId", "ProductId",
    "ProvisioningArtifactId", "PathId", "RecordErrors", "RecordTags", "LaunchRoleArn",
)  # fmt: skip
_PRODUCT = (
    "Name", "Arn", "Type", "Id", "Status", "StatusMessage", "CreatedTime", "LastRecordId",
    "LastProvisioningRecordId", "LastSuccessfulProvisioningRecordId", "ProductId",
    "ProvisioningArtifactId", "LaunchRoleArn",
)  # fmt: skip
_ATTRIBUTES = (*_PRODUCT, "Tags", "PhysicalId", "UserArn", "UserArnSession")


def detail(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record as the service tells it."""
    return {key: record[key] for key in _DETAIL if key in record}


def product_detail(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was launched, as one of it is told."""
    return {key: record[key] for key in _PRODUCT if key in record}


def product_attributes(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was launched, as a search tells it."""
    return {key: record[key] for key in _ATTRIBUTES if key in record}


def provisioned(twin: Twin, call: Call, named: Mapping[str, Any]) -> Record:
    """Return what was launched by its id or name."""
    wanted_id = named.get("Id") or named.get("ProvisionedProductId")
    wanted_name = named.get("Name") or named.get("ProvisionedProductName")
    for held in table(twin, call, PROVISIONED).values():
        if held["Id"] == wanted_id or (wanted_id is None and held["Name"] == wanted_name):
            return held
    raise missing("Provisioned product", wanted_id or wanted_name)
