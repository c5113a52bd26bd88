"""The model registry's groups: deletion and resource policies, which moto 5.2.5 lacks.

moto replaces a group that exists, where AWS refuses the second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.sagemaker.models import sagemaker_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Table
from twin.twin import Twin

_KIND = "sagemaker/ModelPackageGroupPolicy"


def register(registry: Registry) -> None:
    """Put the operations of model package groups into the registry."""
    registry.wraps("sagemaker", "CreateModelPackageGroup")(_create)
    registry.answers("sagemaker", "DeleteModelPackageGroup")(_delete)
    registry.answers("sagemaker", "PutModelPackageGroupPolicy")(_put_policy)
    registry.answers("sagemaker", "GetModelPackageGroupPolicy")(_get_policy)
    registry.answers("sagemaker", "DeleteModelPackageGroupPolicy")(_delete_policy)


def _create(_twin: Twin, call: Call, forward: Forward) -> Response:
    name = str(call.parameters.get("ModelPackageGroupName"))
    if name in sagemaker_backends[call.account_id][call.region].model_package_groups:
        message = f"Model Package Group already exists: {_arn(call, name)}"
        raise ServiceError("ValidationException", message, 400)
    return forward()


def _delete(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = _existing_group(call)
    backend = sagemaker_backends[call.account_id][call.region]
    packages = twin.table("sagemaker/ModelPackage", call.account_id, call.region).values()
    held = any(package.get("ModelPackageGroupName") == name for package in packages)
    if held or any(p.model_package_group_name == name for p in backend.model_packages.values()):
        raise ServiceError(
            "ConflictException",
            f"Model Package Group {name} cannot be deleted: it still has model packages.",
            400,
        )
    backend.model_package_groups.pop(name, None)
    _policies(twin, call).pop(name)
    return {}


def _put_policy(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = _existing_group(call)
    text = str(call.parameters["ResourcePolicy"])
    try:
        json.loads(text)
    except ValueError as error:
        raise ServiceError(
            "ValidationException", f"The resource policy is not valid JSON: {error}", 400
        ) from error
    _policies(twin, call).put(name, {"ResourcePolicy": text})
    return {"ModelPackageGroupArn": _arn(call, name)}


def _get_policy(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = _existing_group(call)
    held = _policies(twin, call).get(name)
    if held is None:
        raise _no_policy(call, name)
    return held


def _delete_policy(twin: Twin, call: Call) -> Mapping[str, Any]:
    name = _existing_group(call)
    if _policies(twin, call).pop(name) is None:
        raise _no_policy(call, name)
    return {}


def _existing_group(call: Call) -> str:
    name = str(call.parameters["ModelPackageGroupName"]).rsplit("/", 1)[-1]
    backend = sagemaker_backends[call.account_id][call.region]
    if name not in backend.model_package_groups:
        message = f"ModelPackageGroup {_arn(call, name)} does not exist."
        raise ServiceError("ValidationException", message, 400)
    return name


def _no_policy(call: Call, name: str) -> ServiceError:
    message = f"Cannot find Model Package Group: {_arn(call, name)} policy."
    return ServiceError("ValidationException", message, 400)


def _policies(twin: Twin, call: Call) -> Table:
    return twin.table(_KIND, call.account_id, call.region)


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:sagemaker:{call.region}:{call.account_id}:model-package-group/{name}"
