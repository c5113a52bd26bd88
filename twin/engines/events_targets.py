"""Delivers events to targets, with the rights of the target's role or of EventBridge itself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.credentials import Credentials
from twin.engines import service_principal
from twin.engines.events_input import Rule, input_of, select
from twin.errors import ServiceError
from twin.network import of_service
from twin.twin import Twin

_SERVICE = "events.amazonaws.com"
# AWS tries for a day, up to 185 times; here a rehearsal shall end.
_MOST_RETRIES = 3
_FIRST_PAUSE_SECONDS = 0.2
_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError")
_TEMPORARY = ("Throttling", "ThrottlingException", "InternalFailure", "ServiceUnavailable")


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target."""

    rule: Rule
    account_id: str
    region: str
    target: Mapping[str, Any]
    event: Mapping[str, Any]
    received: str

    @property
    def arn(self) -> str:
        """The target's ARN."""
        return str(self.target["Arn"])

    @property
    def text(self) -> str:
        """What the target receives."""
        return input_of(self.target, self.event, self.rule, self.received)


def deliver(twin: Twin, delivery: Delivery) -> None:
    """Deliver once, with a bounded number of retries, and record the outcome in the audit.

    What cannot be delivered goes to the target's dead-letter queue where it has one:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    policy = delivery.target.get("RetryPolicy") or {}
    retries = min(int(policy.get("MaximumRetryAttempts", _MOST_RETRIES)), _MOST_RETRIES)
    stopping, attempts = twin.stopping, 0
    while True:
        attempts += 1
        failure = _attempt(twin, delivery)
        if failure is None or not failure[2] or attempts > retries:
            break
        if stopping.wait(_FIRST_PAUSE_SECONDS * 2 ** (attempts - 1)):
            break
    _record(twin, delivery, failure, attempts)
    if failure is not None and not stopping.is_set():
        _to_dead_letters(twin, delivery, failure, attempts)


Failure = tuple[str, str, bool]
"""Code, message and whether another attempt may help."""


def _attempt(twin: Twin, delivery: Delivery) -> Failure | None:
    service = delivery.arn.split(":")[2]
    send = _SENDERS.get(service)
    if send is None:
        return ("UnsupportedTarget", f"targets of the service {service} are not modelled", False)
    try:
        credentials = _credentials(twin, delivery, service)
        client = twin.client(service, credentials, delivery.region, of_service(_SERVICE))
        send(client, delivery)
    except ServiceError as error:
        return (error.code, error.message, False)
    except ClientError as error:
        answered = error.response["Error"]
        code = str(answered.get("Code", "Unknown"))
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
        code = "NO_PERMISSIONS" if code in _DENIED else code
        return (code, str(answered.get("Message", error)), code in _TEMPORARY)
    except (BotoCoreError, ValueError) as error:
        return (type(error).__name__, str(error), False)
    return None


def _credentials(twin: Twin, delivery: Delivery, service: str) -> Credentials:
    """Return the session that delivers: the target's role, or EventBridge where it needs none."""
    role_arn = delivery.target.get("RoleArn")
    if not role_arn:
        if service not in ("sns", "sqs", "logs", "lambda"):
            raise ServiceError("NO_PERMISSIONS", f"the target {delivery.arn} needs a RoleArn")
        return service_principal.credentials(twin, _SERVICE, delivery.account_id, delivery.rule.arn)
    return twin.service_session(
        role_arn,
        _SERVICE,
        delivery.rule.name,
        source_arn=delivery.rule.arn,
        source_account=delivery.account_id,
    )


def _to_pipeline(client: Any, delivery: Delivery) -> None:
    given = _object(delivery.text)
    wanted = {key: given[key] for key in ("variables", "sourceRevisions") if key in given}
    client.start_pipeline_execution(name=delivery.arn.rsplit(":", 1)[-1], **wanted)


def _to_sagemaker(client: Any, delivery: Delivery) -> None:
    parameters = (delivery.target.get("SageMakerPipelineParameters") or {}).get(
        "PipelineParameterList", []
    )
    client.start_pipeline_execution(
        PipelineName=delivery.arn.rsplit("/", 1)[-1],
        PipelineParameters=[
            {"Name": given["Name"], "Value": _dynamic(given["Value"], delivery.event)}
            for given in parameters
        ],
    )


