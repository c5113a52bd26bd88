"""Lets AWS's own managed policies be attached, looked at and taken as boundaries.

moto 5.2.5 knows their texts and keeps them apart unless all are loaded into every account, which
takes a second for each. Here an account learns of one when it is first named.
"""

from __future__ import annotations

from moto.iam.models import AWSManagedPolicy, iam_backends

from twin.authorization.live import managed
from twin.call import Call, Forward, Response
from twin.moto_state import PARTITION
from twin.registry import Registry
from twin.twin import Twin

_OPERATIONS = (
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "CreateRole",
    "CreateUser",
    "GetPolicy",
    "GetPolicyVersion",
    "ListEntitiesForPolicy",
    "ListPolicyVersions",
    "PutRolePermissionsBoundary",
    "PutUserPermissionsBoundary",
)


def register(registry: Registry) -> None:
    """Put the repair around the operations that name a managed policy."""
    for operation in _OPERATIONS:
        registry.wraps("iam", operation)(_known)


def _known(_twin: Twin, call: Call, forward: Forward) -> Response:
    arn = str(call.parameters.get("PolicyArn") or call.parameters.get("PermissionsBoundary") or "")
    iam = iam_backends[call.account_id][PARTITION]
    if arn not in iam.managed_policies:
        found = managed.of_aws(arn)
        if found is not None:
            name = arn.rpartition("/")[2]
            iam.managed_policies[arn] = AWSManagedPolicy.from_data(
                name, call.account_id, call.region, dict(found)
            )
    return forward()
