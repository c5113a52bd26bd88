"""Invokes functions: for a caller who waits, or later with retries and a dead-letter queue.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.call import Call, Forward, Response
from twin.engines.functions.environment import Environment, Outcome
from twin.engines.functions.function import Function, find
from twin.errors import ServiceError
from twin.network import of_service
from twin.twin import Twin, new_request_id

_SERVICE = "lambda.amazonaws.com"
# AWS waits one minute and then two; here a rehearsal shall end.
_PAUSES_SECONDS = (1.0, 2.0)
# What an account may run at once, where nothing is reserved for a function.
_MOST_AT_ONCE = 10
_LONGEST_MESSAGE = 1024
_LARGEST_PAYLOAD = 6 * 1024 * 1024


class Invocations:
    """Environments of all functions, and what waits for one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._idle: dict[str, list[Environment]] = {}
        self._busy: dict[str, int] = {}

    def invoke(self, twin: Twin, call: Call) -> Response:
        """Answer Invoke, in each of its three ways."""
        given = call.parameters
        function = find(twin, call.account_id, call.region, str(given["FunctionName"]))
        event = _event(given.get("Payload"))
        way = str(given.get("InvocationType") or "RequestResponse")
        if way == "DryRun":
            return Response(204, {"x-amzn-RequestId": call.request_id}, b"")
        if way == "Event":
            work = partial(self.later, twin, function, call.request_id, event)
            twin.background(f"function {function.name}", work)
            return Response(202, {"x-amzn-RequestId": call.request_id}, b"")
        outcome = self._run(twin, function, call.request_id, event, wait=False)
        headers = {
            "Content-Type": "application/json",
            "X-Amz-Executed-Version": function.version,
            "x-amzn-RequestId": call.request_id,
        }
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if given.get("LogType") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail).decode()
        return Response(200, headers, outcome.payload)

    def later(self, twin: Twin, function: Function, request_id: str, event: bytes) -> None:
        """Run a function for nobody who waits: again where it fails, and then give up."""
        stopping, attempts = twin.stopping, 0
        while True:
            attempts += 1
            outcome = self._attempt(twin, function, request_id, event)
            _record(twin, function, request_id, attempts, outcome)
            if not outcome.failed or attempts > function.retries:
                break
            if stopping.wait(_PAUSES_SECONDS[min(attempts, len(_PAUSES_SECONDS)) - 1]):
                return
        if outcome.failed:
            _give_up(twin, function, request_id, event, outcome, attempts)

    def deleted(self, _twin: Twin, call: Call, forward: Forward) -> Response:
        """End the idle environments of a function that is deleted."""
        response = forward()
        if response.ok:
            name = str(call.parameters["FunctionName"]).rsplit(":", 1)[-1]
            arn = f"arn:aws:lambda:{call.region}:{call.account_id}:function:{name}"
            with self._changed:
                ended = self._idle.pop(arn, [])
            for environment in ended:
                environment.close()
        return response

    def end(self) -> None:
        """End all idle environments; busy ones end with their processes."""
        with self._changed:
            ended = [one for environments in self._idle.values() for one in environments]
            self._idle.clear()
            self._changed.notify_all()
        for environment in ended:
            environment.close()

    def _attempt(self, twin: Twin, function: Function, request_id: str, event: bytes) -> Outcome:
        try:
            return self._run(twin, function, request_id, event, wait=True)
        except ServiceError as error:
            told = {"errorType": error.code, "errorMessage": error.message}
            return Outcome(json.dumps(told).encode(), failed=True)

    def _run(
        self, twin: Twin, function: Function, request_id: str, event: bytes, *, wait: bool
    ) -> Outcome:
        self._enter(twin, function, wait=wait)
        try:
            environment = self._take(twin, function)
            try:
                outcome = environment.run(request_id, event)
            finally:
                self._put_back(twin, function, environment)
        finally:
            self._leave(function)
        if len(outcome.payload) <= _LARGEST_PAYLOAD:
            return outcome
        told = {
            "errorMessage": "Response payload size exceeded maximum allowed payload size",
            "errorType": "Function.ResponseSizeTooLarge",
        }
        return Outcome(json.dumps(told).encode(), failed=True, log_tail=outcome.log_tail)

    def _enter(self, twin: Twin, function: Function, *, wait: bool) -> None:
        limit = _MOST_AT_ONCE if function.concurrency is None else function.concurrency
        with self._changed:
            while self._busy.get(function.arn, 0) >= limit:
                if not wait or limit == 0 or twin.stopping.is_set():
                    raise ServiceError("TooManyRequestsException", "Rate Exceeded.", 429)
                self._changed.wait(1.0)
            self._busy[function.arn] = self._busy.get(function.arn, 0) + 1

    def _leave(self, function: Function) -> None:
        with self._changed:
            self._busy[function.arn] -= 1
            self._changed.notify_all()

    def _take(self, twin: Twin, function: Function) -> Environment:
        with self._changed:
            idle = self._idle.get(function.arn, [])
            fit = next((one for one in idle if one.usable and one.serves(function)), None)
            stale = [one for one in idle if one is not fit and not one.serves(function)]
            self._idle[function.arn] = [one for one in idle if one is not fit and one not in stale]
        for environment in stale:
            environment.close()
        return fit if fit is not None else Environment(twin, function)

    def _put_back(self, twin: Twin, function: Function, environment: Environment) -> None:
        if not environment.usable or twin.stopping.is_set():
            environment.close()
            return
        with self._changed:
            self._idle.setdefault(function.arn, []).append(environment)


