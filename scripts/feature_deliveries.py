"""What an ingestion has given up: looked through in its queue, and handed in again.

EventBridge and Lambda keep the event itself, and say why beside it, each in words of its own:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.errors import EnvironmentFault, InvalidInput
from pipelines.ingestion.arrival import arrival_of
from scripts.access import Access, aws_errors

_HELD_SECONDS = 900
"""For how long nobody else sees what is held: longer than it takes to hand a few in."""
_INCOMING = re.compile(r"features/([^/]+)/incoming/.+")
_AT_ONCE = 10


@dataclass(frozen=True)
class Undelivered:
    """An event that was given up.

    ``about`` is the object's key, or the execution of which people were to be told; ``execution``
    what an execution is called that an arrival has started. ``receipt`` is good while it is held.
    """

    id: str
    receipt: str
    body: str
    group: str | None
    about: str
    execution: str | None
    since: str
    reason: str


@dataclass(frozen=True)
class Delivery:
    """What became of an event that was handed in again; it stays where it was not accepted."""

    event: Undelivered
    accepted: bool
    outcome: str


class Deliveries:
    """The queue of one account's ingestion, and the function that takes its events again."""

    def __init__(self, access: Access, region: str, name: str) -> None:
        self._name = name
        self._queue = f"{name}-undelivered"
        self._endpoint = access.endpoint
        self._sqs = access.client("sqs", region)
        self._function = access.client("lambda", region)

    def waiting(self) -> int:
        """Count what waits, with what somebody holds just now."""
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        with self._errors("must tell how many events wait"):
            told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=counts)
        return sum(int(told["Attributes"][name]) for name in counts)

    @contextmanager
    def held(self) -> Iterator[list[Undelivered]]:
        """Hold all that wait; whatever was not removed meanwhile is put back at the end.

        Nothing is lost where even that end does not come: what is held is seen again after a
        quarter of an hour.
        """
        found: dict[str, Undelivered] = {}
        try:
            while taken := self._receive():
                found |= {each.id: each for each in taken}
            yield list(found.values())
        finally:
            for each in found.values():
                self._put_back(each)

    def remove(self, event: Undelivered) -> None:
        """Take an event that was accepted out of the queue."""
        with self._errors("must let go of what was accepted"):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=event.receipt)

    def hand_in(self, event: Undelivered) -> str:
        """Give an event to the function and wait; gives the ARN of what it started or told of.

        Raises EnvironmentFault where the function does not take it.
        """
        address = f"function {self._name}"
        with aws_errors(address, "must be callable", self._endpoint):
            answer = self._function.invoke(FunctionName=self._name, Payload=event.body.encode())
            told = json.loads(answer["Payload"].read()) or {}
        done = told.get("started") or told.get("told")
        if answer.get("FunctionError") or not done:
            reason = told.get("errorMessage") or told.get("reason") or "nothing to be done about it"
            raise EnvironmentFault(address, "must take the event", got=str(reason))
        return str(done)

    def _receive(self) -> list[Undelivered]:
        with self._errors("must show what waits"):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_HELD_SECONDS,
                # All of its servers are asked, not some.
                WaitTimeSeconds=1,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["All"],
            )
        return [_read(message, self._name) for message in answer.get("Messages", ())]

    def _put_back(self, event: Undelivered) -> None:
        gone = (
            self._sqs.exceptions.MessageNotInflight,
            self._sqs.exceptions.ReceiptHandleIsInvalid,
        )
        with self._errors("must take back what was not accepted"):
            try:
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=event.receipt, VisibilityTimeout=0
                )
            except gone:
                return

    @cached_property
    def _url(self) -> str:
        with self._errors("must exist"):
            return str(self._sqs.get_queue_url(QueueName=self._queue)["QueueUrl"])

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"queue {self._queue}", must_hold, self._endpoint)


def redeliver(
    deliveries: Deliveries,
    events: Iterable[Undelivered],
    started: Callable[[str], Collection[str]],
) -> Iterator[Delivery]:
    """Hand events in again, and remove each from the queue once it was accepted.

    ``started`` gives the names of a group's executions: an arrival that has one was accepted
    before, by whoever was cut off then, and is not handed in once more.
    """
    for event in events:
        try:
            if event.group and event.execution and event.execution in started(event.group):
                outcome = f"started before: {event.execution}"
            else:
                outcome = deliveries.hand_in(event)
        except EnvironmentFault as fault:
            yield Delivery(event, accepted=False, outcome=str(fault.got or fault))
            continue
        deliveries.remove(event)
        yield Delivery(event, accepted=True, outcome=outcome)


def _read(message: Mapping[str, Any], name: str) -> Undelivered:
    told = {
        key: str(value.get("StringValue", ""))
        for key, value in (message.get("MessageAttributes") or {}).items()
    }
    group, about, execution = _about(str(message["Body"]), name)
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    # Lambda's code says that it answered, and nothing of why.
    why = (told.get("ERROR_CODE"), told.get("ERROR_MESSAGE") or told.get("ErrorMessage"))
    return Undelivered(
        id=str(message["MessageId"]),
        receipt=str(message["ReceiptHandle"]),
        body=str(message["Body"]),
        group=group,
        about=about or str(message["MessageId"]),
        execution=execution,
        since=spell(sent),
        reason=": ".join(part for part in why if part) or "nobody told why",
    )


def _about(body: str, name: str) -> tuple[str | None, str, str | None]:
    """Tell an event's group, what it is about, and how an execution of it is called."""
    try:
        event = json.loads(body)
        detail = event["detail"]
        if "pipelineExecutionArn" in detail:
            pipeline = str(detail["pipelineArn"]).rpartition("/")[2]
            told = str(detail["pipelineExecutionArn"])
            return pipeline.removeprefix(f"{name}-"), told, None
        key = str(detail["object"]["key"])
        matched = _INCOMING.fullmatch(key)
        group = matched[1] if matched else None
    except (KeyError, TypeError, ValueError):
        return None, "", None
    try:
        arrival = arrival_of(event)
    except InvalidInput:
        arrival = None
    return group, key, arrival.execution_name if arrival else None
