"""Brings an endpoint from one configuration to another without a pause, or leaves it as it was.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.engines.sagemaker.hosting.fleet import Fleet, Group
from twin.engines.sagemaker.hosting.server import Server, ServerFailure
from twin.engines.sagemaker.place import Place
from twin.errors import ServiceError
from twin.table import Record
from twin.twin import Twin

_log = logging.getLogger(__name__)
_PROPERTIES = {
    "VariantWeight": ("CurrentWeight", "DesiredWeight"),
    "DesiredInstanceCount": ("CurrentInstanceCount", "DesiredInstanceCount"),
}


@dataclass(frozen=True)
class Deployment:
    """A configuration on its way to an endpoint; ``retained`` holds what variants keep."""

    place: Place
    endpoint: str
    config: Record
    retained: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The endpoint's ARN."""
        return self.place.arn("endpoint", self.endpoint)

    def run(self, twin: Twin, fleet: Fleet) -> tuple[Record, Group | None]:
        """Bring up all servers, then move the traffic.

        Return what becomes of the endpoint's record, and the servers that are not needed any
        more: those from before, or the new ones where one of them does not come up.
        """
        name = self.config["EndpointConfigName"]
        servers: dict[str, Server] = {}
        try:
            for variant in self.config["ProductionVariants"]:
                server = Server(twin, self.place, self.endpoint, variant)
                servers[server.name] = server
            self._bring_up(twin, servers)
        except Exception as error:
            if not isinstance(error, (ServerFailure, ServiceError)):
                _log.exception("deployment of endpoint %s", self.endpoint)
            # As after SageMaker's rollback: what served before goes on serving.
            status = "InService" if fleet.group(self.arn) is not None else "Failed"
            return {"EndpointStatus": status, "FailureReason": str(error)}, Group(name, servers)
        variants = [
            server.summary() | dict(self.retained.get(server.name, {}))
            for server in servers.values()
        ]
        weights = {one["VariantName"]: float(one["CurrentWeight"]) for one in variants}
        before = fleet.replace(self.arn, Group(name, servers, weights))
        changes: Record = {
            "EndpointStatus": "InService",
            "EndpointConfigName": name,
            "ProductionVariants": variants,
            "DataCaptureConfig": _capture_summary(self.config),
            "FailureReason": None,
        }
        return changes, before

    def _bring_up(self, twin: Twin, servers: Mapping[str, Server]) -> None:
        """Start all servers, then wait for all."""
        for server in servers.values():
            name = str(server.variant["ModelName"])
            model = self.place.table(twin, "Model").get(name)
            if model is None:
                raise ServerFailure(f'Could not find model "{self.place.arn("model", name)}".')
            server.begin(model, self.config.get("DataCaptureConfig"))
        for server in servers.values():
            server.await_ready()


def retained(given: Mapping[str, Any], record: Record) -> dict[str, dict[str, Any]]:
    """Return which values of the present variants an update wants to keep."""
    if not given.get("RetainAllVariantProperties"):
        return {}
    excluded = {
        entry["VariantPropertyType"]
        for entry in given.get("ExcludeRetainedVariantProperties") or []
    }
    kept = [name for kind, names in _PROPERTIES.items() if kind not in excluded for name in names]
    return {
        variant["VariantName"]: {name: variant[name] for name in kept if name in variant}
        for variant in record.get("ProductionVariants") or []
    }


def _capture_summary(config: Record) -> Record | None:
    held = config.get("DataCaptureConfig")
    if not held:
        return None
    return {
        "EnableCapture": bool(held.get("EnableCapture")),
        "CaptureStatus": "Started" if held.get("EnableCapture") else "Stopped",
        "CurrentSamplingPercentage": held["InitialSamplingPercentage"],
        "DestinationS3Uri": held["DestinationS3Uri"],
        "KmsKeyId": held.get("KmsKeyId", ""),
    }