def _event(payload: Any) -> bytes:
    """Return what a function is given; ServiceError where that is no JSON."""
    if hasattr(payload, "read"):
        payload = payload.read()
    event = payload.encode() if isinstance(payload, str) else bytes(payload or b"{}")
    try:
        json.loads(event)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise ServiceError("InvalidRequestContentException", message, 400) from error
    return event


def _give_up(
    twin: Twin, function: Function, request_id: str, event: bytes, outcome: Outcome, attempts: int
) -> None:
    """Send an event that failed every time where its function says, with the function's role."""
    told: Mapping[str, Any] = json.loads(outcome.payload)
    attributes = {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": str(told.get("errorMessage", ""))[:_LONGEST_MESSAGE] or "-",
    }
    if function.dead_letters is not None:
        _send(twin, function, function.dead_letters, event.decode(), attributes)
    if function.on_failure is not None:
        _send(
            twin,
            function,
            function.on_failure,
            _failure(function, request_id, event, told, attempts),
            {},
        )


def _failure(
    function: Function, request_id: str, event: bytes, told: Mapping[str, Any], attempts: int
) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "requestContext": {
                "requestId": request_id,
                "functionArn": f"{function.arn}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": attempts,
            },
            "requestPayload": json.loads(event),
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
            "responsePayload": dict(told),
        }
    )


def _send(
    twin: Twin, function: Function, arn: str, body: str, attributes: Mapping[str, str]
) -> None:
    service, name = arn.split(":")[2], arn.split(":")[5]
    told = {
        key: {"DataType": "Number" if key == "ErrorCode" else "String", "StringValue": value}
        for key, value in attributes.items()
    }
    try:
        credentials = twin.service_session(
            function.role_arn,
            _SERVICE,
            function.name,
            source_arn=function.arn,
            source_account=function.account_id,
        )
        client = twin.client(service, credentials, function.region, of_service(_SERVICE))
        if service == "sqs":
            url = f"{client.meta.endpoint_url}/{arn.split(':')[4]}/{name}"
            client.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=told)
        elif service == "sns":
            client.publish(TopicArn=arn, Message=body, MessageAttributes=told)
        else:
            raise ServiceError("UnsupportedTarget", f"dead letters to {service} are not modelled")
    except (ClientError, BotoCoreError, ServiceError) as error:
        _record_lost(twin, function, arn, str(error))


def _record(
    twin: Twin, function: Function, request_id: str, attempt: int, outcome: Outcome
) -> None:
    told = json.loads(outcome.payload) if outcome.failed else {}
    twin.audit.add(
        {
            "eventTime": twin.now().isoformat(timespec="milliseconds"),
            "eventSource": _SERVICE,
            "eventName": "RunFunction",
            "awsRegion": function.region,
            "recipientAccountId": function.account_id,
            "function": function.arn,
            "requestID": request_id,
            "attempt": attempt,
            "errorCode": told.get("errorType"),
            "errorMessage": told.get("errorMessage"),
        }
    )


def _record_lost(twin: Twin, function: Function, arn: str, message: str) -> None:
    twin.audit.add(
        {
            "eventTime": twin.now().isoformat(timespec="milliseconds"),
            "eventSource": _SERVICE,
            "eventName": "LoseDeadLetter",
            "recipientAccountId": function.account_id,
            "function": function.arn,
            "target": arn,
            "requestID": new_request_id(),
            "errorCode": "DeadLetterError",
            "errorMessage": message,
        }
    )
