"""An account whose ingestion has given events up: its queue, its function and its executions."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import GatehouseError
from pipelines.ingestion.control import act
from tests.pipelines.ingestion.events import PIPELINE, SETTINGS, Noted

NAME = "acme-features"


class _Gone(Exception):
    """A receipt that is good no longer."""


class _Exceptions:
    MessageNotInflight = _Gone
    ReceiptHandleIsInvalid = _Gone


@dataclass
class Account:
    """A queue, the real function, and a SageMaker that forgets tokens: all that an account has.

    ``cut`` is called before and after each request, with its name; what it raises ends the caller.
    """

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    executions: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refuses: bool = False
    cut: Callable[[str], None] = lambda _: None
    endpoint: str | None = None
    exceptions = _Exceptions

    def client(self, service: str, region: str) -> Any:
        return self

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name not in REQUESTS:
            return found

        def call(**given: Any) -> Any:
            self.cut(f"before {name}")
            answer = found(**given)
            self.cut(f"after {name}")
            return answer

        return call

    def keep(self, event: Any, attributes: dict[str, str], sent: int = 1720000000000) -> str:
        """Give an event up; gives the id of its message."""
        name = f"m{len(self.messages)}"
        self.messages[name] = {
            "MessageId": name,
            "ReceiptHandle": name,
            "Body": event if isinstance(event, str) else json.dumps(event),
            "Attributes": {"SentTimestamp": str(sent)},
            "MessageAttributes": {
                key: {"DataType": "String", "StringValue": value}
                for key, value in attributes.items()
            },
        }
        return name

    def get_queue_url(self, QueueName: str) -> dict[str, str]:
        assert QueueName == f"{NAME}-undelivered"
        return {"QueueUrl": "url"}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: Any) -> Any:
        seen = len(self.messages) - len(self.hidden)
        return {"Attributes": dict(zip(AttributeNames, (str(seen), len(self.hidden)), strict=True))}

    def receive_message(self, MaxNumberOfMessages: int, **_: Any) -> Any:
        seen = [name for name in self.messages if name not in self.hidden][:MaxNumberOfMessages]
        self.hidden |= set(seen)
        return {"Messages": [self.messages[name] for name in seen]} if seen else {}

    def change_message_visibility(self, ReceiptHandle: str, **_: Any) -> None:
        if ReceiptHandle not in self.messages:
            raise _Gone
        self.hidden.discard(ReceiptHandle)

    def delete_message(self, ReceiptHandle: str, **_: Any) -> None:
        self.messages.pop(ReceiptHandle, None)
        self.hidden.discard(ReceiptHandle)

    def invoke(self, FunctionName: str, Payload: bytes) -> Any:
        assert FunctionName == NAME
        refused = ("start_pipeline_execution",) if self.refuses else ()
        arn = f"{PIPELINE}/execution/abc"
        aws = Noted(
            refuses=refused,
            answers={
                "start_pipeline_execution": {"PipelineExecutionArn": arn},
                "list_pipeline_execution_steps": {"PipelineExecutionSteps": []},
            },
        )
        try:
            answer = act(json.loads(Payload), SETTINGS, aws.clients)
        except GatehouseError as error:
            failed = json.dumps({"errorMessage": str(error), "errorType": "EnvironmentFault"})
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(failed.encode())}
        for name, given in aws.calls:
            if name == "start_pipeline_execution":
                self.executions.append(str(given["PipelineExecutionDisplayName"]))
            if name == "publish":
                self.told.append(str(given["Subject"]))
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, PipelineName: str, **_: Any) -> Any:
        assert PipelineName == f"{NAME}-visits"
        told = {"PipelineExecutionArn": "arn", "PipelineExecutionStatus": "Executing"}
        yield {
            "PipelineExecutionSummaries": [
                told | {"PipelineExecutionDisplayName": name} for name in self.executions
            ]
        }


REQUESTS = (
    *("receive_message", "invoke", "delete_message", "change_message_visibility", "paginate"),
)
