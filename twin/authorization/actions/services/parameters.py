"""Systems Manager's parameters and settings, and Secrets Manager's secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.secretsmanager.models import secretsmanager_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Resolver, Service
from twin.authorization.asked import UnknownAction
from twin.authorization.keys.live_state import shelf
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_NAMES = ("Name", "Names[]", "Path")
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
_TAGGED_TYPES = {
    "Association": "association",
    "Automation": "automation-execution",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "PatchBaseline": "patchbaseline",
}


def ssm() -> Service:
    """Return the table of Systems Manager.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    return Service(
        "ssm",
        kinds={
            "parameter": _parameters,
            "servicesetting": _setting,
            "instance": _instances("i-", "ec2", "instance"),
            "managed-instance": _instances("mi-", "ssm", "managed-instance"),
        },
        places={"DocumentName": ("Name",)},
        entries=dict.fromkeys(
            ("AddTagsToResource", "ListTagsForResource", "RemoveTagsFromResource"), _tags
        ),
        tagged={"PutParameter": "ssm:AddTagsToResource"},
    )


def _place(call: Call, service: str) -> str:
    partition = template.partition_of(call.region)
    return f"arn:{partition}:{service}:{call.region}:{call.account_id}"


def _parameter(call: Call, name: str) -> str:
    """Return the ARN of a parameter, which may be named with a version or label behind it."""
    if name.startswith("arn:"):
        parts = name.split(":")
        if len(parts) < 6 or parts[2] != "ssm" or not parts[5].startswith("parameter/"):
            raise UnknownAction(call.service, call.operation, f"no ARN of a parameter: {name}")
        return ":".join(parts[:6])
    return f"{_place(call, 'ssm')}:parameter/{name.partition(':')[0].removeprefix('/')}"


def _parameters(_twin: Twin, call: Call) -> tuple[str, ...]:
    return tuple(_parameter(call, name) for name in template.first_values(call, _NAMES))


def _setting(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = str(call.parameters.get("SettingId") or "")
    if name.startswith("arn:"):
        return (name,)
    return (f"{_place(call, 'ssm')}:servicesetting/{name.removeprefix('/')}",) if name else ()


def _instances(start: str, service: str, kind: str) -> Resolver:
    def find(_twin: Twin, call: Call) -> tuple[str, ...]:
        named = template.first_values(call, ("InstanceId", "InstanceIds[]", "Target"))
        return tuple(f"{_place(call, service)}:{kind}/{n}" for n in named if n.startswith(start))

    return find


def _tags(_twin: Twin, call: Call) -> list[Pair]:
    kind, name = call.parameters.get("ResourceType"), str(call.parameters.get("ResourceId") or "")
    action = f"ssm:{call.operation}"
    if kind == "Parameter" and name:
        return [(action, _parameter(call, name))]
    if kind not in _TAGGED_TYPES or not name:
        raise UnknownAction(call.service, call.operation, f"tags of a {kind}")
    arn = name if name.startswith("arn:") else f"{_place(call, 'ssm')}:{_TAGGED_TYPES[kind]}/{name}"
    return [(action, arn)]


def secretsmanager() -> Service:
    """Return the table of Secrets Manager, whose ARNs end with six characters of its own.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    """
    return Service(
        "secretsmanager",
        kinds={"Secret": _secrets},
        tagged={"CreateSecret": "secretsmanager:TagResource"},
    )


def _secrets(_twin: Twin, call: Call) -> tuple[str, ...]:
    named = template.first_values(call, ("SecretId", "SecretIdList[]", "Name"))
    return tuple(_secret(call, name) for name in named)


def _secret(call: Call, name: str) -> str:
    if name.startswith("arn:"):
        parts = name.split(":", 6)
        if len(parts) != 7 or parts[2] != "secretsmanager" or parts[5] != "secret":
            raise UnknownAction(call.service, call.operation, f"no ARN of a secret: {name}")
        account, region, name = parts[4], parts[3], parts[6]
    else:
        account, region = call.account_id, call.region
    found = _held_secret(account, region, name)
    if found is not None:
        return found
    partition = template.partition_of(call.region)
    place = f"arn:{partition}:secretsmanager:{region}:{account}:secret"
    # Its last characters are known once it is made.
    return f"{place}:{name}-??????" if call.operation == "CreateSecret" else f"{place}:{name}"


def _held_secret(account: str, region: str, name: str) -> str | None:
    for held in list(shelf(secretsmanager_backends, account, region, "secrets").values()):
        if name in (held.name, held.arn.split(":", 6)[6]):
            return str(held.arn)
    return None
