"""Answers the operations on executions: start, get, list, stop, retry, roll back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.engines.codepipeline import announcements
from twin.engines.codepipeline.records import RUNNING, Place, page
from twin.engines.codepipeline.runner import Runner
from twin.engines.codepipeline.variables import given_or_default
from twin.errors import ServiceError
from twin.table import Record

_MOST_RUNNING = 50


def start(place: Place, call: Call) -> dict[str, Any]:
    """Start an execution; the same client token starts none twice."""
    given = call.parameters
    token = given.get("clientRequestToken")
    with place.changed:
        declaration = place.declaration(given["name"])
        for execution in place.executions_of(given["name"]) if token else []:
            if execution["token"] == token:
                return {"pipelineExecutionId": execution["id"]}
        variables = given_or_default(
            declaration.get("variables") or [], given.get("variables") or []
        )
        revisions = given.get("sourceRevisions") or []
        record = _new(place, declaration, variables, _trigger(place, call))
        record.update(token=token, sourceRevisions=revisions)
        _check_room(place, given["name"])
        record = _put(place, record)
    Runner(place, record["id"], declaration["stages"]).start()
    return {"pipelineExecutionId": record["id"]}


def start_first(place: Place, call: Call) -> None:
    """Start the execution that CodePipeline starts for every new pipeline.

    A pipeline with a variable that has no default cannot start by itself.
    """
    declaration = place.declaration(call.parameters["pipeline"]["name"])
    variables = declaration.get("variables") or []
    if any(item.get("defaultValue") is None for item in variables):
        return
    trigger = {"triggerType": "CreatePipeline", "triggerDetail": call.caller.arn}
    record = _new(place, declaration, given_or_default(variables, []), trigger)
    record = _put(place, record)
    Runner(place, record["id"], declaration["stages"]).start()


def get(place: Place, call: Call) -> dict[str, Any]:
    """Describe an execution."""
    place.declaration(call.parameters["pipelineName"])
    execution = place.execution(
        call.parameters["pipelineName"], call.parameters["pipelineExecutionId"]
    )
    described: dict[str, Any] = {
        "pipelineName": execution["pipeline"],
        "pipelineVersion": execution["version"],
        "pipelineExecutionId": execution["id"],
        "artifactRevisions": execution["revisions"],
        "variables": [
            {"name": name, "resolvedValue": value} for name, value in execution["variables"].items()
        ],
        **_shown(execution),
    }
    return {"pipelineExecution": described}


def list_all(place: Place, call: Call) -> dict[str, Any]:
    """List the executions of a pipeline, newest first."""
    name = call.parameters["pipelineName"]
    place.declaration(name)
    succeeded_in = (
        (call.parameters.get("filter") or {}).get("succeededInStage", {}).get("stageName")
    )
    summaries = [
        _summary(execution)
        for execution in reversed(place.executions_of(name))
        if succeeded_in is None or execution["stages"].get(succeeded_in) == "Succeeded"
    ]
    return page(summaries, call, "pipelineExecutionSummaries")


def stop(place: Place, call: Call) -> dict[str, Any]:
    """Stop an execution: at once (abandon) or once its running actions have ended."""
    given = call.parameters
    abandon = bool(given.get("abandon"))
    with place.changed:
        place.declaration(given["pipelineName"])
        execution = place.execution(given["pipelineName"], given["pipelineExecutionId"])
        if execution["status"] not in RUNNING:
            raise ServiceError(
                "PipelineExecutionNotStoppableException",
                "Unable to stop the pipeline execution. The execution might already be in a "
                "Stopped state, or it might no longer be in progress.",
            )
        if execution["stop"] and (execution["stop"]["abandon"] or not abandon):
            raise ServiceError(
                "DuplicatedStopRequestException",
                "The pipeline execution is already in a Stopping state. If you already chose to "
                "stop and wait, you cannot make that request again.",
            )
        request = {"abandon": abandon, "reason": given.get("reason")}
        changed = place.change_execution(execution["id"], stop=request, status="Stopping")
    if changed is not None:
        announcements.execution_changed(place, changed, "STOPPING")
    return {"pipelineExecutionId": execution["id"]}


def retry(place: Place, call: Call) -> dict[str, Any]:
    """Run a failed stage of an execution again, with what earlier stages brought."""
    given = call.parameters
    name = given["stageName"]
    with place.changed:
        stage = place.stage(place.declaration(given["pipelineName"]), name)
        execution = place.execution(given["pipelineName"], given["pipelineExecutionId"])
        _check_retry(place, stage, execution)
        done: frozenset[str] = frozenset()
        if given["retryMode"] == "FAILED_ACTIONS":
            done = _succeeded_actions(place, execution["id"], name)
        changed = place.change_execution(
            execution["id"],
            status="InProgress",
            statusSummary=None,
            stop=None,
            waiting=name,
            attempt=int(execution["attempt"]) + 1,
        )
    if changed is not None:
        announcements.execution_changed(place, changed, "RESUMED")
    stages = execution["declaration"]["stages"]
    first = [item["name"] for item in stages].index(name)
    Runner(place, execution["id"], stages[first:]).start(done)
    return {"pipelineExecutionId": execution["id"]}


def roll_back(place: Place, call: Call) -> dict[str, Any]:
    """Run one stage again with the artifacts of an execution that succeeded in it."""
    given = call.parameters
    name = given["stageName"]
    with place.changed:
        declaration = place.declaration(given["pipelineName"])
        stage = place.stage(declaration, name)
        target = place.execution(given["pipelineName"], given["targetPipelineExecutionId"])
        first = declaration["stages"][0]["name"] == name
        if first or target["stages"].get(name) != "Succeeded":
            raise ServiceError(
                "UnableToRollbackStageException",
                f"Unable to roll back the stage {name} to the execution {target['id']}: it must "
                "not be the source stage, and the execution must have succeeded in it",
            )
        trigger = {"triggerType": "ManualRollback", "triggerDetail": call.caller.arn}
        record = _new(place, declaration, target["variables"], trigger)
        kept = ("artifacts", "outputs", "revisions", "sourceRevisions")
        record.update(
            {key: target[key] for key in kept}, type="ROLLBACK", rollback=target["id"], waiting=name
        )
        record = _put(place, record)
    Runner(place, record["id"], [stage]).start()
    return {"pipelineExecutionId": record["id"]}


def _new(
    place: Place,
    declaration: Mapping[str, Any],
    variables: Mapping[str, str],
    trigger: Mapping[str, str],
) -> Record:
    now = place.twin.now()
    return {
        "id": str(uuid.uuid4()),
        "pipeline": declaration["name"],
        "version": declaration["version"],
        "declaration": dict(declaration),
        "mode": declaration["executionMode"],
        "type": "STANDARD",
        "rollback": None,
        "status": "InProgress",
        "statusSummary": None,
        "startTime": now,
        "lastUpdateTime": now,
        "variables": dict(variables),
        "trigger": dict(trigger),
        "token": None,
        "sourceRevisions": [],
        "revisions": [],
        "artifacts": {},
        "outputs": {},
        "waiting": declaration["stages"][0]["name"],
        "stage": None,
        "stages": {},
        "stop": None,
        "attempt": 1,
    }


def _put(place: Place, record: Record) -> Record:
    """Number an execution, store it and tell of it; the number is the order of starts."""
    with place.changed:
        counted = place.change_progress(
            record["pipeline"], lambda held: held.update(started=held["started"] + 1)
        )
        record["number"] = counted["started"]
        place.executions.put(record["id"], record)
        place.changed.notify_all()
    announcements.execution_changed(place, record, "STARTED")
    return record


def _check_room(place: Place, name: str) -> None:
    running = [item for item in place.executions_of(name) if item["status"] in RUNNING]
    if len(running) >= _MOST_RUNNING:
        raise ServiceError(
            "ConcurrentPipelineExecutionsLimitExceededException",
            f"The pipeline has reached the limit of {_MOST_RUNNING} executions that run or wait.",
        )


def _trigger(place: Place, call: Call) -> dict[str, str]:
    """Return who started an execution: a rule of EventBridge, or a caller."""
    if call.caller.service == "events.amazonaws.com":
        # EventBridge names its session after the rule.
        arn = f"arn:aws:events:{place.region}:{place.account_id}:rule/{call.caller.session_name}"
        return {"triggerType": "CloudWatchEvent", "triggerDetail": arn}
    return {"triggerType": "StartPipelineExecution", "triggerDetail": call.caller.arn}


def _check_retry(place: Place, stage: Record, execution: Record) -> None:
    name = stage["name"]
    if place.progress_of(execution["pipeline"])["latest"].get(name) != execution["id"]:
        raise ServiceError(
            "NotLatestPipelineExecutionException",
            "The stage has failed in a later run of the pipeline and the pipelineExecutionId "
            "associated with the request is out of date.",
        )
    busy = [item for item in place.executions_of(execution["pipeline"]) if item["stage"] == name]
    if busy:
        raise ServiceError(
            "ConflictException",
            "Your request cannot be handled because the pipeline is busy handling ongoing "
            "activities.",
        )
    declared = {item["name"]: item for item in execution["declaration"]["stages"]}
    if execution["stages"].get(name) not in ("Failed", "Stopped") or declared.get(name) != stage:
        raise ServiceError(
            "StageNotRetryableException",
            "Unable to retry. The pipeline structure or stage state might have changed while "
            "actions awaited retry, or the stage contains no failed actions.",
        )


def _succeeded_actions(place: Place, execution_id: str, stage: str) -> frozenset[str]:
    last = {
        action["actionName"]: action["status"]
        for action in place.actions.values()
        if action["pipelineExecutionId"] == execution_id and action["stageName"] == stage
    }
    return frozenset(name for name, status in last.items() if status == "Succeeded")


def _shown(execution: Record) -> dict[str, Any]:
    shown = {
        "status": execution["status"],
        "statusSummary": execution["statusSummary"],
        "trigger": execution["trigger"],
        "executionMode": execution["mode"],
        "executionType": execution["type"],
    }
    if execution["rollback"]:
        shown["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": execution["rollback"]}
    return {key: value for key, value in shown.items() if value is not None}


def _summary(execution: Record) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "pipelineExecutionId": execution["id"],
        "startTime": execution["startTime"],
        "lastUpdateTime": execution["lastUpdateTime"],
        "sourceRevisions": execution["revisions"],
        **_shown(execution),
    }
    if execution["stop"] and execution["stop"]["reason"]:
        summary["stopTrigger"] = {"reason": execution["stop"]["reason"]}
    return summary
