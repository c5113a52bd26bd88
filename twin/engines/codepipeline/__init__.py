"""CodePipeline: runs pipelines of type V1 and V2.

Actions: Source/S3, Build|Test/CodeBuild, Approval/Manual; any other fails with a message. Stage
conditions and automated rollbacks are refused at creation, and sources are never polled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from twin.call import Call, Forward, Response
from twin.engines.codebuild import Builds
from twin.engines.codepipeline import approval, executions, state, transitions
from twin.engines.codepipeline.declaration import check
from twin.engines.codepipeline.records import Place
from twin.registry import Answer, Registry, Wrap
from twin.twin import Twin

_Operation = Callable[[Place, Call], Mapping[str, Any]]
_OPERATIONS: Mapping[str, _Operation] = {
    "EnableStageTransition": transitions.set_transition,
    "DisableStageTransition": transitions.set_transition,
    "StartPipelineExecution": executions.start,
    "GetPipelineExecution": executions.get,
    "ListPipelineExecutions": executions.list_all,
    "StopPipelineExecution": executions.stop,
    "RetryStageExecution": executions.retry,
    "RollbackStage": executions.roll_back,
    "GetPipelineState": state.get_state,
    "ListActionExecutions": state.list_actions,
    "PutApprovalResult": approval.put_result,
}


def register(registry: Registry, builds: Builds) -> None:
    """Put the operations on executions into the registry, and stand around those on pipelines.

    Builds and pipelines share one condition: an action that waits for a build is woken by it.
    """
    changed = builds.changed
    for name, operation in _OPERATIONS.items():
        registry.answers("codepipeline", name)(_answer(operation, changed))
    for name in ("CreatePipeline", "UpdatePipeline", "DeletePipeline"):
        registry.wraps("codepipeline", name)(_around(changed))


def _answer(operation: _Operation, changed: threading.Condition) -> Answer:
    def answer(twin: Twin, call: Call) -> Mapping[str, Any]:
        return operation(_place(twin, call, changed), call)

    return answer


def _around(changed: threading.Condition) -> Wrap:
    def wrap(twin: Twin, call: Call, forward: Forward) -> Response:
        place = _place(twin, call, changed)
        if call.operation != "DeletePipeline":
            check(call.parameters["pipeline"])
        response = forward()
        if response.ok and call.operation == "CreatePipeline":
            executions.start_first(place, call)
        if response.ok and call.operation == "DeletePipeline":
            transitions.forget(place, call.parameters["name"])
        return response

    return wrap


def _place(twin: Twin, call: Call, changed: threading.Condition) -> Place:
    return Place(twin, changed, call.account_id, call.region)
