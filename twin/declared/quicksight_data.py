"""QuickSight's data sources on Athena, and data sets that ask them at each look.

Nothing is drawn here, and nobody looks: a data set says which table of which work group it shows.
Data that is copied into QuickSight (SPICE), and sources of another type, are refused.
https://docs.aws.amazon.com/quicksight/latest/APIReference/API_CreateDataSet.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.athena.models import athena_backends

from twin.authorization.keys.live_state import shelf
from twin.call import Call
from twin.declared.listing import page
from twin.declared.quicksight import (
    SERVICE,
    SET,
    SOURCE,
    Kind,
    add,
    change,
    found,
    invalid,
    named,
    remove,
    table,
)
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

_ASKS = "DIRECT_QUERY"
_ATHENA = "ATHENA"
_PRIMARY = "primary"
_LISTED = {SOURCE.noun: "DataSources", SET.noun: "DataSetSummaries"}
_SORTING = {SOURCE.noun: ("DataSourceId", "CreatedTime"), SET.noun: ("DataSetId", "CreatedTime")}
_SOURCE_MEMBERS = ("Name", "DataSourceParameters", "SslProperties", "VpcConnectionProperties")
_SET_MEMBERS = (
    *("Name", "PhysicalTableMap", "LogicalTableMap", "ImportMode", "ColumnGroups"),
    *("FieldFolders", "RowLevelPermissionDataSet", "RowLevelPermissionTagConfiguration"),
    *("ColumnLevelPermissionRules", "DataSetUsageConfiguration", "DatasetParameters"),
)


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    answers = {
        "CreateDataSource": create_source,
        "DescribeDataSource": describe_source,
        "UpdateDataSource": update_source,
        "DeleteDataSource": lambda twin, call: remove(twin, call, SOURCE),
        "ListDataSources": lambda twin, call: _list(twin, call, SOURCE),
        "CreateDataSet": create_set,
        "DescribeDataSet": describe_set,
        "UpdateDataSet": update_set,
        "DeleteDataSet": lambda twin, call: remove(twin, call, SET),
        "ListDataSets": lambda twin, call: _list(twin, call, SET),
        "CreateIngestion": refuse_copies,
        "DescribeDataSetRefreshProperties": refuse_copies,
    }
    for operation, answer in answers.items():
        registry.answers(SERVICE, operation)(answer)


def create_source(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Keep a data source, which is then tried."""
    given = call.parameters
    if given["Type"] != _ATHENA:
        raise ServiceError(
            "UnknownOperationException", f"The twin models no source of {given['Type']}", 400
        )
    sent = {member: given[member] for member in _SOURCE_MEMBERS if member in given}
    sent.setdefault("DataSourceParameters", {"AthenaParameters": {"WorkGroup": _PRIMARY}})
    record = {**sent, "Type": given["Type"]} | _tried(call, sent, "CREATION")
    made = add(twin, call, SOURCE, record)
    return {**named(SOURCE, made), "CreationStatus": "CREATION_IN_PROGRESS"}


def describe_source(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a data source, and whether its work group was there when it was tried."""
    return {"DataSource": found(twin, call, SOURCE)}


def update_source(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change a data source, which is then tried again."""
    given = call.parameters
    sent = {member: given[member] for member in _SOURCE_MEMBERS if member in given}
    whole = found(twin, call, SOURCE) | sent
    changed = change(twin, call, SOURCE, sent | _tried(call, whole, "UPDATE"))
    return {**named(SOURCE, changed), "UpdateStatus": "UPDATE_IN_PROGRESS"}


def _tried(call: Call, record: Mapping[str, Any], verb: str) -> Record:
    """Tell what comes of asking the work group of a source."""
    athena = record["DataSourceParameters"].get("AthenaParameters", {})
    group = athena.get("WorkGroup", _PRIMARY)
    groups = shelf(athena_backends, call.account_id, call.region, "work_groups")
    if group == _PRIMARY or group in groups:
        return {"Status": f"{verb}_SUCCESSFUL", "ErrorInfo": None}
    reason = {"Type": "GENERIC_SQL_FAILURE", "Message": f"WorkGroup {group} is not found."}
    return {"Status": f"{verb}_FAILED", "ErrorInfo": reason}


def create_set(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Keep a data set over tables of sources that are there."""
    return named(SET, add(twin, call, SET, _checked(twin, call)))


def describe_set(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a data set."""
    return {"DataSet": found(twin, call, SET)}


def update_set(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Put what is sent in the place of what a data set was."""
    found(twin, call, SET)
    return named(SET, change(twin, call, SET, _checked(twin, call)))


def _checked(twin: Twin, call: Call) -> Record:
    """Return a data set as it is kept; what is not sent is gone."""
    given = call.parameters
    if given["ImportMode"] != _ASKS:
        raise ServiceError(
            "UnknownOperationException", "The twin copies no data into QuickSight (SPICE)", 400
        )
    tables: Mapping[str, Any] = given.get("PhysicalTableMap") or {}
    if not tables:
        raise invalid("PhysicalTableMap must have a table.")
    for arn in _sources(tables):
        if not _is_source(twin, call, arn):
            raise ServiceError("ResourceNotFoundException", f"DataSource {arn} is not found.", 404)
    record: Record = {member: given.get(member) for member in _SET_MEMBERS}
    record["LogicalTableMap"] = given.get("LogicalTableMap") or _shown_as_they_are(tables)
    unknown = set(_sources_of_logical(record["LogicalTableMap"])) - set(tables)
    if unknown:
        raise invalid(f"LogicalTableMap names no physical table: {', '.join(sorted(unknown))}")
    record["OutputColumns"] = [
        {"Name": column["Name"], "Type": column["Type"]} for column in _columns(tables)
    ]
    record["DataSetUsageConfiguration"] = given.get("DataSetUsageConfiguration") or {
        "DisableUseAsDirectQuerySource": False,
        "DisableUseAsImportedSource": False,
    }
    return record


def _shown_as_they_are(tables: Mapping[str, Any]) -> Record:
    """Return what QuickSight makes where nobody says how tables are shown."""
    return {
        name: {"Alias": _told(one).get("Name", name), "Source": {"PhysicalTableId": name}}
        for name, one in tables.items()
    }


def _sources_of_logical(tables: Mapping[str, Any]) -> Iterator[str]:
    for one in tables.values():
        if "PhysicalTableId" in one["Source"]:
            yield one["Source"]["PhysicalTableId"]


def _told(physical: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a physical table is, of whichever kind."""
    return next(iter(physical.values()), {})


def _sources(tables: Mapping[str, Any]) -> Iterator[str]:
    for one in tables.values():
        yield str(_told(one).get("DataSourceArn", ""))


def _columns(tables: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in tables.values():
        told = _told(one)
        yield from told.get("InputColumns") or told.get("Columns") or ()


def _is_source(twin: Twin, call: Call, arn: str) -> bool:
    record = table(twin, call, SOURCE).get(arn.rpartition("/")[2])
    return record is not None and record["Arn"] == arn


def refuse_copies(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Refuse what is done to copies of data, of which a data set that asks has none."""
    if "DataSetId" in call.parameters:
        name = found(twin, call, SET)["DataSetId"]
        raise invalid(f"{name} is not a SPICE dataset.")
    raise invalid("DataSetId must be given.")


def _list(twin: Twin, call: Call, kind: Kind) -> Mapping[str, Any]:
    records = table(twin, call, kind).values()
    return page(call.parameters, records, _LISTED[kind.noun], _SORTING[kind.noun])
