"""Executions of queries: started, told about, stopped, listed, and their results.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from twin.call import Call
from twin.engines.athena import results, statement
from twin.engines.athena.failures import QueryCancelled, QueryFailed, invalid
from twin.engines.athena.objects import split
from twin.engines.athena.run import Run, Task
from twin.engines.athena.work_groups import Settings, settings_of
from twin.network import of_service
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

SERVICE = "athena.amazonaws.com"
KIND = "athena/QueryExecution"
_MOST_RESULTS = 1000
_POSITION = of_service(SERVICE)


def register(registry: Registry) -> None:
    """Put the operations of query executions into the registry."""
    executions = Executions()
    registry.answers("athena", "StartQueryExecution")(executions.start)
    registry.answers("athena", "StopQueryExecution")(executions.stop)
    registry.answers("athena", "GetQueryExecution")(get)
    registry.answers("athena", "BatchGetQueryExecution")(batch_get)
    registry.answers("athena", "ListQueryExecutions")(list_executions)
    registry.answers("athena", "GetQueryResults")(get_results)


class Executions:
    """The queries that are under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}

    def start(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Take a query and carry it out in the background; equal tokens start one."""
        given = call.parameters
        settings = settings_of(call)
        table = _table(twin, call)
        token = given.get("ClientRequestToken")
        with self._lock:
            earlier = _by_token(table, token)
            if earlier is not None:
                return _repeated(earlier, given)
            record = _record(twin, call, settings)
            table.put(str(record["QueryExecutionId"]), record)
        run = Run(self._task(twin, call, record, settings))
        with self._lock:
            self._runs[str(record["QueryExecutionId"])] = run
        work = partial(self._carry_out, twin, table, record, run)
        twin.background(f"query {record['QueryExecutionId']}", work)
        return {"QueryExecutionId": record["QueryExecutionId"]}

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """End a query; one that has ended stays as it is."""
        record = _found(twin, call)
        with self._lock:
            run = self._runs.get(str(record["QueryExecutionId"]))
        if run is not None:
            run.stop()
        return {}

    def _task(self, twin: Twin, call: Call, record: Record, settings: Settings) -> Task:
        credentials = twin.identities.forwarded(call.caller, SERVICE)
        context = record["QueryExecutionContext"]
        return Task(
            text=str(record["Query"]),
            database=context.get("Database"),
            parameters=tuple(record.get("ExecutionParameters") or ()),
            glue=twin.client("glue", credentials, call.region, _POSITION),
            s3=twin.client("s3", credentials, call.region, _POSITION),
            result_uri=str(record["ResultConfiguration"]["OutputLocation"]),
            configuration=record["ResultConfiguration"],
            most_bytes=settings.most_bytes,
            folder=twin.settings.folder / "queries" / str(record["QueryExecutionId"]),
        )

    def _carry_out(self, twin: Twin, table: Table, record: Record, run: Run) -> None:
        name, started = str(record["QueryExecutionId"]), time.monotonic()
        table.change(name, partial(_move, state="RUNNING"))
        changes: dict[str, Any] = {}
        try:
            output = run.carry_out()
            ended = {"State": "SUCCEEDED"}
            # The rows themselves lie in S3, as those of Athena do.
            changes["Output"] = {"columns": list(output.columns), "header": output.header}
        except QueryCancelled as error:
            ended = {"State": "CANCELLED", "StateChangeReason": str(error)}
        except QueryFailed as error:
            ended = _failed(error.reason, error.category)
        except Exception as error:
            table.change(name, partial(_end, twin, _failed(f"INTERNAL_ERROR: {error}", 1), {}))
            raise
        finally:
            with self._lock:
                self._runs.pop(name, None)
        milliseconds = int((time.monotonic() - started) * 1000)
        changes["Statistics"] = {
            "EngineExecutionTimeInMillis": milliseconds,
            "DataScannedInBytes": run.scanned,
            "TotalExecutionTimeInMillis": milliseconds,
            "QueryQueueTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        table.change(name, partial(_end, twin, ended, changes))


def get(twin: Twin, call: Call) -> dict[str, Any]:
    """Tell about one query."""
    return {"QueryExecution": _described(_found(twin, call))}


def batch_get(twin: Twin, call: Call) -> dict[str, Any]:
    """Tell about several queries; those that are unknown are told too."""
    table = _table(twin, call)
    names = [str(name) for name in call.parameters["QueryExecutionIds"]]
    found = {name: table.get(name) for name in names}
    unknown = [
        {
            "QueryExecutionId": name,
            "ErrorCode": "INVALID_INPUT",
            "ErrorMessage": f"QueryExecution {name} was not found",
        }
        for name, record in found.items()
        if record is None
    ]
    described = [_described(record) for record in found.values() if record is not None]
    return {"QueryExecutions": described, "UnprocessedQueryExecutionIds": unknown}


def list_executions(twin: Twin, call: Call) -> dict[str, Any]:
    """List the queries of a work group, the latest first."""
    group = str(call.parameters.get("WorkGroup") or "primary")
    names = [
        str(record["QueryExecutionId"])
        for record in _table(twin, call).values()
        if record["WorkGroup"] == group
    ]
    start = _offset(call)
    most = int(call.parameters.get("MaxResults") or 50)
    page = names[::-1][start : start + most]
    more = {"NextToken": str(start + most)} if start + most < len(names) else {}
    return {"QueryExecutionIds": page, **more}


def get_results(twin: Twin, call: Call) -> dict[str, Any]:
    """Return rows of a query that succeeded, to who may read its result file.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
    """
    record = _found(twin, call)
    state = record["Status"]["State"]
    if state in ("QUEUED", "RUNNING"):
        raise invalid(f"Query has not yet finished. Current state: {state}")
    if state != "SUCCEEDED":
        raise invalid(f"Query did not finish successfully. Final query state: {state}")
    credentials = twin.identities.forwarded(call.caller, SERVICE)
    bucket, key = split(str(record["ResultConfiguration"]["OutputLocation"]))
    try:
        s3 = twin.client("s3", credentials, call.region, _POSITION)
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise invalid(f"Could not find results: {error}") from error
    start, most = _offset(call), int(call.parameters.get("MaxResults") or _MOST_RESULTS)
    rows = results.rows_of(content, header=record["Output"]["header"])
    more = {"NextToken": str(start + most)} if start + most < len(rows) else {}
    return {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": rows[start : start + most],
            "ResultSetMetadata": {"ColumnInfo": record["Output"]["columns"]},
        },
        **more,
    }


def _record(twin: Twin, call: Call, settings: Settings) -> Record:
    given = call.parameters
    context = dict(given.get("QueryExecutionContext") or {})
    text = str(given["QueryString"])
    parameters = list(given.get("ExecutionParameters") or ())
    kind, suffix = _kind(text, context.get("Database"), parameters)
    name = str(uuid.uuid4())
    configuration = settings.result_configuration(given.get("ResultConfiguration") or {})
    location = str(configuration["OutputLocation"]).rstrip("/")
    return {
        "QueryExecutionId": name,
        "Query": text,
        "StatementType": kind,
        "ResultConfiguration": {**configuration, "OutputLocation": f"{location}/{name}{suffix}"},
        "QueryExecutionContext": context,
        "ExecutionParameters": parameters,
        "WorkGroup": settings.name,
        "EngineVersion": settings.engine,
        "Status": {"State": "QUEUED", "SubmissionDateTime": twin.now()},
        "Statistics": {},
        "Token": given.get("ClientRequestToken"),
    }


def _kind(text: str, database: str | None, parameters: list[str]) -> tuple[str, str]:
    """Return what a statement is and how its result file ends."""
    try:
        kind = str(statement.read(text, database, parameters).kind)
    except QueryFailed:
        # It is taken, and fails when it runs.
        kind = "DML"
    return kind, ".csv" if kind == "DML" else ".txt"


def _repeated(earlier: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    if earlier["Query"] != given["QueryString"]:
        raise invalid("Idempotent parameters do not match")
    return {"QueryExecutionId": earlier["QueryExecutionId"]}


def _by_token(table: Table, token: str | None) -> Record | None:
    if not token:
        return None
    return next((one for one in table.values() if one["Token"] == token), None)


def _failed(reason: str, category: int) -> dict[str, Any]:
    error = {"ErrorCategory": category, "Retryable": False, "ErrorMessage": reason}
    return {"State": "FAILED", "StateChangeReason": reason, "AthenaError": error}


def _move(record: Record, state: str) -> None:
    record["Status"]["State"] = state


def _end(twin: Twin, ended: Mapping[str, Any], changes: Mapping[str, Any], record: Record) -> None:
    record["Status"].update({**ended, "CompletionDateTime": twin.now()})
    record.update(changes)


def _described(record: Record) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in ("Token", "Output")}


def _found(twin: Twin, call: Call) -> Record:
    name = str(call.parameters["QueryExecutionId"])
    record = _table(twin, call).get(name)
    if record is None:
        raise invalid(f"QueryExecution {name} was not found")
    return record


def _offset(call: Call) -> int:
    token = str(call.parameters.get("NextToken") or "0")
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    return int(token)


def _table(twin: Twin, call: Call) -> Table:
    return twin.table(KIND, call.account_id, call.region)
