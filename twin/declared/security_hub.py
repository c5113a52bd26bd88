"""Security Hub: which standards are checked, and how; nothing is ever found.

moto 5.2.5 knows the hub itself, but neither its settings nor standards.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchEnableStandards.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_SETTINGS = "securityhub/Settings"
_STANDARD = "securityhub/Standard"
_DEFAULTS = {"AutoEnableControls": True, "ControlFindingGenerator": "SECURITY_CONTROL"}


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    registry.answers("securityhub", "UpdateSecurityHubConfiguration")(configure)
    registry.answers("securityhub", "BatchEnableStandards")(enable)
    registry.answers("securityhub", "BatchDisableStandards")(disable)
    registry.answers("securityhub", "GetEnabledStandards")(enabled)
    registry.wraps("securityhub", "DescribeHub")(described)
    registry.wraps("securityhub", "DisableSecurityHub")(ended)


def configure(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Keep the settings of the hub."""
    given = {key: call.parameters[key] for key in _DEFAULTS if key in call.parameters}
    table = twin.table(_SETTINGS, call.account_id, call.region)
    table.put("hub", {**(table.get("hub") or {}), **given})
    return {}


def described(twin: Twin, call: Call, forward: Forward) -> Response:
    """Return the hub with the settings that were kept."""
    response = forward()
    if not response.ok:
        return response
    kept = twin.table(_SETTINGS, call.account_id, call.region).get("hub") or {}
    return response.with_json({**response.json(), **kept})


def ended(twin: Twin, call: Call, forward: Forward) -> Response:
    """Forget settings and standards with the hub."""
    response = forward()
    if response.ok:
        for kind in (_SETTINGS, _STANDARD):
            table = twin.table(kind, call.account_id, call.region)
            for name in table:
                table.pop(name)
    return response


def enable(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Subscribe to standards; a second subscription to the same is the first."""
    made = []
    for request in call.parameters["StandardsSubscriptionRequests"]:
        standard = str(request["StandardsArn"])
        arn = _subscription_arn(call, standard)
        record: Record = {
            "StandardsSubscriptionArn": arn,
            "StandardsArn": standard,
            "StandardsInput": dict(request.get("StandardsInput") or {}),
            "StandardsStatus": "READY",
            "StandardsControlsUpdatable": "READY_FOR_UPDATES",
        }
        _standards(twin, call).put(arn, record)
        made.append(record)
    return {"StandardsSubscriptions": made}


def disable(twin: Twin, call: Call) -> Mapping[str, Any]:
    """End subscriptions."""
    ended = []
    for arn in call.parameters["StandardsSubscriptionArns"]:
        record = _standards(twin, call).pop(str(arn))
        if record is None:
            raise ServiceError("InvalidInputException", f"Invalid subscription {arn}", 400)
        ended.append({**record, "StandardsStatus": "DELETING"})
    return {"StandardsSubscriptions": ended}


def enabled(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return the subscriptions, all or those that are named."""
    wanted = call.parameters.get("StandardsSubscriptionArns")
    held = _standards(twin, call).values()
    found = [one for one in held if not wanted or one["StandardsSubscriptionArn"] in wanted]
    return {"StandardsSubscriptions": found}


def _subscription_arn(call: Call, standard: str) -> str:
    name = standard.split(":", 5)[5].removeprefix("standards/").removeprefix("ruleset/")
    return f"arn:aws:securityhub:{call.region}:{call.account_id}:subscription/{name}"


def _standards(twin: Twin, call: Call) -> Table:
    return twin.table(_STANDARD, call.account_id, call.region)
