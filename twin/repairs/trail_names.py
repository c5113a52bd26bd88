"""Trails of CloudTrail that are named by their ARN.

moto 5.2.5 deletes a trail by its name only: named by its ARN, as Terraform names it, the trail
stays and the call succeeds.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Stand around the deletion of trails."""
    registry.wraps("cloudtrail", "DeleteTrail")(delete)


def delete(_twin: Twin, call: Call, forward: Forward) -> Response | Mapping[str, Any]:
    """Delete a trail by its ARN; leave a name to moto."""
    name = str(call.parameters["Name"])
    if not name.startswith("arn:"):
        return forward()
    trails = cloudtrail_backends[call.account_id][call.region].trails
    if trails.pop(name.rsplit("/", 1)[-1], None) is None:
        message = f"Unknown trail: {name} for the user: {call.account_id}"
        raise ServiceError("TrailNotFoundException", message)
    return {}
