"""What carries messages and measures: SNS, SQS, EventBridge, CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_DEFAULT_BUS = "default"


def sns() -> Service:
    """Return the table of SNS.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
    """
    return Service(
        "sns",
        kinds={"topic": _topic},
        actions={"PublishBatch": "Publish"},
        tagged={"CreateTopic": "sns:TagResource"},
    )


def _topic(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    named = given.get("TopicArn") or given.get("TargetArn") or given.get("ResourceArn")
    if named:
        return (str(named),)
    if given.get("PhoneNumber"):
        # https://docs.aws.amazon.com/sns/latest/dg/sns-sms-custom-attributes-sent.html
        return (template.ANY,)
    name = given.get("Name")
    return (f"{_place(call, 'sns')}:{name}",) if name and call.operation == "CreateTopic" else ()


def sqs() -> Service:
    """Return the table of SQS; operations on batches need the action of one.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    return Service(
        "sqs",
        kinds={"queue": _queue},
        actions={
            "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
            "DeleteMessageBatch": "DeleteMessage",
            "SendMessageBatch": "SendMessage",
        },
        tagged={"CreateQueue": "sqs:TagQueue"},
    )


def _queue(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    arn = given.get("SourceArn") or given.get("DestinationArn")
    if arn:
        return (str(arn),)
    name = given.get("QueueName")
    partition = template.partition_of(call.region)
    if name:
        owner = given.get("QueueOwnerAWSAccountId") or call.account_id
        return (f"arn:{partition}:sqs:{call.region}:{owner}:{name}",)
    parts = str(given.get("QueueUrl") or "").rstrip("/").split("/")
    if len(parts) < 2:
        return ()
    owner = parts[-2] if parts[-2].isdigit() else call.account_id
    return (f"arn:{partition}:sqs:{call.region}:{owner}:{parts[-1]}",)


def events() -> Service:
    """Return the table of EventBridge, whose rules lie on the default bus or another.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (for tags)
    """
    on_rules = (
        "DeleteRule DescribeRule DisableRule EnableRule ListTargetsByRule PutRule PutTargets "
        "RemoveTargets"
    )
    return Service(
        "events",
        kinds={"event-bus": _bus},
        entries={**dict.fromkeys(on_rules.split(), _rule), "PutEvents": _put_events},
        places={
            "EventSourceName": ("Name", "EventSourceName"),
            "ArchiveName": ("EventSourceArn",),
            "ConnectionName": ("Name", "ConnectionArn"),
            "ApiDestinationName": ("Name",),
            "EndpointName": ("Name",),
        },
        tagged={"CreateEventBus": "events:TagResource"},
    )


def _bus_name(call: Call, named: object) -> tuple[str, str]:
    """Return where a bus lies and its name, from a name, an ARN or nothing."""
    text = str(named or _DEFAULT_BUS)
    if not text.startswith("arn:"):
        return _place(call, "events"), text
    place, mark, name = text.partition(":event-bus/")
    if not mark:
        raise UnknownAction(call.service, call.operation, f"no ARN of an event bus: {text}")
    return place, name


def _bus(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    named = given.get("EventSourceArn") or given.get("EventBusName") or given.get("Name")
    if call.operation == "StartReplay":
        named = (given.get("Destination") or {}).get("Arn")
    place, name = _bus_name(call, named)
    return (f"{place}:event-bus/{name}",)


def _rule(_twin: Twin, call: Call) -> list[Pair]:
    given = call.parameters
    place, bus = _bus_name(call, given.get("EventBusName"))
    name = given.get("Rule") or given.get("Name")
    if not name:
        raise UnknownAction(call.service, call.operation, "no name of a rule")
    arn = f"{place}:rule/{name}" if bus == _DEFAULT_BUS else f"{place}:rule/{bus}/{name}"
    tags = [("events:TagResource", arn)] if given.get("Tags") else []
    return [(f"events:{call.operation}", arn), *tags]


def _put_events(_twin: Twin, call: Call) -> list[Pair]:
    buses = [_bus_name(call, entry.get("EventBusName")) for entry in call.parameters["Entries"]]
    return [("events:PutEvents", f"{place}:event-bus/{name}") for place, name in buses]


def cloudwatch() -> Service:
    """Return the table of CloudWatch.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    return Service(
        "cloudwatch",
        places={
            "MetricStreamName": ("Name", "Names"),
            "InsightRuleName": ("RuleName", "RuleNames"),
        },
        tagged={
            "PutCompositeAlarm": "cloudwatch:TagResource",
            "PutInsightRule": "cloudwatch:TagResource",
            "PutMetricAlarm": "cloudwatch:TagResource",
            "PutMetricStream": "cloudwatch:TagResource",
        },
    )


def _place(call: Call, service: str) -> str:
    partition = template.partition_of(call.region)
    return f"arn:{partition}:{service}:{call.region}:{call.account_id}"
