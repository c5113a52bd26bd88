"""Keeps what topics of SNS send, so that a notice by mail can be read without a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sns.models import Subscription, sns_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry

if TYPE_CHECKING:
    from twin.twin import Twin

_KIND = "sns/Notice"
_KEPT = 1_000
"""How many of the last notices of an account are kept."""


def register(registry: Registry) -> None:
    """Stand around the publishing of messages."""
    registry.wraps("sns", "Publish")(published)
    registry.wraps("sns", "PublishBatch")(published)


def published(twin: Twin, call: Call, forward: Forward) -> Response:
    """Keep a message that a topic accepted, with all who receive it."""
    response = forward()
    topic = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
    if response.ok and topic:
        batch = call.parameters.get("PublishBatchRequestEntries")
        for entry in batch if batch is not None else [call.parameters]:
            _keep(twin, call, str(topic), entry)
    return response


def kept(twin: Twin) -> dict[str, Any]:
    """Return all notices of all accounts, oldest first."""
    found = [notice for _, _, table in twin.tables.everywhere(_KIND) for notice in table.values()]
    return {"notices": sorted(found, key=lambda notice: str(notice["time"]))}


def _keep(twin: Twin, call: Call, topic: str, entry: dict[str, Any]) -> None:
    account_id, region = topic.split(":")[4], topic.split(":")[3]
    table = twin.table(_KIND, account_id, region)
    notice = {
        "time": twin.now().isoformat(timespec="microseconds"),
        "account_id": account_id,
        "topic": topic,
        "by": call.caller.arn,
        "subject": entry.get("Subject"),
        "message": entry.get("Message"),
        "recipients": [
            {"protocol": subscription.protocol, "endpoint": subscription.endpoint}
            for subscription in list(sns_backends[account_id][region].subscriptions.values())
            if subscription.topic.arn == topic and _takes(subscription, entry)
        ],
    }
    table.put(f"{call.request_id}-{entry.get('Id', '')}", notice)
    for name in list(table)[:-_KEPT]:
        table.pop(name)


def _takes(subscription: Subscription, entry: dict[str, Any]) -> bool:
    """Tell whether a subscription's filter lets a message through.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
    """
    matcher = subscription._filter_policy_matcher
    attributes = {
        name: {"Type": value["DataType"], "Value": value.get("StringValue")}
        for name, value in (entry.get("MessageAttributes") or {}).items()
    }
    return matcher is None or matcher.matches(attributes, str(entry.get("Message")))
