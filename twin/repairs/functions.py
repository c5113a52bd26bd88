"""Settings of Lambda functions that moto forgets.

moto 5.2.5 drops the dead-letter queue and the logging configuration of a function, and names a
network that does not exist. Both are held here and put into every answer that shows a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin

KIND = "lambda/Settings"
_KEPT = ("DeadLetterConfig", "LoggingConfig", "VpcConfig")


def register(registry: Registry) -> None:
    """Stand around the operations that change or show a function."""
    for operation in ("CreateFunction", "UpdateFunctionConfiguration"):
        registry.wraps("lambda", operation)(changed)
    for operation in ("GetFunction", "GetFunctionConfiguration", "UpdateFunctionCode"):
        registry.wraps("lambda", operation)(shown)
    registry.wraps("lambda", "DeleteFunction")(deleted)


def settings(twin: Twin, account_id: str, region: str, name: str) -> Record:
    """Return what is held of a function."""
    return twin.table(KIND, account_id, region).get(name) or {}


def changed(twin: Twin, call: Call, forward: Forward) -> Response:
    """Keep what moto drops."""
    response = forward()
    if not response.ok:
        return response
    name = _name(call)
    given = {key: call.parameters[key] for key in _KEPT if key in call.parameters}
    table = twin.table(KIND, call.account_id, call.region)
    table.put(name, {**(table.get(name) or {}), **given})
    return _answered(twin, call, response)


def shown(twin: Twin, call: Call, forward: Forward) -> Response:
    """Add what moto dropped."""
    return _answered(twin, call, forward())


def deleted(twin: Twin, call: Call, forward: Forward) -> Response:
    """Forget a function."""
    response = forward()
    if response.ok:
        twin.table(KIND, call.account_id, call.region).pop(_name(call))
    return response


def _answered(twin: Twin, call: Call, response: Response) -> Response:
    if not response.ok:
        return response
    document = response.json()
    configuration = document.get("Configuration", document)
    held = settings(twin, call.account_id, call.region, _name(call))
    configuration["LoggingConfig"] = {
        "LogFormat": "Text",
        "LogGroup": f"/aws/lambda/{_name(call)}",
        **(held.get("LoggingConfig") or {}),
    }
    if (held.get("DeadLetterConfig") or {}).get("TargetArn"):
        configuration["DeadLetterConfig"] = held["DeadLetterConfig"]
    if (held.get("VpcConfig") or {}).get("SubnetIds"):
        configuration["VpcConfig"] = _network(call, held["VpcConfig"])
    return response.with_json(document)


def _network(call: Call, config: Mapping[str, Any]) -> dict[str, Any]:
    subnets = ec2_backends[call.account_id][call.region].describe_subnets()
    networks = {one.vpc_id for one in subnets if one.id in config["SubnetIds"]}
    return {**config, "VpcId": min(networks, default="")}


def _name(call: Call) -> str:
    """Return the name of the function that a request names, by name or ARN."""
    name = str(call.parameters["FunctionName"])
    return name.split(":function:", 1)[1].split(":", 1)[0] if ":function:" in name else name
