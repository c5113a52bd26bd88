"""Model packages: versions in a group, their approval, and the events that tell of it."""

from __future__ import annotations

import re
import threading
from typing import Any

from moto.sagemaker.models import sagemaker_backends

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.makers import maker_of
from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.place import Place, invalid
from twin.table import Record
from twin.twin import Twin

NOUN = "ModelPackage"
_COUNTER = "ModelPackageCounter"
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")
_REPLACED = (
    "ApprovalDescription", "InferenceSpecification", "ModelApprovalStatus", "ModelCard",
    "ModelLifeCycle", "SourceUri",
)  # fmt: skip
_TOLD = (
    "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelPackageDescription",
    "CreationTime", "InferenceSpecification", "ModelPackageStatus", "ModelPackageStatusDetails",
    "CertifyForMarketplace", "ModelApprovalStatus", "ApprovalDescription", "MetadataProperties",
    "ModelMetrics", "CustomerMetadataProperties", "LastModifiedTime",
)  # fmt: skip
_versions = threading.Lock()


def register(checked: Checked) -> None:
    """Put the operations into the registry."""
    checked.answers("CreateModelPackage", create)
    checked.answers("DescribeModelPackage", describe)
    checked.answers("UpdateModelPackage", update)
    checked.answers("DeleteModelPackage", delete)
    checked.answers("ListModelPackages", list_all)
    checked.answers("BatchDescribeModelPackage", describe_batch)


def create(twin: Twin, call: Call) -> dict[str, Any]:
    """Register a package: the next version of its group, or one with a name of its own."""
    given = call.parameters
    group, name = given.get("ModelPackageGroupName"), given.get("ModelPackageName")
    if bool(group) == bool(name):
        raise invalid("Either ModelPackageGroupName or ModelPackageName must be given.")
    if not group:
        place, key = Place.of(call), str(name)
        named: Record = {"ModelPackageName": key}
    else:
        place, short = _group(call, str(group))
        version = _next_version(twin, place, short)
        key = f"{short}/{version}"
        named = {
            "ModelPackageName": short,
            "ModelPackageGroupName": short,
            "ModelPackageVersion": version,
            "ModelApprovalStatus": "PendingManualApproval",
        }
    record = _record(twin, call) | named
    if group and given.get("ModelApprovalStatus"):
        record["ModelApprovalStatus"] = given["ModelApprovalStatus"]
    record["ModelPackageArn"] = place.arn("model-package", key)
    if not place.table(twin, NOUN).add(key, record):
        raise invalid(f"Model package {record['ModelPackageArn']} already exists.")
    _tell(twin, place, record)
    return {"ModelPackageArn": record["ModelPackageArn"]}


def describe(twin: Twin, call: Call) -> Record:
    """Return a package by name or ARN, of whichever account the ARN names."""
    place, key = _named(call, call.parameters["ModelPackageName"])
    return _find(twin, place, key)


def update(twin: Twin, call: Call) -> dict[str, Any]:
    """Change a package; what is not given stays as it is."""
    given = call.parameters
    place, key = _named(call, given["ModelPackageArn"])
    _find(twin, place, key)

    def change(record: Record) -> None:
        record.update({name: given[name] for name in _REPLACED if given.get(name) is not None})
        properties = record.get("CustomerMetadataProperties") or {}
        properties |= given.get("CustomerMetadataProperties") or {}
        for name in given.get("CustomerMetadataPropertiesToRemove") or []:
            properties.pop(name, None)
        if properties or "CustomerMetadataProperties" in record:
            record["CustomerMetadataProperties"] = properties
        added = given.get("AdditionalInferenceSpecificationsToAdd") or []
        if added:
            record.setdefault("AdditionalInferenceSpecifications", []).extend(added)
        record["LastModifiedTime"] = twin.now()
        record["LastModifiedBy"] = maker_of(call)

    record = place.table(twin, NOUN).change(key, change)
    if record is not None:
        _tell(twin, place, record)
    return {"ModelPackageArn": place.arn("model-package", key)}


