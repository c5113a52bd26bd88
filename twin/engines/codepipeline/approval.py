"""Manual approvals: ask, wait for an answer with the right token, and keep who gave it.

https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from twin.call import Call
from twin.engines.codepipeline import roles
from twin.engines.codepipeline.action import Result, Work
from twin.engines.codepipeline.failures import ActionFailedError
from twin.engines.codepipeline.records import Place
from twin.errors import ServiceError
from twin.table import Record

_DEFAULT_TIMEOUT = timedelta(days=7)


def run(work: Work) -> Result:
    """Wait for the answer of a person."""
    now = work.place.twin.now()
    work = replace(work, deadline=work.deadline or now + _DEFAULT_TIMEOUT)
    token = str(uuid.uuid4())
    work.place.change_action(work.action_id, token=token)
    topic = work.configuration.get("NotificationArn")
    if topic:
        _ask(work, str(topic), token)

    def decision() -> Any:
        record = work.place.actions.get(work.action_id)
        return record.get("decision") if record else None

    if not work.wait(lambda: decision() is not None):
        work.place.change_action(work.action_id, token=None)
        raise ActionFailedError(
            "JobFailed", "The approval was not answered in time and has expired"
        )
    given = decision()
    if given["status"] == "Rejected":
        message = f"Rejected by {given['by']}: {given['summary']}"
        raise ActionFailedError("JobFailed", message, given["summary"])
    return Result(summary=given["summary"])


def put_result(place: Place, call: Call) -> dict[str, Any]:
    """Take the answer of a person, if its token is that of the approval that waits now."""
    given = call.parameters
    action = _waiting_action(place, call)
    if action is None or action.get("token") is None:
        raise ServiceError(
            "InvalidApprovalTokenException",
            "The approval request already received a response or has expired.",
        )
    if action["token"] != given["token"]:
        raise ServiceError(
            "InvalidApprovalTokenException",
            "The token provided in the request does not match the token of the current approval.",
        )
    result = given["result"]
    decision = {"status": result["status"], "summary": result["summary"], "by": call.caller.arn}
    taken: list[bool] = []

    def change(record: Record) -> None:
        if record.get("decision") is None and record["status"] == "InProgress":
            record.update(decision=decision, token=None, updatedBy=call.caller.arn)
            taken.append(True)

    place.change(place.actions, action["actionExecutionId"], change)
    if not taken:
        raise ServiceError(
            "ApprovalAlreadyCompletedException",
            "The approval action has already been approved or rejected.",
        )
    return {"approvedAt": place.twin.now()}


def _waiting_action(place: Place, call: Call) -> Record | None:
    """Return the newest run of the action that a caller answers."""
    given = call.parameters
    declaration = place.declaration(given["pipelineName"])
    stage = place.stage(declaration, given["stageName"])
    if given["actionName"] not in [action["name"] for action in stage["actions"]]:
        raise ServiceError(
            "ActionNotFoundException",
            f"Stage '{given['stageName']}' does not have an action named '{given['actionName']}'",
        )
    runs = [
        action
        for action in place.actions.values()
        if action["pipeline"] == given["pipelineName"]
        and action["stageName"] == given["stageName"]
        and action["actionName"] == given["actionName"]
    ]
    # Several executions may wait side by side in parallel mode: the token says which is meant.
    for action in runs:
        if action.get("token") == given["token"]:
            return action
    return runs[-1] if runs else None


def _ask(work: Work, topic: str, token: str) -> None:
    """Tell a topic that an answer is needed, in the documented format.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-json-format.html
    """
    pipeline, action = work.execution["pipeline"], work.action["name"]
    console = f"https://console.aws.amazon.com/codesuite/codepipeline/pipelines/{pipeline}/view"
    console = f"{console}?region={work.region}"
    approval: dict[str, Any] = {
        "pipelineName": pipeline,
        "stageName": work.stage,
        "actionName": action,
        "token": token,
        "expires": work.deadline.strftime("%Y-%m-%dT%H:%MZ") if work.deadline else "",
        "externalEntityLink": work.configuration.get("ExternalEntityLink"),
        "approvalReviewLink": f"{console}#/{work.stage}/{action}/approve/{token}",
        "customData": work.configuration.get("CustomData"),
    }
    message = {"region": work.region, "consoleLink": console, "approval": approval}
    subject = f"APPROVAL NEEDED: AWS CodePipeline {pipeline} for action {action}"
    credentials, region = work.role.credentials(), topic.split(":")[3]
    work.place.twin.client("sns", credentials, region, roles.POSITION).publish(
        TopicArn=topic, Subject=subject[:100], Message=json.dumps(message)
    )
