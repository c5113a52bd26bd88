"""Tells EventBridge what happens to executions, stages and actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.engines import events
from twin.engines.codepipeline.records import Place


def execution_changed(place: Place, execution: Mapping[str, Any], state: str) -> None:
    """Send the state of an execution: STARTED, SUCCEEDED, RESUMED, FAILED, STOPPING, ..."""
    detail = {
        **_common(execution),
        "state": state,
        "execution-trigger": {
            "trigger-type": execution["trigger"]["triggerType"],
            "trigger-detail": execution["trigger"]["triggerDetail"],
        },
    }
    _emit(place, execution, "CodePipeline Pipeline Execution State Change", detail)


def stage_changed(place: Place, execution: Mapping[str, Any], stage: str, state: str) -> None:
    """Send the state of a stage."""
    detail = {**_common(execution), "stage": stage, "state": state}
    _emit(place, execution, "CodePipeline Stage Execution State Change", detail)


def action_changed(
    place: Place, execution: Mapping[str, Any], action: Mapping[str, Any], state: str
) -> None:
    """Send the state of an action."""
    result = action["output"].get("executionResult", {})
    error = result.get("errorDetails", {})
    detail: dict[str, Any] = {
        **_common(execution),
        "stage": action["stageName"],
        "action": action["actionName"],
        "action-execution-id": action["actionExecutionId"],
        "state": state,
        "region": place.region,
        "type": action["input"]["actionTypeId"],
        "input-artifacts": _artifacts(action["input"].get("inputArtifacts", [])),
        "output-artifacts": _artifacts(action["output"].get("outputArtifacts", [])),
    }
    if result:
        detail["execution-result"] = {
            "external-execution-id": result.get("externalExecutionId", ""),
            "external-execution-summary": result.get("externalExecutionSummary", ""),
            "external-execution-url": result.get("externalExecutionUrl", ""),
        }
        if error:
            detail["execution-result"]["error-code"] = error["code"]
    _emit(place, execution, "CodePipeline Action Execution State Change", detail)


def _common(execution: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "pipeline": execution["pipeline"],
        "execution-id": execution["id"],
        "start-time": execution["startTime"].isoformat(timespec="milliseconds"),
        "version": float(execution["version"]),
        "pipeline-execution-attempt": float(execution["attempt"]),
    }


def _artifacts(given: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": item["name"],
            "s3location": {
                "bucket": item["s3location"]["bucket"],
                "key": item["s3location"]["key"],
            },
        }
        for item in given
        if "s3location" in item
    ]


def _emit(place: Place, execution: Mapping[str, Any], kind: str, detail: dict[str, Any]) -> None:
    if place.twin.stopping.is_set():
        return
    arn = place.pipeline_arn(execution["pipeline"])
    twin, account_id, region = place.twin, place.account_id, place.region
    events.emit(twin, account_id, region, "aws.codepipeline", kind, detail, [arn])
