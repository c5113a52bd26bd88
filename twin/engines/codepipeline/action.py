"""Runs one action of an execution with the role that AWS would take for it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines.codepipeline import announcements, roles
from twin.engines.codepipeline.failures import AbandonedError, ActionFailedError
from twin.engines.codepipeline.records import RUNNING, Place
from twin.engines.codepipeline.variables import namespaces_of, resolve
from twin.errors import ServiceError
from twin.table import Record

_log = logging.getLogger(__name__)
# Conditions are looked at again after this time at the latest, so that a clock may move.
_LONGEST_WAIT_SECONDS = 1.0


@dataclass(frozen=True)
class Result:
    """What a successful action brought."""

    artifacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: Mapping[str, Any] | None = None
    summary: str | None = None


@dataclass(frozen=True)
class Work:
    """What a provider needs to carry out an action."""

    place: Place
    execution: Record
    stage: str
    action: Mapping[str, Any]
    action_id: str
    configuration: Mapping[str, Any]
    role: roles.Taken
    deadline: datetime | None

    @property
    def region(self) -> str:
        """The region in which the action runs."""
        return str(self.action.get("region") or self.place.region)

    def client(self, service: str) -> Any:
        """Return a client that acts with the role of the action."""
        credentials = self.role.credentials()
        return self.place.twin.client(service, credentials, self.region, roles.POSITION)

    def note(self, **result: Any) -> None:
        """Record what is known of the execution elsewhere (externalExecutionId and relatives)."""

        def change(record: Record) -> None:
            record["output"].setdefault("executionResult", {}).update(result)
            record["lastUpdateTime"] = self.place.twin.now()

        self.place.change(self.place.actions, self.action_id, change)

    def wait(self, done: Callable[[], bool]) -> bool:
        """Wait until something is done; False when the action's time is over.

        Raises AbandonedError when nobody waits for the action any more.
        """
        stopping = self.place.twin.stopping
        while True:
            with self.place.changed:
                execution = self.place.executions.get(self.execution["id"])
                if stopping.is_set() or execution is None or _abandoned(execution):
                    raise AbandonedError
                if done():
                    return True
                if self.deadline is not None and self.place.twin.now() >= self.deadline:
                    return False
                self.place.changed.wait(_LONGEST_WAIT_SECONDS)


Provider = Callable[[Work], Result]


class ActionRun:
    """One run of one action."""

    def __init__(
        self, place: Place, execution_id: str, stage: str, action: Mapping[str, Any]
    ) -> None:
        self._place = place
        self._execution_id = execution_id
        self._stage = stage
        self._action = action
        self.action_id = str(uuid.uuid4())

    def begin(self) -> None:
        """Put the action's record."""
        execution = self._execution()
        now = self._place.twin.now()
        kept = ("actionTypeId", "configuration", "roleArn", "region", "namespace")
        record: Record = {
            "pipeline": execution["pipeline"],
            "pipelineExecutionId": self._execution_id,
            "actionExecutionId": self.action_id,
            "pipelineVersion": execution["version"],
            "stageName": self._stage,
            "actionName": self._action["name"],
            "startTime": now,
            "lastUpdateTime": now,
            "status": "InProgress",
            "input": {key: self._action[key] for key in kept if self._action.get(key)},
            "output": {},
        }
        record["input"]["inputArtifacts"] = [
            _located(artifact["name"], execution["artifacts"].get(artifact["name"]))
            for artifact in self._action["inputArtifacts"]
        ]
        with self._place.changed:
            self._place.actions.put(self.action_id, record)
            self._place.changed.notify_all()

    def execute(self, provider: Provider | None) -> None:
        """Run the action to its end; its record tells how it went."""
        self._announce("STARTED")
        try:
            self._succeed(self._run(provider))
        except AbandonedError:
            self._place.change_action(self.action_id, status="Abandoned")
            self._announce("ABANDONED")
        except ActionFailedError as failure:
            self._fail(failure)
        except ClientError as error:
            self._fail(_refused(error))
        except ServiceError as error:
            self._fail(ActionFailedError("PermissionError", error.message))
        except (BotoCoreError, OSError, ValueError, KeyError) as error:
            if self._place.twin.stopping.is_set():
                return
            _log.exception("action %s of %s", self._action["name"], self._execution_id)
            self._fail(ActionFailedError("InternalError", f"{type(error).__name__}: {error}"))

    def _run(self, provider: Provider | None) -> Result:
        execution = self._execution()
        if provider is None:
            kind = self._action["actionTypeId"]
            name = "/".join((kind["category"], kind["owner"], kind["provider"]))
            raise ActionFailedError(
                "ConfigurationError", f"Actions of type {name} are not modelled"
            )
        configuration = resolve(self._action["configuration"], namespaces_of(execution))

        def change(record: Record) -> None:
            record["input"]["resolvedConfiguration"] = configuration

        self._place.change(self._place.actions, self.action_id, change)
        minutes = self._action.get("timeoutInMinutes")
        now = self._place.twin.now()
        work = Work(
            self._place,
            execution,
            self._stage,
            self._action,
            self.action_id,
            configuration,
            roles.Taken(self._place, execution, self._action),
            now + timedelta(minutes=int(minutes)) if minutes else None,
        )
        return provider(work)

    def _succeed(self, result: Result) -> None:
        namespace = self._action.get("namespace")

        def keep(execution: Record) -> None:
            execution["artifacts"].update({name: dict(at) for name, at in result.artifacts.items()})
            if namespace:
                execution["outputs"][namespace] = dict(result.variables)
            if result.revision is not None:
                execution["revisions"].append(dict(result.revision))

        def change(record: Record) -> None:
            record["status"] = "Succeeded"
            record["lastUpdateTime"] = self._place.twin.now()
            record["output"]["outputArtifacts"] = [
                _located(name, at) for name, at in result.artifacts.items()
            ]
            record["output"]["outputVariables"] = dict(result.variables)
            if result.summary is not None:
                told = record["output"].setdefault("executionResult", {})
                told["externalExecutionSummary"] = result.summary

        with self._place.changed:
            self._place.change(self._place.executions, self._execution_id, keep)
            self._place.change(self._place.actions, self.action_id, change)
        self._announce("SUCCEEDED")

    def _fail(self, failure: ActionFailedError) -> None:
        def change(record: Record) -> None:
            record["status"] = "Failed"
            record["lastUpdateTime"] = self._place.twin.now()
            told = record["output"].setdefault("executionResult", {})
            told["errorDetails"] = {"code": failure.code, "message": failure.message}
            if failure.summary is not None:
                told["externalExecutionSummary"] = failure.summary

        self._place.change(self._place.actions, self.action_id, change)
        self._announce("FAILED")

    def _announce(self, state: str) -> None:
        execution = self._place.executions.get(self._execution_id)
        action = self._place.actions.get(self.action_id)
        if execution is not None and action is not None:
            announcements.action_changed(self._place, execution, action, state)

    def _execution(self) -> Record:
        execution = self._place.executions.get(self._execution_id)
        if execution is None:
            raise AbandonedError
        return execution


def _abandoned(execution: Record) -> bool:
    if execution["status"] not in RUNNING:
        return True
    return bool(execution["stop"] and execution["stop"]["abandon"])


def _located(name: str, at: Mapping[str, str] | None) -> dict[str, Any]:
    if at is None:
        return {"name": name}
    return {"name": name, "s3location": {"bucket": at["bucket"], "key": at["key"]}}


def _refused(error: ClientError) -> ActionFailedError:
    """Turn a refusal of another service into CodePipeline's words."""
    answered = error.response["Error"]
    code = str(answered.get("Code", ""))
    denied = "AccessDenied" in code or "Unauthorized" in code
    status = error.response["ResponseMetadata"].get("HTTPStatusCode")
    called = error.operation_name[0].lower() + error.operation_name[1:]
    message = (
        f"Error calling {called}: {answered.get('Message')} "
        f"(Status Code: {status}; Error Code: {code})"
    )
    return ActionFailedError("PermissionError" if denied else "ConfigurationError", message)