def _to_topic(client: Any, delivery: Delivery) -> None:
    client.publish(TopicArn=delivery.arn, Message=delivery.text)


def _to_queue(client: Any, delivery: Delivery) -> None:
    group = (delivery.target.get("SqsParameters") or {}).get("MessageGroupId")
    _send_to_queue(client, delivery.arn, delivery.text, {"MessageGroupId": group} if group else {})


def _send_to_queue(client: Any, arn: str, text: str, options: Mapping[str, Any]) -> None:
    # A service knows the address of a queue; it needs no permission to ask for it.
    parts = arn.split(":")
    url = f"{client.meta.endpoint_url}/{parts[4]}/{parts[5]}"
    client.send_message(QueueUrl=url, MessageBody=text, **options)


def _to_function(client: Any, delivery: Delivery) -> None:
    client.invoke(FunctionName=delivery.arn, InvocationType="Event", Payload=delivery.text.encode())


def _to_logs(client: Any, delivery: Delivery) -> None:
    group = delivery.arn.split(":log-group:", 1)[1].removesuffix(":*")
    stream = str(uuid.uuid4())
    client.create_log_stream(logGroupName=group, logStreamName=stream)
    milliseconds = _milliseconds(delivery.received)
    entry = {"timestamp": milliseconds, "message": delivery.text}
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[entry])


def _to_build(client: Any, delivery: Delivery) -> None:
    given = _object(delivery.text)
    known = client.meta.service_model.operation_model("StartBuild").input_shape.members
    wanted = {key: value for key, value in given.items() if key in known}
    client.start_build(**{**wanted, "projectName": delivery.arn.rsplit("/", 1)[-1]})


_SENDERS: Mapping[str, Callable[[Any, Delivery], None]] = {
    "codebuild": _to_build,
    "codepipeline": _to_pipeline,
    "lambda": _to_function,
    "logs": _to_logs,
    "sagemaker": _to_sagemaker,
    "sns": _to_topic,
    "sqs": _to_queue,
}


def _dynamic(value: str, event: Mapping[str, Any]) -> str:
    """Resolve a parameter that is a JSON path into the original event."""
    if not value.startswith("$."):
        return value
    found = select(value, event)
    return found if isinstance(found, str) else json.dumps(found)


def _object(text: str) -> dict[str, Any]:
    """Return the input of a target that takes a JSON object."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise ServiceError("InvalidJson", f"the target's input is not JSON: {text}") from error
    return given if isinstance(given, dict) else {}


def _milliseconds(time: str) -> int:
    return int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def _record(twin: Twin, delivery: Delivery, failure: Failure | None, attempts: int) -> None:
    twin.audit.add(
        {
            "eventTime": twin.now().isoformat(timespec="milliseconds"),
            "eventSource": _SERVICE,
            "eventName": "DeliverEvent",
            "awsRegion": delivery.region,
            "recipientAccountId": delivery.account_id,
            "eventId": delivery.event["id"],
            "rule": delivery.rule.arn,
            "target": delivery.arn,
            "attempts": attempts,
            "errorCode": failure[0] if failure else None,
            "errorMessage": failure[1] if failure else None,
        }
    )


def _to_dead_letters(twin: Twin, delivery: Delivery, failure: Failure, attempts: int) -> None:
    queue_arn = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue_arn:
        return
    described = {
        "RULE_ARN": delivery.rule.arn,
        "TARGET_ARN": delivery.arn,
        "ERROR_CODE": failure[0],
        "ERROR_MESSAGE": failure[1],
        "RETRY_ATTEMPTS": str(attempts - 1),
    }
    attributes = {
        name: {"DataType": "String", "StringValue": value or "-"}
        for name, value in described.items()
    }
    credentials = service_principal.credentials(
        twin, _SERVICE, delivery.account_id, delivery.rule.arn
    )
    client = twin.client("sqs", credentials, delivery.region, of_service(_SERVICE))
    body = json.dumps(delivery.event)
    _send_to_queue(client, queue_arn, body, {"MessageAttributes": attributes})
