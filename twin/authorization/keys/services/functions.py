"""Keys of Lambda, SNS and EventBridge: functions, subscriptions, rules and events.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from twin.authorization.keys.ask import Ask, Reader, Values, by_action, one, sent, texts, walk
from twin.authorization.keys.live_state import shelf


def _vpcs(ask: Ask) -> Values | None:
    """Return the network of the subnets that a function is put into."""
    wanted = set(walk(ask.parameters, ("VpcConfig", "SubnetIds")))
    shelves = list(shelf(ec2_backends, ask.asked.owner, ask.region, "subnets").values())
    found = {zone[name].vpc_id for zone in shelves for name in wanted if name in zone}
    return texts(sorted(found))


def _function_arn(ask: Ask) -> Values | None:
    """Return the function that an event source or an address belongs to."""
    named = ask.parameters.get("FunctionName")
    if named is None:
        return None
    if str(named).startswith("arn:"):
        return (str(named),)
    return (f"arn:aws:lambda:{ask.call.region}:{ask.call.account_id}:function:{named}",)


def _pattern(*members: str) -> Reader:
    """Make a reader of the texts that a rule's pattern takes at a member."""

    def read(ask: Ask) -> Values | None:
        try:
            found: Any = json.loads(str(ask.parameters.get("EventPattern") or "{}"))
        except ValueError:
            return None
        for member in members:
            found = found.get(member) if isinstance(found, Mapping) else None
        given = found if isinstance(found, list) else []
        return texts([value for value in given if isinstance(value, str)])

    return read


def _event(member: str, pattern: str) -> Reader:
    return by_action({"PutEvents": sent(f"Entries.{member}"), "PutRule": _pattern(pattern)})


def _creator(ask: Ask) -> Values | None:
    """Return the account that made a rule, which in the twin is always its owner."""
    return (ask.asked.owner,) if ask.asked.owner.isdigit() else None


def _direct(_ask: Ask) -> Values | None:
    # Only EventBridge itself hands events from one bus to the other, and not as a caller.
    return ("false",)


READERS: Mapping[str, Reader] = {
    "events:creatoraccount": _creator,
    "events:detail-type": _event("DetailType", "detail-type"),
    "events:detail.eventtypecode": _pattern("detail", "eventTypeCode"),
    "events:detail.service": _pattern("detail", "service"),
    "events:detail.useridentity.principalid": _pattern("detail", "userIdentity", "principalId"),
    "events:eventbusarn": sent("EventBuses.EventBusArn"),
    "events:eventbusinvocation": _direct,
    "events:source": _event("Source", "source"),
    "events:targetarn": sent("Targets.Arn"),
    "lambda:codesigningconfigarn": sent("CodeSigningConfigArn"),
    "lambda:eventsourcetoken": sent("EventSourceToken"),
    "lambda:functionarn": _function_arn,
    "lambda:functionurlauthtype": sent("FunctionUrlAuthType", "AuthType"),
    "lambda:layer": sent("Layers"),
    "lambda:principal": sent("Principal"),
    "lambda:securitygroupids": sent("VpcConfig.SecurityGroupIds"),
    "lambda:subnetids": sent("VpcConfig.SubnetIds"),
    "lambda:vpcids": _vpcs,
    "sns:endpoint": lambda ask: one(ask.parameters.get("Endpoint")),
    "sns:protocol": sent("Protocol"),
}
