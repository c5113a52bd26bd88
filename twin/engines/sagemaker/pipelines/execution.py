"""One execution of a pipeline: which steps may run now, and what becomes of them."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from twin.engines.sagemaker.notices import tell
from twin.engines.sagemaker.pipelines.cache import Cache
from twin.engines.sagemaker.pipelines.definition import Definition, Step
from twin.engines.sagemaker.pipelines.outcome import Done, StepFailure, StepStopped
from twin.engines.sagemaker.pipelines.steps import Runner, Wait
from twin.engines.sagemaker.pipelines.values import Scope, ValueFailure, holds, resolve
from twin.engines.sagemaker.place import Place
from twin.engines.sagemaker.session import RoleSession
from twin.engines.sagemaker.transfer import Store, TransferError
from twin.table import Record
from twin.twin import Twin

EXECUTION = "PipelineExecution"
STEP = "PipelineExecutionStep"
_FAILED = "Step failure: One or multiple steps failed."
_EVENT = "Model Building Pipeline Execution"
_log = logging.getLogger(__name__)


class Execution:
    """Runs a definition; independent steps run side by side."""

    def __init__(
        self, twin: Twin, place: Place, record: Record, definition: Definition, wait: Wait
    ) -> None:
        self._twin, self._place, self._definition = twin, place, definition
        self.arn = str(record["PipelineExecutionArn"])
        self._record = record
        self._stopping = twin.stopping
        session = RoleSession(twin, place, record["RoleArn"], record["PipelineArn"])
        self._store = Store(session)
        self._runner = Runner(session, self.arn.rsplit("/", 1)[-1], wait)
        self._cache = Cache(twin, place, record["PipelineArn"])
        self._changed = threading.Condition()
        self._status: dict[str, str] = {}
        self._outputs: dict[str, Mapping[str, Any]] = {}
        self._stopped = False
        self._recall()

    def run(self) -> None:
        """Run all steps that can run, and enter how the execution ended."""
        limit = (self._record.get("ParallelismConfiguration") or {}).get(
            "MaxParallelExecutionSteps"
        )
        with self._changed:
            while not self._stopping.is_set():
                running = [name for name, state in self._status.items() if state == "Executing"]
                ready = [] if self._over() else self._ready()
                for step in ready[: limit - len(running) if limit else None]:
                    self._status[step.name] = "Executing"
                    running.append(step.name)
                    name = f"step {step.name} of {self.arn}"
                    self._twin.background(name, partial(self._run_step, step))
                if not running:
                    break
                self._changed.wait(timeout=1)
        if not self._stopping.is_set():
            self._finish()

    def stop(self) -> None:
        """Start no further step and stop those that run."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._runner.stop()

    def _over(self) -> bool:
        return self._stopped or "Failed" in self._status.values()

    def _ready(self) -> list[Step]:
        return [
            step
            for step in self._definition.steps.values()
            if step.name not in self._status
            and all(self._status.get(name) == "Succeeded" for name in step.needs)
            and self._in_chosen_branch(step)
        ]

    def _in_chosen_branch(self, step: Step) -> bool:
        if step.branch is None:
            return True
        condition, wanted = step.branch
        return self._outputs.get(condition, {}).get("Outcome") == str(wanted)

    def _run_step(self, step: Step) -> None:
        """Run one step and enter its end."""
        self._begin(step)
        changes: Record
        try:
            done, source = self._perform(step)
            changes = {"StepStatus": "Succeeded", "Metadata": dict(done.metadata)}
            changes["Outputs"] = dict(done.outputs)
            if source is not None:
                changes["CacheHitResult"] = {"SourcePipelineExecutionArn": source}
        except StepStopped as stopped:
            changes = {"StepStatus": "Stopped", "Metadata": stopped.metadata}
        except StepFailure as failure:
            changes = {"StepStatus": "Failed", "FailureReason": str(failure)}
            changes["Metadata"] = failure.metadata
        except (ValueFailure, TransferError, KeyError, TypeError) as error:
            changes = {"StepStatus": "Failed", "FailureReason": f"ClientError: {error}"}
        except Exception as error:
            _log.exception("step %s of %s", step.name, self.arn)
            reason = f"InternalServerError: {type(error).__name__}: {error}"
            changes = {"StepStatus": "Failed", "FailureReason": reason}
        if not self._stopping.is_set():
            self._end(step, changes)
        with self._changed:
            self._outputs[step.name] = changes.get("Outputs", {})
            self._status[step.name] = changes["StepStatus"]
            self._changed.notify_all()

    def _perform(self, step: Step) -> tuple[Done, str | None]:
        scope = self._scope()
        if step.kind == "Condition":
            outcome = str(all(holds(one, scope) for one in step.arguments["Conditions"]))
            return Done({"Condition": {"Outcome": outcome}}, {"Outcome": outcome}), None
        arguments = resolve(step.arguments, scope)
        hit = self._cache.find(step, arguments)
        if hit is not None:
            return hit
        done = self._runner.run(step, arguments)
        self._cache.keep(step, arguments, done, self.arn)
        return done, None

    def _scope(self) -> Scope:
        now = self._twin.now()
        execution = {
            "PipelineExecutionId": self.arn.rsplit("/", 1)[-1],
            "PipelineExecutionArn": self.arn,
            "PipelineArn": self._record["PipelineArn"],
            "PipelineName": self._record["PipelineName"],
            "StartDateTime": self._record["CreationTime"].isoformat(),
            "CurrentDateTime": now.isoformat(),
        }
        with self._changed:
            steps = {
                name: output
                for name, output in self._outputs.items()
                if self._status.get(name) == "Succeeded"
            }
        return Scope(self._record["Values"], execution, steps, self._file, self._document)

    def _file(self, step_name: str, file_name: str) -> Any:
        """Read a property file from where the step's output was stored."""
        declared = self._definition.steps[step_name].property_files.get(file_name)
        if declared is None:
            raise ValueFailure(f"step {step_name} has no property file {file_name}.")
        with self._changed:
            record = self._outputs.get(step_name, {})
        for output in (record.get("ProcessingOutputConfig") or {}).get("Outputs", []):
            if output["OutputName"] == declared["OutputName"]:
                base = str(output["S3Output"]["S3Uri"]).rstrip("/")
                return self._document(f"{base}/{declared['FilePath'].lstrip('/')}")
        raise ValueFailure(f"step {step_name} has no output {declared['OutputName']}.")

    def _document(self, uri: str) -> Any:
        try:
            return json.loads(self._store.read(uri))
        except ValueError as error:
            raise ValueFailure(f"{uri} is not JSON: {error}") from error

    def _recall(self) -> None:
        """Take over what earlier attempts of this execution have brought to an end."""
        table = self._place.table(self._twin, STEP)
        for name in self._definition.steps:
            record = table.get(f"{self.arn}|{name}")
            if record is not None and record["StepStatus"] == "Succeeded":
                self._status[name] = "Succeeded"
                self._outputs[name] = record.get("Outputs", {})

    def _begin(self, step: Step) -> None:
        table, key = self._place.table(self._twin, STEP), f"{self.arn}|{step.name}"
        attempts = int((table.get(key) or {}).get("AttemptCount", 0))
        described = {"StepDisplayName": step.display_name, "StepDescription": step.description}
        record = {
            "StepName": step.name,
            **{name: text for name, text in described.items() if text},
            "StartTime": self._twin.now(),
            "StepStatus": "Executing",
            "AttemptCount": attempts + 1,
            "Metadata": {},
            "Execution": self.arn,
        }
        table.put(key, record)
        self._tell_step(step, record, None)

    def _end(self, step: Step, changes: Record) -> None:
        key = f"{self.arn}|{step.name}"
        entered = {**changes, "EndTime": self._twin.now()}
        table = self._place.table(self._twin, STEP)
        record = table.change(key, lambda record: record.update(entered))
        if record is not None:
            self._tell_step(step, record, "Executing")

    def _finish(self) -> None:
        states = self._status.values()
        changes: Record = {"PipelineExecutionStatus": "Succeeded"}
        if "Failed" in states:
            changes = {"PipelineExecutionStatus": "Failed", "FailureReason": _FAILED}
        elif self._stopped:
            changes = {"PipelineExecutionStatus": "Stopped"}
        changes["LastModifiedTime"] = self._twin.now()
        table = self._place.table(self._twin, EXECUTION)
        record = table.change(self.arn, lambda record: record.update(changes))
        if record is not None:
            tell_execution(self._twin, self._place, record, "Executing")

    def _tell_step(self, step: Step, record: Record, before: str | None) -> None:
        detail = {
            "metadata": record.get("Metadata", {}),
            "pipelineArn": self._record["PipelineArn"],
            "pipelineExecutionArn": self.arn,
            "stepName": step.name,
            "stepType": step.kind,
            "stepStartTime": record["StartTime"],
            "stepEndTime": record.get("EndTime"),
            "currentStepStatus": record["StepStatus"],
            "previousStepStatus": before,
            "failureReason": record.get("FailureReason"),
        }
        told = {key: value for key, value in detail.items() if value is not None}
        tell(self._twin, self._place, f"{_EVENT} Step Status Change", told, self.arn)


def tell_execution(twin: Twin, place: Place, record: Record, before: str | None) -> None:
    """Send the event of an execution's new status."""
    status = record["PipelineExecutionStatus"]
    detail = {
        "pipelineArn": record["PipelineArn"],
        "pipelineExecutionArn": record["PipelineExecutionArn"],
        "pipelineExecutionDisplayName": record.get("PipelineExecutionDisplayName"),
        "currentPipelineExecutionStatus": status,
        "previousPipelineExecutionStatus": before,
        "executionStartTime": record["CreationTime"],
        "executionEndTime": None if status == "Executing" else record["LastModifiedTime"],
    }
    told = {key: value for key, value in detail.items() if value is not None}
    tell(twin, place, f"{_EVENT} Status Change", told, record["PipelineExecutionArn"])
