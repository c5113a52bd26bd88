"""Keeps the roles of services to the services: nobody makes one by hand, or changes one.

moto 5.2.5 takes them for any role. As no control policy binds them, whoever could change whom such
a role trusts would be bound by none either. It also says of a removal's identifier nothing of the
role, by which AWS decides who may ask for its progress.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.moto_state import PARTITION
from twin.registry import Registry
from twin.twin import Twin

_PATH = "/aws-service-role/"
_CHANGES = (
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
)


def register(registry: Registry) -> None:
    """Put the refusals around the operations that make and change roles."""
    registry.wraps("iam", "CreateRole")(_made_by_its_service)
    for operation in _CHANGES:
        registry.wraps("iam", operation)(_changed_by_its_service)
    registry.answers("iam", "DeleteServiceLinkedRole")(_removed)


def _made_by_its_service(_twin: Twin, call: Call, forward: Forward) -> Response:
    if str(call.parameters.get("Path") or "/").startswith(_PATH):
        message = f"Path prefix '{_PATH}' can only be used for AWS Service linked Roles"
        raise ServiceError("InvalidInput", message, 400)
    return forward()


def _changed_by_its_service(_twin: Twin, call: Call, forward: Forward) -> Response:
    name = call.parameters.get("RoleName")
    for role in list(iam_backends[call.account_id][PARTITION].roles.values()):
        if role.name == name and role._linked_service:
            raise ServiceError(
                "UnmodifiableEntity",
                f"Cannot perform the operation on the protected role '{name}' - this role is only "
                "modifiable by AWS",
                400,
            )
    return forward()


def _removed(_twin: Twin, call: Call) -> Mapping[str, Any]:
    """Remove a role of a service; the removal is named after it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    backend = iam_backends[call.account_id][PARTITION]
    name = str(call.parameters["RoleName"])
    for role in list(backend.roles.values()):
        if role.name == name and role._linked_service:
            backend.delete_service_linked_role(name)
            return {"DeletionTaskId": f"task{role.path}{name}/{uuid.uuid4()}"}
    message = f"The service-linked role with name {name} cannot be found."
    raise ServiceError("NoSuchEntity", message, 404)
