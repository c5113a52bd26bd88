"""Answers how a pipeline stands and what its actions did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.engines.codepipeline.records import RUNNING, Place, page
from twin.table import Record


def get_state(place: Place, call: Call) -> dict[str, Any]:
    """Describe each stage: its latest execution, who waits, and how its actions went.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html
    """
    name = call.parameters["name"]
    with place.changed:
        declaration = place.declaration(name)
        times = (place.pipelines.get(name) or {}).get("metadata", {})
        progress = place.progress_of(name)
        executions = {item["id"]: item for item in place.executions_of(name)}
        actions = [item for item in place.actions.values() if item["pipeline"] == name]
    return {
        "pipelineName": name,
        "pipelineVersion": declaration["version"],
        "stageStates": [
            _stage_state(stage, progress, executions, actions) for stage in declaration["stages"]
        ],
        "created": times.get("created"),
        "updated": times.get("updated"),
    }


def list_actions(place: Place, call: Call) -> dict[str, Any]:
    """List what actions did, newest first."""
    name = call.parameters["pipelineName"]
    place.declaration(name)
    wanted = call.parameters.get("filter") or {}
    latest = wanted.get("latestInPipelineExecution") or {}
    execution_id = latest.get("pipelineExecutionId") or wanted.get("pipelineExecutionId")
    if execution_id:
        place.execution(name, execution_id)
    found = [
        item
        for item in reversed(place.actions.values())
        if item["pipeline"] == name and execution_id in (None, item["pipelineExecutionId"])
    ]
    if latest:
        # Of an action that was retried, only its last run.
        seen: set[tuple[str, str]] = set()
        found = [item for item in found if _first_time(item, seen)]
    return page(found, call, "actionExecutionDetails")


def _first_time(action: Mapping[str, Any], seen: set[tuple[str, str]]) -> bool:
    key = (action["stageName"], action["actionName"])
    if key in seen:
        return False
    seen.add(key)
    return True


def _stage_state(
    stage: Mapping[str, Any],
    progress: Record,
    executions: Mapping[str, Record],
    actions: list[Record],
) -> dict[str, Any]:
    name = stage["name"]
    transition = progress["transitions"].get(f"Inbound/{name}") or {"enabled": True}
    inbound = [
        {"pipelineExecutionId": item["id"], "status": item["status"], "type": item["type"]}
        for item in executions.values()
        if item["waiting"] == name and item["status"] in RUNNING
    ]
    state: dict[str, Any] = {
        "stageName": name,
        "inboundTransitionState": transition,
        "inboundExecutions": inbound,
        "actionStates": [_action_state(name, action, actions) for action in stage["actions"]],
    }
    if inbound:
        state["inboundExecution"] = inbound[-1]
    latest = executions.get(progress["latest"].get(name, ""))
    if latest is not None:
        status = latest["stages"].get(name, "InProgress")
        if latest["status"] == "Stopping" and status == "InProgress":
            status = "Stopping"
        state["latestExecution"] = {
            "pipelineExecutionId": latest["id"],
            "status": status,
            "type": latest["type"],
        }
    return state


def _action_state(stage: str, declared: Mapping[str, Any], actions: list[Record]) -> dict[str, Any]:
    state: dict[str, Any] = {"actionName": declared["name"]}
    link = (declared.get("configuration") or {}).get("ExternalEntityLink")
    if link:
        state["entityUrl"] = link
    runs = [
        item
        for item in actions
        if item["stageName"] == stage and item["actionName"] == declared["name"]
    ]
    if not runs:
        return state
    last = runs[-1]
    result = last["output"].get("executionResult", {})
    told = {
        "actionExecutionId": last["actionExecutionId"],
        "status": last["status"],
        "lastStatusChange": last["lastUpdateTime"],
        "summary": result.get("externalExecutionSummary"),
        "token": last.get("token"),
        "lastUpdatedBy": last.get("updatedBy"),
        "externalExecutionId": result.get("externalExecutionId"),
        "externalExecutionUrl": result.get("externalExecutionUrl"),
        "errorDetails": result.get("errorDetails"),
    }
    state["latestExecution"] = {key: value for key, value in told.items() if value is not None}
    return state
