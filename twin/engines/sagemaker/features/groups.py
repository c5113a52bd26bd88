"""Feature groups: made, described, listed, given more features, deleted.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.features import catalogue
from twin.engines.sagemaker.features.values import RESERVED
from twin.engines.sagemaker.place import POSITION, PRINCIPAL, Place, in_use, invalid, not_found
from twin.engines.sagemaker.transfer import TransferError, split
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin

NOUN = "FeatureGroup"
_MOST_FEATURES = 2500
_LISTED = (
    *("FeatureGroupName", "FeatureGroupArn", "CreationTime"),
    *("FeatureGroupStatus", "OfflineStoreStatus"),
)


def register(checked: Checked) -> None:
    """Put the operations into the registry."""
    checked.answers("CreateFeatureGroup", create)
    checked.answers("DescribeFeatureGroup", describe)
    checked.answers("ListFeatureGroups", list_all)
    checked.answers("UpdateFeatureGroup", update)
    checked.answers("DeleteFeatureGroup", delete)


def create(twin: Twin, call: Call) -> dict[str, Any]:
    """Take a group and make it in the background."""
    given, place = call.parameters, Place.of(call)
    _refuse_unsound(given)
    name = str(given["FeatureGroupName"])
    now = twin.now()
    record: Record = {
        "ThroughputConfig": {"ThroughputMode": "OnDemand"},
        **{key: value for key, value in given.items() if key != "Tags"},
        "FeatureGroupArn": place.arn("feature-group", name.lower()),
        "CreationTime": now,
        "LastModifiedTime": now,
        "FeatureGroupStatus": "Creating",
    }
    offline = given.get("OfflineStoreConfig")
    if offline:
        # A role that SageMaker may not take is refused at once.
        place.session(twin, str(given["RoleArn"]), str(record["FeatureGroupArn"]))
        record["OfflineStoreConfig"] = _offline(place, name, offline, int(now.timestamp()))
    if not place.table(twin, NOUN).add(name, record):
        raise in_use(f"Resource Already Exists: FeatureGroup with name {name} already exists.")
    twin.background(f"feature group {name}", partial(_make, twin, call, place, name, record))
    return {"FeatureGroupArn": record["FeatureGroupArn"]}


def describe(twin: Twin, call: Call) -> Record:
    """Tell about a group."""
    return found(twin, call)


def list_all(twin: Twin, call: Call) -> dict[str, Any]:
    """List groups."""
    given = dict(call.parameters)
    offline = given.pop("OfflineStoreStatusEquals", None)
    if given.get("SortBy") not in (None, "Name", "CreationTime"):
        raise invalid(f"sorting by {given['SortBy']} is not modelled")
    records = [
        record
        for record in Place.of(call).table(twin, NOUN).values()
        if offline is None or (record.get("OfflineStoreStatus") or {}).get("Status") == offline
    ]
    answer = page(given, records, "FeatureGroupSummaries", ("FeatureGroupName", "CreationTime"))
    answer["FeatureGroupSummaries"] = [
        {key: record[key] for key in _LISTED if key in record}
        for record in answer["FeatureGroupSummaries"]
    ]
    return answer


def update(twin: Twin, call: Call) -> dict[str, Any]:
    """Add features to a group.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateFeatureGroup.html
    """
    group = found(twin, call)
    _require_created(group)
    added = list(call.parameters.get("FeatureAdditions") or [])
    _refuse_names([*group["FeatureDefinitions"], *added])

    def change(record: Record) -> None:
        record["FeatureDefinitions"] += added
        record["LastModifiedTime"] = twin.now()
        record["LastUpdateStatus"] = {"Status": "Successful"}

    Place.of(call).table(twin, NOUN).change(str(group["FeatureGroupName"]), change)
    return {"FeatureGroupArn": group["FeatureGroupArn"]}


def delete(twin: Twin, call: Call) -> dict[str, Any]:
    """Delete a group with its records online; what lies in S3, and its table, stay."""
    group = found(twin, call)
    place, name = Place.of(call), str(group["FeatureGroupName"])
    place.table(twin, NOUN).pop(name)
    place.table(twin, online_kind(name)).clear()
    return {}


def found(twin: Twin, call: Call) -> Record:
    """Return the group that a request names, by name or ARN; raises ResourceNotFound."""
    given = str(call.parameters["FeatureGroupName"])
    name = given.rpartition("/")[2]
    place = Place.of_arn(given) if given.startswith("arn:") else Place.of(call)
    for known, record in place.table(twin, NOUN).items():
        # The service keeps a name as it was given, and its ARN in lower case.
        if known == name or record["FeatureGroupArn"] == given:
            return record
    raise not_found(
        f"Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name {name}"
    )


def online_kind(name: str) -> str:
    """Return the kind of the table that holds the records of a group online."""
    return f"FeatureRecord/{name}"


def _refuse_unsound(given: Mapping[str, Any]) -> None:
    """Raise ValidationException for what the service does not take."""
    definitions = given["FeatureDefinitions"]
    _refuse_names(definitions)
    kinds = {one["FeatureName"]: one["FeatureType"] for one in definitions}
    for member in ("RecordIdentifierFeatureName", "EventTimeFeatureName"):
        if given[member] not in kinds:
            raise invalid(f"{member} {given[member]} must be one of the feature definitions")
    if kinds[given["EventTimeFeatureName"]] == "Integral":
        raise invalid("EventTimeFeature must be of type String or Fractional")
    online = (given.get("OnlineStoreConfig") or {}).get("EnableOnlineStore")
    offline = given.get("OfflineStoreConfig")
    if not online and not offline:
        raise invalid("One of OnlineStoreConfig or OfflineStoreConfig must be provided")
    if not offline:
        return
    if not given.get("RoleArn"):
        raise invalid("RoleArn must be provided when OfflineStoreConfig is provided")
    if offline.get("TableFormat") == "Iceberg":
        raise invalid("the twin does not model the table format Iceberg")
    try:
        split(str(offline["S3StorageConfig"]["S3Uri"]))
    except TransferError as error:
        raise invalid(str(error)) from error


def _refuse_names(definitions: list[Mapping[str, Any]]) -> None:
    names = [str(one["FeatureName"]).lower() for one in definitions]
    if len(set(names)) != len(names):
        raise invalid("FeatureDefinitions must have unique names")
    if len(names) > _MOST_FEATURES:
        raise invalid(f"a feature group must have at most {_MOST_FEATURES} features")
    for name in names:
        if name in RESERVED:
            raise invalid(f"{name} is a reserved feature name")


def _offline(place: Place, name: str, given: Mapping[str, Any], made: int) -> dict[str, Any]:
    """Return where the offline store lies, with what the service adds.

    https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
    """
    storage = dict(given["S3StorageConfig"])
    root = str(storage["S3Uri"]).rstrip("/")
    storage["ResolvedOutputS3Uri"] = (
        f"{root}/{place.account_id}/sagemaker/{place.region}/offline-store/{name}-{made}/data"
    )
    offline = {"TableFormat": "Glue", "DisableGlueTableCreation": False, **given}
    if not offline["DisableGlueTableCreation"] and not offline.get("DataCatalogConfig"):
        offline["DataCatalogConfig"] = {
            "Catalog": "AwsDataCatalog",
            "Database": "sagemaker_featurestore",
            "TableName": f"{name.replace('-', '_').lower()}_{made}",
        }
    return {**offline, "S3StorageConfig": storage}


def _make(twin: Twin, call: Call, place: Place, name: str, group: Record) -> None:
    changes: dict[str, Any] = {"FeatureGroupStatus": "Created"}
    try:
        offline = group.get("OfflineStoreConfig")
        if offline:
            _reach_bucket(twin, place, group)
            changes["OfflineStoreStatus"] = {"Status": "Active"}
            if not offline["DisableGlueTableCreation"]:
                credentials = twin.identities.forwarded(call.caller, PRINCIPAL)
                catalogue.lay_out(twin.client("glue", credentials, place.region, POSITION), group)
    except (ClientError, BotoCoreError, ServiceError) as error:
        changes = {"FeatureGroupStatus": "CreateFailed", "FailureReason": str(error)[:1024]}
    place.table(twin, NOUN).change(name, lambda record: record.update(changes))


def _reach_bucket(twin: Twin, place: Place, group: Record) -> None:
    """Look at the bucket as the group's role, as the service does before it writes there.

    https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-adding-policies.html
    """
    session = place.session(twin, str(group["RoleArn"]), str(group["FeatureGroupArn"]))
    bucket, _ = split(str(group["OfflineStoreConfig"]["S3StorageConfig"]["S3Uri"]))
    twin.client("s3", session, place.region, POSITION).get_bucket_acl(Bucket=bucket)


def _require_created(group: Record) -> None:
    if group["FeatureGroupStatus"] != "Created":
        raise invalid(f"FeatureGroup {group['FeatureGroupName']} is not in the Created state")
