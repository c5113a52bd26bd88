"""Answers the operations on transitions, and what creating and deleting means for executions."""

from __future__ import annotations

from typing import Any

from twin.call import Call
from twin.engines.codepipeline.records import Place


def set_transition(place: Place, call: Call) -> dict[str, Any]:
    """Open or close the way into or out of a stage."""
    given = call.parameters
    place.stage(place.declaration(given["pipelineName"]), given["stageName"])
    enabled = call.operation == "EnableStageTransition"
    state: dict[str, Any] = {
        "enabled": enabled,
        "lastChangedBy": call.caller.arn,
        "lastChangedAt": place.twin.now(),
    }
    if not enabled:
        state["disabledReason"] = given["reason"]
    changed = {f"{given['transitionType']}/{given['stageName']}": state}
    place.change_progress(
        given["pipelineName"], lambda record: record["transitions"].update(changed)
    )
    return {}


def forget(place: Place, name: str) -> None:
    """Drop the history of a pipeline; what runs is abandoned."""
    with place.changed:
        for execution in place.executions_of(name):
            place.executions.pop(execution["id"])
        for action_id, action in place.actions.items():
            if action["pipeline"] == name:
                place.actions.pop(action_id)
        place.progress.pop(name)
        place.changed.notify_all()
