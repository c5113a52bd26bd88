"""Holds the answer about an endpoint in the making for a while, where Terraform asks.

The AWS provider (5.100) asks at once and then every 30 seconds only, so that an apply would wait
for the rest of those although the endpoint was ready after two.
"""

from __future__ import annotations

import time

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.twin import Twin

_LONGEST = 20.0
_UNDER_WAY = ("Creating", "Updating", "SystemUpdating", "RollingBack")


def register(registry: Registry) -> None:
    """Put the wait around the operation."""
    registry.wraps("sagemaker", "DescribeEndpoint")(_wait)


def _wait(twin: Twin, call: Call, forward: Forward) -> Response:
    response = forward()
    until = time.monotonic() + _LONGEST
    while (
        "terraform-provider-aws" in call.user_agent
        and response.ok
        and response.json().get("EndpointStatus") in _UNDER_WAY
        and time.monotonic() < until
        and not twin.stopping.wait(0.1)
    ):
        response = forward()
    return response
