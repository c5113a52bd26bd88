"""Steps that call a function of AWS Lambda and keep what it answers.

A step waits for its function for ten minutes, and is not tried again by itself: steps of this type
take no policies of retry. A function that has begun is not stopped with the execution, which waits
for it.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-lambda
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopPipelineExecution.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines.sagemaker.pipelines.definition import Step
from twin.engines.sagemaker.pipelines.outcome import Done, StepFailure, failed
from twin.engines.sagemaker.session import RoleSession

_LONGEST_SECONDS = 600.0
_LONGEST_REASON = 1024
_KINDS: Mapping[str, tuple[type, ...]] = {
    "Boolean": (bool,),
    "Float": (float, int),
    "Integer": (int,),
    "String": (str,),
}


def called(session: RoleSession, step: Step, arguments: Mapping[str, Any]) -> Done:
    """Call a step's function with its arguments; raises StepFailure with the function's reason."""
    arn = str(step.function_arn)
    metadata: dict[str, Any] = {"Lambda": {"Arn": arn}}
    answer = _answer(session, arn, json.dumps(arguments), metadata)
    values: dict[str, Any] = {}
    for name, kind in step.outputs.items():
        value = answer.get(name) if isinstance(answer, dict) else None
        if not _is(value, kind):
            shown = "nothing" if value is None else repr(value)
            reason = f"ClientError: {arn} must answer {name} as {kind}, but answered {shown}."
            raise StepFailure(reason[:_LONGEST_REASON], metadata)
        values[name] = value
    metadata["Lambda"]["OutputParameters"] = [
        {"Name": name, "Value": value if isinstance(value, str) else json.dumps(value)}
        for name, value in values.items()
    ]
    return Done(metadata, {"OutputParameters": values})


def _answer(session: RoleSession, arn: str, event: str, metadata: Mapping[str, Any]) -> Any:
    try:
        client = session.client("lambda", patience=_LONGEST_SECONDS)
        answer = client.invoke(FunctionName=arn, Payload=event.encode())
        payload = json.loads(answer["Payload"].read() or b"null")
    except ClientError as error:
        message = str(error.response["Error"].get("Message", error))
        raise StepFailure(failed("lambda", "Invoke", message), metadata) from error
    except BotoCoreError as error:
        raise StepFailure(failed("lambda", "Invoke", str(error)), metadata) from error
    if answer.get("FunctionError"):
        kind, message = payload.get("errorType", "Error"), payload.get("errorMessage", "")
        reason = f"ClientError: {arn} failed: {kind}: {message}"
        raise StepFailure(reason[:_LONGEST_REASON], metadata)
    return payload


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "Boolean"
    return isinstance(value, _KINDS[kind])
