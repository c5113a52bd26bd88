"""The data catalogue, queries on it and what shows their answers: Glue, Athena, QuickSight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Resolver, Service
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# What a query that runs or ran is found by.
_QUERIES = "athena/QueryExecution"


def tables() -> Mapping[str, Service]:
    """Return the tables by botocore's names of the services."""
    return {"athena": _athena(), "glue": _glue(), "quicksight": _quicksight()}


def _athena() -> Service:
    """Return how Athena's operations are read."""
    return Service(
        "athena",
        kinds={"workgroup": _work_group},
        places={"DataCatalogName": ("CatalogName", "Name")},
    )


def _glue() -> Service:
    """Return how Glue's operations are read."""
    return Service(
        "glue",
        places={
            "database/DatabaseName": ("DatabaseName", "DatabaseInput.Name", "Name"),
            "table/TableName": ("TableName", "TableInput.Name", "Name"),
            "ConnectionName": ("ConnectionInput.Name", "Name"),
            "JobName": ("Name",),
            "CrawlerName": ("Name",),
            "TriggerName": ("Name",),
            "WorkflowName": ("Name",),
        },
        entries={
            "DeleteDatabase": _of("DeleteDatabase", "Name", tables=True, functions=True),
            "GetDatabases": _of("GetDatabases", None),
            "GetTables": _of("GetTables", "DatabaseName", tables=True),
        },
    )


def _quicksight() -> Service:
    """Return how QuickSight's operations are read."""
    return Service(
        "quicksight",
        places={
            "datasource/ResourceId": ("DataSourceId",),
            "dataset/ResourceId": ("DataSetId",),
            "ingestion/ResourceId": ("IngestionId",),
        },
        kinds={"group": _in_namespace("group"), "user": _in_namespace("user")},
        entries={"CreateDataSet": _over_sources, "UpdateDataSet": _over_sources},
    )


def _over_sources(_twin: Twin, call: Call) -> Iterable[Pair]:
    """Return what is asked to lay a data set over data sources, each of which is handed on.

    Making one is asked for on the sources, changing one on the data set.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonquicksight.html
    """
    tables = (call.parameters.get("PhysicalTableMap") or {}).values()
    told = (one for table in tables for one in table.values())
    sources = tuple(dict.fromkeys(str(one["DataSourceArn"]) for one in told))
    if call.operation == "UpdateDataSet":
        data_set = f"{_place(call, 'quicksight')}:dataset/{call.parameters['DataSetId']}"
        yield "quicksight:UpdateDataSet", data_set
    for arn in sources:
        if call.operation == "CreateDataSet":
            yield "quicksight:CreateDataSet", arn
        yield "quicksight:PassDataSource", arn


def _in_namespace(kind: str) -> Resolver:
    """Return what finds a group or user, whose ARN tells its namespace too."""
    member = "GroupName" if kind == "group" else "UserName"

    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        given = call.parameters
        name = given.get(member) or given.get("Email")
        if not name:
            return ()
        return (f"{_place(call, 'quicksight')}:{kind}/{given.get('Namespace')}/{name}",)

    return find


def _of(
    operation: str, member: str | None, *, tables: bool = False, functions: bool = False
) -> Entry:
    """Return what is asked of a database as a whole, with all that is in it.

    https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
    """

    def read(_twin: Twin, call: Call) -> Iterable[Pair]:
        place = _place(call, "glue")
        name = template.ANY if member is None else str(call.parameters[member])
        yield f"glue:{operation}", f"{place}:database/{name}"
        yield f"glue:{operation}", f"{place}:catalog"
        if tables:
            yield f"glue:{operation}", f"{place}:table/{name}/{template.ANY}"
        if functions:
            yield f"glue:{operation}", f"{place}:userDefinedFunction/{name}/{template.ANY}"

    return read


def _place(call: Call, service: str) -> str:
    return f"arn:{template.partition_of(call.region)}:{service}:{call.region}:{call.account_id}"


def _work_group(twin: Twin, call: Call) -> tuple[str, ...]:
    """Return the work group of a request, which is ``primary`` where none is named.

    A query that runs or ran is asked for in the group in which it was started.
    https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html
    """
    given = call.parameters
    name = given.get("WorkGroup")
    if not name and call.operation.endswith("WorkGroup"):
        name = given.get("Name")
    if not name and given.get("ResourceARN"):
        return (str(given["ResourceARN"]),)
    if name:
        return (f"{_place(call, 'athena')}:workgroup/{name}",)
    if call.operation in ("StartQueryExecution", "CreateNamedQuery", "ListQueryExecutions"):
        return (f"{_place(call, 'athena')}:workgroup/primary",)
    return _groups_of_queries(twin, call) or (f"{_place(call, 'athena')}:workgroup/{template.ANY}",)


def _groups_of_queries(twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    queries = given.get("QueryExecutionIds") or [given.get("QueryExecutionId")]
    table = twin.table(_QUERIES, call.account_id, call.region)
    started = (table.get(str(query)) for query in queries)
    groups = dict.fromkeys(str(record["WorkGroup"]) for record in started if record is not None)
    return tuple(f"{_place(call, 'athena')}:workgroup/{group}" for group in groups)
