"""CloudWatch Logs, whose requests name a log group together with a log stream that may be empty.

A policy on ``log-group:name:*`` lets the requests on a group through, one on ``log-group:name``
only those about its tags.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_GROUPS = ("logGroupName", "logGroupIdentifier", "logGroupNames[]", "logGroupIdentifiers[]")
_MARK = ":log-group:"


def logs() -> Service:
    """Return the table of CloudWatch Logs."""
    return Service(
        "logs",
        kinds={"log-group": _groups, "log-stream": _streams},
        places={
            "DestinationName": ("destinationName",),
            "DeliveryName": ("id",),
            "DeliverySourceName": ("name", "deliverySourceName"),
            "DeliveryDestinationName": (
                "name",
                "deliveryDestinationName",
                "deliveryDestinationArn",
            ),
            "DetectorId": ("anomalyDetectorArn",),
        },
        entries={
            "CreateLogGroup": _create_group,
            "DescribeLogGroups": _describe_groups,
            "ListTagsLogGroup": _plain_group,
            "TagLogGroup": _plain_group,
            "UntagLogGroup": _plain_group,
            "AssociateKmsKey": _keyed,
            "DisassociateKmsKey": _keyed,
        },
        arns=("resourceIdentifier",),
        new=frozenset({"DeliveryName"}),
    )


def _place(call: Call) -> str:
    return f"arn:{template.partition_of(call.region)}:logs:{call.region}:{call.account_id}"


def _group(call: Call, name: str) -> str:
    """Return the ARN of a group without any end, from its name or ARN."""
    if not name.startswith("arn:"):
        return f"{_place(call)}{_MARK}{name}"
    if _MARK not in name:
        raise UnknownAction(call.service, call.operation, f"no ARN of a log group: {name}")
    return name.removesuffix(":*")


def _groups(_twin: Twin, call: Call) -> tuple[str, ...]:
    found = template.first_values(call, _GROUPS)
    return tuple(f"{_group(call, name)}:log-stream:" for name in found)


def _streams(_twin: Twin, call: Call) -> tuple[str, ...]:
    stream = call.parameters.get("logStreamName") or ""
    found = template.first_values(call, _GROUPS)
    return tuple(f"{_group(call, name)}:log-stream:{stream}" for name in found)


def _create_group(_twin: Twin, call: Call) -> list[Pair]:
    """Read CreateLogGroup, which needs logs:TagResource besides when it sets tags.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    arn = _group(call, str(call.parameters.get("logGroupName") or ""))
    tags = [("logs:TagResource", arn)] if call.parameters.get("tags") else []
    return [("logs:CreateLogGroup", f"{arn}:log-stream:"), *tags]


def _describe_groups(_twin: Twin, call: Call) -> list[Pair]:
    return [("logs:DescribeLogGroups", f"{_place(call)}{_MARK}:log-stream:")]


def _plain_group(_twin: Twin, call: Call) -> list[Pair]:
    arn = _group(call, str(call.parameters.get("logGroupName") or ""))
    return [(f"logs:{call.operation}", arn)]


def _keyed(_twin: Twin, call: Call) -> list[Pair]:
    """Read what sets a key: on a log group, or on the results of queries of an account."""
    action = f"logs:{call.operation}"
    name = call.parameters.get("logGroupName")
    if name:
        return [(action, f"{_group(call, str(name))}:log-stream:")]
    results = str(call.parameters.get("resourceIdentifier") or "")
    if _MARK in results:
        return [(action, f"{_group(call, results)}:log-stream:")]
    if results.startswith("arn:"):
        return [(action, results)]
    raise UnknownAction(call.service, call.operation, "neither a log group nor query results")
