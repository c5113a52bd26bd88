"""The operations on executions of pipelines."""

from __future__ import annotations

import secrets
import string
import threading
from typing import Any

from twin.call import Call
from twin.declared.listing import page
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.makers import maker_of
from twin.engines.sagemaker.pipelines.definition import Definition, parse
from twin.engines.sagemaker.pipelines.execution import EXECUTION, STEP, Execution, tell_execution
from twin.engines.sagemaker.pipelines.pipelines import PIPELINE, find
from twin.engines.sagemaker.pipelines.steps import KNOWN, Wait
from twin.engines.sagemaker.place import Place, invalid, not_found
from twin.table import Record
from twin.twin import Twin

_LETTERS = string.ascii_lowercase + string.digits


class Executions:
    """Answers the operations on executions and keeps those that run."""

    def __init__(self, wait: Wait) -> None:
        self._wait = wait
        self._lock = threading.Lock()
        self._running: dict[str, Execution] = {}

    def register(self, checked: Checked) -> None:
        """Put the operations into the registry."""
        checked.answers("StartPipelineExecution", self.start)
        checked.answers("DescribePipelineExecution", self.describe)
        checked.answers("DescribePipelineDefinitionForExecution", self.describe_definition)
        checked.answers("ListPipelineExecutions", self.list_all)
        checked.answers("ListPipelineExecutionSteps", self.list_steps)
        checked.answers("ListPipelineParametersForExecution", self.list_parameters)
        checked.answers("StopPipelineExecution", self.stop)
        checked.answers("RetryPipelineExecution", self.retry)
        checked.answers("UpdatePipelineExecution", self.update)

    def start(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Start an execution; the same request token gives the same execution."""
        given, place = call.parameters, Place.of(call)
        pipeline = find(twin, place, given["PipelineName"])
        token = given.get("ClientRequestToken")
        with self._lock:
            for held in place.table(twin, EXECUTION).values():
                same = held["PipelineArn"] == pipeline["PipelineArn"]
                if token and same and held.get("ClientRequestToken") == token:
                    return {"PipelineExecutionArn": held["PipelineExecutionArn"]}
            record, definition = self._new(twin, call, pipeline)
            place.table(twin, EXECUTION).put(record["PipelineExecutionArn"], record)
        try:
            self._launch(twin, place, record, definition)
        except Exception:
            place.table(twin, EXECUTION).pop(record["PipelineExecutionArn"])
            raise
        now = record["CreationTime"]
        place.table(twin, PIPELINE).change(
            pipeline["PipelineName"], lambda held: held.update({"LastRunTime": now})
        )
        tell_execution(twin, place, record, None)
        return {"PipelineExecutionArn": record["PipelineExecutionArn"]}

    def _new(self, twin: Twin, call: Call, pipeline: Record) -> tuple[Record, Definition]:
        given, now = call.parameters, twin.now()
        if given.get("SelectiveExecutionConfig"):
            raise invalid("The twin does not model SelectiveExecutionConfig.")
        definition = parse(pipeline["PipelineDefinition"])
        _refuse_unknown(definition)
        sent = given.get("PipelineParameters") or []
        values = definition.bind({one["Name"]: one["Value"] for one in sent})
        identifier = "".join(secrets.choice(_LETTERS) for _ in range(12))
        record = {
            "PipelineArn": pipeline["PipelineArn"],
            "PipelineName": pipeline["PipelineName"],
            "PipelineExecutionArn": f"{pipeline['PipelineArn']}/execution/{identifier}",
            "PipelineExecutionDisplayName": given.get("PipelineExecutionDisplayName")
            or f"execution-{int(now.timestamp() * 1000)}",
            "PipelineExecutionDescription": given.get("PipelineExecutionDescription"),
            "PipelineExecutionStatus": "Executing",
            "ParallelismConfiguration": given.get("ParallelismConfiguration")
            or pipeline.get("ParallelismConfiguration"),
            "ClientRequestToken": given.get("ClientRequestToken"),
            "PipelineDefinition": pipeline["PipelineDefinition"],
            "RoleArn": pipeline["RoleArn"],
            "CreationTime": now,
            "CreatedBy": maker_of(call),
            "LastModifiedTime": now,
            "StartTime": now,
            "PipelineParameters": sent,
            "Values": values,
        }
        return {key: value for key, value in record.items() if value is not None}, definition

    def _launch(self, twin: Twin, place: Place, record: Record, definition: Definition) -> None:
        execution = Execution(twin, place, record, definition, self._wait)
        with self._lock:
            self._running[execution.arn] = execution

        def run() -> None:
            try:
                execution.run()
            finally:
                with self._lock:
                    if self._running.get(execution.arn) is execution:
                        self._running.pop(execution.arn)

        twin.background(f"execution {execution.arn}", run)

    def describe(self, twin: Twin, call: Call) -> Record:
        """Return an execution as it is now."""
        arn = str(call.parameters["PipelineExecutionArn"])
        record = Place.of(call).table(twin, EXECUTION).get(arn)
        if record is None:
            raise not_found(f"Pipeline execution '{arn}' does not exist.")
        return record

    def describe_definition(self, twin: Twin, call: Call) -> Record:
        """Return the definition that an execution runs."""
        return self.describe(twin, call)

    def list_all(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List a pipeline's executions, the youngest first."""
        place = Place.of(call)
        arn = find(twin, place, call.parameters["PipelineName"])["PipelineArn"]
        given = {"SortBy": "CreationTime", "SortOrder": "Descending"} | call.parameters
        given["CreationTimeAfter"] = given.pop("CreatedAfter", None)
        given["CreationTimeBefore"] = given.pop("CreatedBefore", None)
        records = [
            {**record, "PipelineExecutionFailureReason": record.get("FailureReason")}
            for record in place.table(twin, EXECUTION).values()
            if record["PipelineArn"] == arn
        ]
        sorting = ("PipelineExecutionArn", "CreationTime")
        return page(given, records, "PipelineExecutionSummaries", sorting)

    def list_steps(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List the steps that have started, the latest first."""
        arn = self.describe(twin, call)["PipelineExecutionArn"]
        given = {"SortOrder": "Descending"} | call.parameters
        records = [
            record
            for record in Place.of(call).table(twin, STEP).values()
            if record["Execution"] == arn
        ]
        return page(given, records, "PipelineExecutionSteps", ("StepName", "StartTime"))

    def list_parameters(self, twin: Twin, call: Call) -> dict[str, Any]:
        """List the values with which an execution was started."""
        sent = self.describe(twin, call)["PipelineParameters"]
        records = [{**one, "When": index} for index, one in enumerate(sent)]
        return page(call.parameters, records, "PipelineParameters", ("Name", "When"))

    def update(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Change what an execution is called."""
        arn = self.describe(twin, call)["PipelineExecutionArn"]
        names = ("PipelineExecutionDisplayName", "PipelineExecutionDescription")
        changes = {name: call.parameters[name] for name in names if call.parameters.get(name)}
        table = Place.of(call).table(twin, EXECUTION)
        table.change(arn, lambda record: record.update(changes))
        return {"PipelineExecutionArn": arn}

    def stop(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Stop an execution that runs."""
        record = self.describe(twin, call)
        arn = str(record["PipelineExecutionArn"])
        with self._lock:
            execution = self._running.get(arn)

        def change(held: Record) -> None:
            status = held["PipelineExecutionStatus"]
            if status != "Executing":
                raise invalid(
                    f"Pipeline execution with ARN {arn} cannot be stopped in status {status}."
                )
            held |= {"PipelineExecutionStatus": "Stopping", "LastModifiedTime": twin.now()}

        Place.of(call).table(twin, EXECUTION).change(arn, change)
        if execution is not None:
            twin.background(f"stop {arn}", execution.stop)
        return {"PipelineExecutionArn": arn}

    def retry(self, twin: Twin, call: Call) -> dict[str, Any]:
        """Run the failed and stopped steps of an execution again, and what comes after them."""
        record, place = self.describe(twin, call), Place.of(call)
        arn = str(record["PipelineExecutionArn"])
        if record["PipelineExecutionStatus"] not in ("Failed", "Stopped"):
            raise invalid(
                f"Pipeline execution with ARN {arn} cannot be retried in status "
                f"{record['PipelineExecutionStatus']}."
            )
        definition = parse(record["PipelineDefinition"])

        def change(held: Record) -> None:
            held.update({"PipelineExecutionStatus": "Executing", "LastModifiedTime": twin.now()})
            held.pop("FailureReason", None)

        # Entered before the launch, which may end at once; put back if it cannot begin.
        place.table(twin, EXECUTION).change(arn, change)
        try:
            self._launch(twin, place, record, definition)
        except Exception:
            place.table(twin, EXECUTION).put(arn, record)
            raise
        return {"PipelineExecutionArn": arn}


def _refuse_unknown(definition: Definition) -> None:
    for step in definition.steps.values():
        if step.kind not in KNOWN:
            raise invalid(f"The twin does not run steps of the type {step.kind}: step {step.name}.")