def delete(twin: Twin, call: Call) -> dict[str, Any]:
    """Delete a package; its version number is not used again."""
    place, key = _named(call, call.parameters["ModelPackageName"])
    _find(twin, place, key)
    place.table(twin, NOUN).pop(key)
    return {}


def list_all(twin: Twin, call: Call) -> dict[str, Any]:
    """List packages, the oldest first."""
    given = dict(call.parameters)
    group, kind = given.pop("ModelPackageGroupName", None), given.pop("ModelPackageType", None)
    status = given.pop("ModelApprovalStatus", None)
    place, short = _group(call, str(group)) if group else (Place.of(call), None)
    records = [
        record
        for record in place.table(twin, NOUN).values()
        if _wanted(record, short, kind) and status in (None, record.get("ModelApprovalStatus"))
    ]
    return page(
        {"SortBy": "CreationTime", "SortOrder": "Ascending"} | given,
        records,
        "ModelPackageSummaryList",
        ("ModelPackageName", "CreationTime"),
    )


def describe_batch(twin: Twin, call: Call) -> dict[str, Any]:
    """Return several packages by ARN, and an error for each that does not exist."""
    found: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for arn in call.parameters["ModelPackageArnList"]:
        place, key = _named(call, arn)
        record = place.table(twin, NOUN).get(key)
        if record is not None:
            found[arn] = record
        else:
            message = f"ModelPackage {arn} does not exist."
            errors[arn] = {"ErrorCode": "ValidationException", "ErrorResponse": message}
    return {"ModelPackageSummaries": found, "BatchDescribeModelPackageErrorMap": errors}


def _record(twin: Twin, call: Call) -> Record:
    left_out = ("Tags", "ClientToken")
    record = {key: value for key, value in call.parameters.items() if key not in left_out}
    specification = record.get("InferenceSpecification") or {}
    for container in specification.get("Containers") or []:
        digest = _DIGEST.search(str(container.get("Image", "")))
        if digest is not None:
            container.setdefault("ImageDigest", digest[1])
    now = twin.now()
    return record | {
        "CertifyForMarketplace": bool(record.get("CertifyForMarketplace", False)),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": maker_of(call),
    }


def _wanted(record: Record, group: str | None, kind: str | None) -> bool:
    held = record.get("ModelPackageGroupName")
    if group is not None:
        return bool(held == group)
    # Without a group only packages with names of their own are listed, unless asked otherwise.
    wanted = kind or "Unversioned"
    return wanted == "Both" or (wanted == "Versioned") == bool(held)


def _group(call: Call, given: str) -> tuple[Place, str]:
    """Return where a group lives and its name; ValidationException where there is none."""
    place = Place.of_arn(given) if given.startswith("arn:") else Place.of(call)
    name = given.rsplit("/", 1)[-1]
    if name not in sagemaker_backends[place.account_id][place.region].model_package_groups:
        arn = place.arn("model-package-group", name)
        raise invalid(f"ModelPackageGroup {arn} does not exist.")
    return place, name


def _next_version(twin: Twin, place: Place, group: str) -> int:
    held = sagemaker_backends[place.account_id][place.region].model_package_groups[group]
    table, key = place.table(twin, _COUNTER), f"{group}|{held.creation_time}"
    with _versions:
        version = int((table.get(key) or {}).get("Version", 0)) + 1
        table.put(key, {"Version": version})
    return version


def _named(call: Call, given: Any) -> tuple[Place, str]:
    text = str(given)
    if not text.startswith("arn:"):
        return Place.of(call), text
    return Place.of_arn(text), text.split("/", 1)[-1]


def _find(twin: Twin, place: Place, key: str) -> Record:
    record = place.table(twin, NOUN).get(key)
    if record is None:
        raise invalid(f"ModelPackage {place.arn('model-package', key)} does not exist.")
    return record


def _tell(twin: Twin, place: Place, record: Record) -> None:
    detail = {name: record[name] for name in _TOLD if record.get(name) is not None}
    tell(twin, place, "Model Package State Change", detail, record["ModelPackageArn"])
