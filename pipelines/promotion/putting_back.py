"""Puts an endpoint back that somebody changed past Terraform, so that Terraform can go on with it.

An `UpdateEndpoint` without alarms leaves the endpoint with none in its settings, and where these
come or go the provider makes it anew: production would be down meanwhile.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.clock import Clock
from pipelines.promotion.adopt import OrphanClient, settle

_log = logging.getLogger(__name__)

_ROUTING = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
_AT_ONCE = {"TrafficRoutingConfiguration": _ROUTING}


class PuttingClient(OrphanClient, Protocol):
    """The operations of the `sagemaker` client by which an endpoint is put back."""

    def update_endpoint(self, **request: Any) -> dict[str, Any]: ...


def put_back(
    client: PuttingClient, name: str, configuration: str, alarms: Sequence[str], clock: Clock
) -> None:
    """Let an endpoint run again what was applied last, with its alarms."""
    _log.warning("endpoint %s was changed past Terraform: back to %s", name, configuration)
    with aws_call(name, f"must go back to the configuration {configuration}"):
        client.update_endpoint(
            EndpointName=name,
            EndpointConfigName=configuration,
            DeploymentConfig={
                "BlueGreenUpdatePolicy": _AT_ONCE,
                "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": alarm} for alarm in alarms]},
            },
        )
    settle(client, name, clock)
