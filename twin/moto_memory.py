"""Keeps moto from remembering for ever what is over.

moto 5.2.5 holds on to every object that it ever made, for a dashboard, to every notification that a
topic sent, for tests to look at, and to the handle of every message that was deleted from a queue.
"""

from __future__ import annotations

from typing import Any

from moto.core.common_models import BaseModel
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from twin.call import Call, Forward, Response
from twin.moto_state import held
from twin.registry import Registry
from twin.twin import Twin

_KEPT = 1_000


def register(registry: Registry) -> None:
    """Stand around the operations by which moto's memory grows, and end its list of objects."""
    BaseModel.__new__ = _made
    for operation in ("Publish", "PublishBatch"):
        registry.wraps("sns", operation)(_published)
    for operation in ("DeleteMessage", "DeleteMessageBatch"):
        registry.wraps("sqs", operation)(_deleted)


def _made(model: type[Any], *_: object, **__: object) -> Any:
    """Make an object of moto without listing it; what still matters is held by its backend."""
    return super(BaseModel, model).__new__(model)


def _published(twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    arn = str(call.parameters.get("TopicArn") or call.parameters.get("TargetArn") or "")
    sns = held(sns_backends, call.account_id, call.region)
    topic = None if sns is None else sns.topics.get(arn)
    with twin.turn:
        if topic is not None:
            del topic.sent_notifications[:-_KEPT]
        while sns is not None and len(sns.sms_messages) > _KEPT:
            sns.sms_messages.popitem(last=False)
    return response


def _deleted(twin: Twin, call: Call, forward: Forward) -> Response:
    """Forget handles of deleted messages; a second deletion finds them for a while."""
    response = forward()
    sqs = held(sqs_backends, call.account_id, call.region)
    url = str(call.parameters.get("QueueUrl") or "")
    queue = None if sqs is None else sqs.queues.get(url.rpartition("/")[2])
    with twin.turn:
        if queue is not None and len(queue.deleted_messages) > _KEPT:
            queue.deleted_messages.clear()
    return response
