"""Rules of AWS Config that are written in Guard's language.

moto 5.2.5 fails on the owner CUSTOM_POLICY, which AWS has had since 2022. Such rules are held here
beside those that moto holds; neither kind is ever evaluated.
https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_cfn-guard.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_KIND = "config/WrittenRule"
_OWNER = "CUSTOM_POLICY"


def register(registry: Registry) -> None:
    """Stand around the operations on rules and their tags."""
    registry.wraps("config", "PutConfigRule")(put)
    registry.wraps("config", "DescribeConfigRules")(describe)
    registry.wraps("config", "DeleteConfigRule")(delete)
    registry.wraps("config", "ListTagsForResource")(list_tags)


def put(twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Hold a written rule; leave others to moto."""
    given = call.parameters["ConfigRule"]
    if given["Source"]["Owner"] != _OWNER:
        return forward()
    details = given["Source"].get("CustomPolicyDetails") or {}
    if not details.get("PolicyText") or details.get("PolicyRuntime") != "guard-2.x.x":
        raise ServiceError(
            "InvalidParameterValueException",
            "CustomPolicyDetails must have PolicyText and the PolicyRuntime guard-2.x.x.",
        )
    name = str(given["ConfigRuleName"])
    known = _rules(twin, call).get(name) or {"ConfigRuleId": f"config-rule-{uuid.uuid4().hex[:6]}"}
    arn = f"arn:aws:config:{call.region}:{call.account_id}:config-rule/{known['ConfigRuleId']}"
    record: Record = {
        **known,
        **given,
        "ConfigRuleArn": arn,
        "ConfigRuleState": "ACTIVE",
        "_tags": call.parameters.get("Tags") or known.get("_tags") or [],
    }
    _rules(twin, call).put(name, record)
    return {}


def describe(twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Return the named rules of both kinds, or all of them."""
    held = {str(record["ConfigRuleName"]): record for record in _rules(twin, call).values()}
    wanted = call.parameters.get("ConfigRuleNames")
    if wanted and set(wanted) <= set(held):
        return {"ConfigRules": [_shown(held[name]) for name in wanted]}
    response = forward()
    if not response.ok or wanted:
        return response
    answered = response.json()
    both = [*answered.get("ConfigRules", []), *map(_shown, held.values())]
    return response.with_json({**answered, "ConfigRules": both})


def delete(twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Remove a rule of either kind."""
    if _rules(twin, call).pop(str(call.parameters["ConfigRuleName"])) is None:
        return forward()
    return {}


def list_tags(twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Return the tags of a rule of either kind."""
    arn = call.parameters["ResourceArn"]
    for record in _rules(twin, call).values():
        if record["ConfigRuleArn"] == arn:
            return {"Tags": record["_tags"]}
    return forward()


def _shown(record: Record) -> Record:
    return {key: value for key, value in record.items() if not key.startswith("_")}


def _rules(twin: Twin, call: Call) -> Table:
    return twin.table(_KIND, call.account_id, call.region)
