"""Settings that exist once for an account and region: each is read, changed and set back by itself.

moto 5.2.5 knows none of these. What a new account answers before anybody changed a setting is what
the API references of EC2, Systems Manager and SageMaker give as the default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Answer, Registry
from twin.table import Record
from twin.twin import Twin

_KIND = "account/Setting"


@dataclass(frozen=True)
class Setting:
    """One setting of a service: its name here, and what it is in a new account."""

    service: str
    name: str
    default: Mapping[str, Any]

    def read(self, twin: Twin, call: Call) -> Record:
        """Return what holds now."""
        stored = twin.table(_KIND, call.account_id, call.region).get(self.name)
        return dict(self.default) | (stored or {})

    def write(self, twin: Twin, call: Call, changed: Mapping[str, Any]) -> Record:
        """Change what is given and return what holds then."""
        now = self.read(twin, call) | dict(changed)
        twin.table(_KIND, call.account_id, call.region).put(self.name, now)
        return now


def _reading(setting: Setting) -> Answer:
    return lambda twin, call: setting.read(twin, call)


def _writing(setting: Setting, changed: Callable[[Call], Mapping[str, Any]]) -> Answer:
    return lambda twin, call: setting.write(twin, call, changed(call))


_SNAPSHOTS = Setting("ec2", "snapshot-sharing", {"State": "unblocked"})
_IMAGES = Setting("ec2", "image-sharing", {"ImageBlockPublicAccessState": "block-new-sharing"})
_SERIAL_CONSOLE = Setting("ec2", "serial-console", {"SerialConsoleAccessEnabled": False})
_METADATA = Setting("ec2", "instance-metadata", {})
_INTERNET = Setting("ec2", "internet-gateways", {"InternetGatewayBlockMode": "off"})
_SCANNING = Setting("ecr", "registry-scanning", {"scanType": "BASIC", "rules": []})
_PORTFOLIO = Setting("sagemaker", "portfolio", {"Status": "Disabled"})


def register(registry: Registry) -> None:
    """Put all account settings into the registry."""
    for operation, answer in _EC2.items():
        registry.answers("ec2", operation)(answer)
    for operation, answer in _ECR.items():
        registry.answers("ecr", operation)(answer)
    for operation, answer in _SSM.items():
        registry.answers("ssm", operation)(answer)
    for operation, answer in _SAGEMAKER.items():
        registry.answers("sagemaker", operation)(answer)


def _metadata_read(twin: Twin, call: Call) -> Record:
    return {"AccountLevel": _METADATA.read(twin, call)}


def _metadata_write(twin: Twin, call: Call) -> Record:
    given = {name: value for name, value in call.parameters.items() if name != "DryRun"}
    # "no-preference" and a hop limit of -1 take a default away again.
    _METADATA.write(twin, call, given)
    return {"Return": True}


def _internet(twin: Twin, call: Call, changed: Mapping[str, Any]) -> Record:
    held = _INTERNET.write(twin, call, changed) if changed else _INTERNET.read(twin, call)
    return {
        "VpcBlockPublicAccessOptions": {
            "AwsAccountId": call.account_id,
            "AwsRegion": call.region,
            "State": "update-complete" if "LastUpdateTimestamp" in held else "default-state",
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
            **held,
        }
    }


def _internet_read(twin: Twin, call: Call) -> Record:
    return _internet(twin, call, {})


def _internet_write(twin: Twin, call: Call) -> Record:
    mode = call.parameters["InternetGatewayBlockMode"]
    if mode not in ("off", "block-bidirectional", "block-ingress"):
        raise ServiceError(
            "InvalidParameterValue", f"Invalid InternetGatewayBlockMode: {mode}", 400
        )
    changed = {"InternetGatewayBlockMode": mode, "LastUpdateTimestamp": datetime.now(UTC)}
    return _internet(twin, call, changed)


_EC2: Mapping[str, Answer] = {
    "GetSnapshotBlockPublicAccessState": _reading(_SNAPSHOTS),
    "EnableSnapshotBlockPublicAccess": _writing(
        _SNAPSHOTS, lambda call: {"State": call.parameters["State"]}
    ),
    "DisableSnapshotBlockPublicAccess": _writing(_SNAPSHOTS, lambda _: {"State": "unblocked"}),
    "GetImageBlockPublicAccessState": _reading(_IMAGES),
    "EnableImageBlockPublicAccess": _writing(
        _IMAGES,
        lambda call: {
            "ImageBlockPublicAccessState": call.parameters["ImageBlockPublicAccessState"]
        },
    ),
    "DisableImageBlockPublicAccess": _writing(
        _IMAGES, lambda _: {"ImageBlockPublicAccessState": "unblocked"}
    ),
    "GetSerialConsoleAccessStatus": _reading(_SERIAL_CONSOLE),
    "EnableSerialConsoleAccess": _writing(
        _SERIAL_CONSOLE, lambda _: {"SerialConsoleAccessEnabled": True}
    ),
    "DisableSerialConsoleAccess": _writing(
        _SERIAL_CONSOLE, lambda _: {"SerialConsoleAccessEnabled": False}
    ),
    "GetInstanceMetadataDefaults": _metadata_read,
    "ModifyInstanceMetadataDefaults": _metadata_write,
    "DescribeVpcBlockPublicAccessOptions": _internet_read,
    "ModifyVpcBlockPublicAccessOptions": _internet_write,
}


def _scanning_read(twin: Twin, call: Call) -> Record:
    held = _SCANNING.read(twin, call)
    return {"registryId": call.account_id, "scanningConfiguration": held}


def _scanning_write(twin: Twin, call: Call) -> Record:
    given = {"rules": [], **call.parameters}
    return {"registryScanningConfiguration": _SCANNING.write(twin, call, given)}


_ECR: Mapping[str, Answer] = {
    "GetRegistryScanningConfiguration": _scanning_read,
    "PutRegistryScanningConfiguration": _scanning_write,
}

_SAGEMAKER: Mapping[str, Answer] = {
    "GetSagemakerServicecatalogPortfolioStatus": _reading(_PORTFOLIO),
    "EnableSagemakerServicecatalogPortfolio": _writing(_PORTFOLIO, lambda _: {"Status": "Enabled"}),
    "DisableSagemakerServicecatalogPortfolio": _writing(
        _PORTFOLIO, lambda _: {"Status": "Disabled"}
    ),
}

# Defaults of the service settings that AWS documents, by the path after "servicesetting".
_SERVICE_SETTINGS = {
    "/ssm/documents/console/public-sharing-permission": "Enable",
    "/ssm/parameter-store/default-parameter-tier": "Standard",
    "/ssm/parameter-store/high-throughput-enabled": "false",
}


def _service_setting(call: Call) -> Setting:
    path = str(call.parameters["SettingId"]).rpartition("servicesetting")[2]
    if path not in _SERVICE_SETTINGS:
        raise ServiceError("ServiceSettingNotFound", f"Service setting {path} is not known", 400)
    return Setting("ssm", path, {"SettingValue": _SERVICE_SETTINGS[path], "Status": "Default"})


def _service_setting_read(twin: Twin, call: Call) -> Record:
    setting = _service_setting(call)
    arn = f"arn:aws:ssm:{call.region}:{call.account_id}:servicesetting{setting.name}"
    return {"ServiceSetting": {"SettingId": setting.name, "ARN": arn, **setting.read(twin, call)}}


def _service_setting_write(twin: Twin, call: Call) -> Record:
    changed = {
        "SettingValue": call.parameters["SettingValue"],
        "Status": "Customized",
        "LastModifiedDate": datetime.now(UTC),
        "LastModifiedUser": call.caller.arn,
    }
    _service_setting(call).write(twin, call, changed)
    return {}


def _service_setting_reset(twin: Twin, call: Call) -> Record:
    setting = _service_setting(call)
    twin.table(_KIND, call.account_id, call.region).pop(setting.name)
    return _service_setting_read(twin, call)


_SSM: Mapping[str, Answer] = {
    "GetServiceSetting": _service_setting_read,
    "UpdateServiceSetting": _service_setting_write,
    "ResetServiceSetting": _service_setting_reset,
}
