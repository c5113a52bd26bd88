"""Refuses a boundary that does not exist, and the removal of one that a role or user has.

moto 5.2.5 looks at the shape of the boundary's ARN only, removes any policy, and forgets the
boundaries of users.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_PARTITION = "aws"


def register(registry: Registry) -> None:
    """Put the refusals around the operations that give and remove boundaries."""
    for operation in ("CreateRole", "PutRolePermissionsBoundary", "CreateUser"):
        registry.wraps("iam", operation)(_needs_boundary)
    registry.wraps("iam", "CreateUser")(_keeps_boundary_of_user)
    registry.answers("iam", "PutUserPermissionsBoundary")(_bind_user)
    registry.answers("iam", "DeleteUserPermissionsBoundary")(_free_user)
    registry.wraps("iam", "DeletePolicy")(_keeps_boundary)


def _needs_boundary(_twin: Twin, call: Call, forward: Forward) -> Response:
    _require(call)
    return forward()


def _require(call: Call) -> None:
    arn = call.parameters.get("PermissionsBoundary")
    if arn and arn not in iam_backends[call.account_id][_PARTITION].managed_policies:
        message = f"Scope ARN: {arn} does not exist or is not attachable."
        raise ServiceError("NoSuchEntity", message, 404)


def _keeps_boundary_of_user(_twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    if response.ok and call.parameters.get("PermissionsBoundary"):
        _bind(call)
    return response


def _bind_user(_twin: Twin, call: Call) -> Mapping[str, Any]:
    _require(call)
    _bind(call)
    return {}


def _bind(call: Call) -> None:
    user, arn = _user(call), str(call.parameters["PermissionsBoundary"])
    user.permissions_boundary_arn = arn
    # As moto writes the boundary of a role into its answers.
    user.permissions_boundary = {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": arn,
    }


def _free_user(_twin: Twin, call: Call) -> Mapping[str, Any]:
    user = _user(call)
    for name in ("permissions_boundary_arn", "permissions_boundary"):
        vars(user).pop(name, None)
    return {}


def _user(call: Call) -> Any:
    name = str(call.parameters["UserName"])
    user = iam_backends[call.account_id][_PARTITION].users.get(name)
    if user is None:
        message = f"The user with name {name} cannot be found."
        raise ServiceError("NoSuchEntity", message, 404)
    return user


def _keeps_boundary(_twin: Twin, call: Call, forward: Forward) -> Response:
    arn = call.parameters.get("PolicyArn")
    iam = iam_backends[call.account_id][_PARTITION]
    holders = (*list(iam.roles.values()), *list(iam.users.values()))
    if any(getattr(holder, "permissions_boundary_arn", None) == arn for holder in holders):
        raise ServiceError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    return forward()
