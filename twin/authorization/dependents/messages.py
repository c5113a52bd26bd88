"""What SNS and SQS ask KMS for in the name of whoever sends or reads what is encrypted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from twin.authorization.dependents import key_uses
from twin.authorization.dependents.dependent import Dependent
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_SNS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
_SENDS = ("GenerateDataKey", "Decrypt")


def sns(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the uses of a topic's key by which a publisher's message is encrypted."""
    if call.operation not in ("Publish", "PublishBatch"):
        return ()
    arn = str(call.parameters.get("TopicArn") or call.parameters.get("TargetArn") or "")
    parts = arn.split(":")
    if len(parts) != 6:
        return ()
    topic = sns_backends[parts[4]][parts[3]].topics.get(arn)
    key = getattr(topic, "kms_master_key_id", None)
    context = {"aws:sns:topicArn": arn}
    return _uses(_unsourced(call), "sns", key, parts[4], context, _SENDS, _SNS)


def _unsourced(call: Call) -> Call:
    """Return a call without what a service acts for: towards a topic's key SNS does not tell it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    if not call.caller.is_service:
        return call
    return replace(call, caller=replace(call.caller, source_arn=None, source_account=None))


def sqs(_twin: Twin, call: Call) -> tuple[Dependent, ...]:
    """Return the uses of a queue's key for sending to it, or for reading from it."""
    sends = call.operation in ("SendMessage", "SendMessageBatch")
    if not sends and call.operation != "ReceiveMessage":
        return ()
    queue = _queue(call)
    if queue is None:
        return ()
    uses = _SENDS if sends else ("Decrypt",)
    context = {"aws:sqs:arn": str(queue.queue_arn)}
    account_id = str(queue.queue_arn).split(":")[4]
    return _uses(call, "sqs", queue.kms_master_key_id, account_id, context, uses, _SQS)


def _uses(
    call: Call,
    via: str,
    key: Any,
    account_id: str,
    context: dict[str, str],
    operations: tuple[str, ...],
    page: str,
) -> tuple[Dependent, ...]:
    return tuple(
        one
        for operation in operations
        for one in key_uses.use(
            call, via, operation, key or None, page, account_id=account_id, context=context
        )
    )


def _queue(call: Call) -> Any | None:
    path = str(call.parameters.get("QueueUrl") or "").rstrip("/").split("/")
    if len(path) < 2:
        return None
    account_id = path[-2] if path[-2].isdigit() else call.account_id
    return sqs_backends[account_id][call.region].queues.get(path[-1])
