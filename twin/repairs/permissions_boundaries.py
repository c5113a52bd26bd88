"""Refuses a role whose boundary does not exist, and the removal of a boundary that a role has.

moto 5.2.5 looks at the shape of the boundary's ARN only, and removes any policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from moto.iam.models import iam_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_PARTITION = "aws"


def register(registry: Registry) -> None:
    """Put the refusals around the operations that give and remove boundaries."""
    for operation in ("CreateRole", "PutRolePermissionsBoundary"):
        registry.wraps("iam", operation)(_needs_boundary)
    registry.wraps("iam", "DeletePolicy")(_keeps_boundary)


def _needs_boundary(_twin: Twin, call: Call, forward: Forward) -> Response:
    arn = call.parameters.get("PermissionsBoundary")
    if arn and arn not in iam_backends[call.account_id][_PARTITION].managed_policies:
        message = f"Scope ARN: {arn} does not exist or is not attachable."
        raise ServiceError("NoSuchEntity", message, 404)
    return forward()


def _keeps_boundary(_twin: Twin, call: Call, forward: Forward) -> Response:
    arn = call.parameters.get("PolicyArn")
    roles = iam_backends[call.account_id][_PARTITION].roles.values()
    if any(role.permissions_boundary_arn == arn for role in list(roles)):
        raise ServiceError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    return forward()
