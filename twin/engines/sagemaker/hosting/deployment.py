"""Brings an endpoint from one configuration to another without a pause, or leaves it as it was.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.engines.cloudwatch.alarms import Alarms
from twin.engines.sagemaker.hosting.fleet import Fleet, Group
from twin.engines.sagemaker.hosting.guardrails import Policy
from twin.engines.sagemaker.hosting.rollout import Outcome, Rollout
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
_PRODUCTION, _SHADOW = "ProductionVariants", "ShadowProductionVariants"


@dataclass(frozen=True)
class Deployment:
    """A configuration on its way to an endpoint; ``retained`` holds what variants keep.

    With ``undone`` SageMaker goes back to what was before, without an error, as it does now and
    then for reasons of its own.
    """

    place: Place
    endpoint: str
    config: Record
    retained: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    undone: bool = False

    @property
    def arn(self) -> str:
        """The endpoint's ARN."""
        return self.place.arn("endpoint", self.endpoint)

    def run(
        self, twin: Twin, fleet: Fleet, alarms: Alarms, report: Callable[[Record], None]
    ) -> tuple[Record | None, Group | None]:
        """Bring up all servers, then move the traffic; ``report`` is told of each stage.

        Return what becomes of the endpoint's record, None where the twin ends before, and the
        servers that are not needed any more: those from before, or the new ones where one of them
        does not come up or the update is rolled back.
        """
        servers: dict[str, dict[str, Server]] = {_PRODUCTION: {}, _SHADOW: {}}
        try:
            self._bring_up(twin, servers)
        except Exception as error:
            if not isinstance(error, (ServerFailure, ServiceError)):
                _log.exception("deployment of endpoint %s", self.endpoint)
            # As after SageMaker's rollback: what served before goes on serving.
            status = "InService" if fleet.group(self.arn) is not None else "Failed"
            changes = {"EndpointStatus": status, "FailureReason": str(error)}
            return changes, self._group(servers, {})
        summaries = {kind: self._summaries(found) for kind, found in servers.items()}
        group = self._group(servers, summaries)
        rollout = Rollout(twin, fleet, alarms, self.arn, self.policy, undone=self.undone)
        outcome = rollout.run(group, summaries[_PRODUCTION], report)
        if outcome is Outcome.INTERRUPTED:
            return None, None
        left = fleet.settle(self.arn, keep_new=outcome is Outcome.DONE)
        if outcome is Outcome.ROLLED_BACK:
            # SageMaker tells nothing of it here: the old configuration is just in service.
            return {"EndpointStatus": "InService", "FailureReason": None}, left
        return self._live(summaries), left

    def _live(self, summaries: Mapping[str, list[Record]]) -> Record:
        return {
            "EndpointStatus": "InService",
            "EndpointConfigName": self.config["EndpointConfigName"],
            _PRODUCTION: summaries[_PRODUCTION],
            _SHADOW: summaries[_SHADOW] or None,
            "DataCaptureConfig": _capture_summary(self.config),
            "FailureReason": None,
        }

    def _bring_up(self, twin: Twin, servers: dict[str, dict[str, Server]]) -> None:
        """Start all servers, then wait for all."""
        for kind, made in servers.items():
            for variant in self.config.get(kind) or []:
                server = Server(twin, self.place, self.endpoint, variant)
                made[server.name] = server
        everyone = [server for made in servers.values() for server in made.values()]
        for server in everyone:
            name = str(server.variant["ModelName"])
            model = self.place.table(twin, "Model").get(name)
            if model is None:
                raise ServerFailure(f'Could not find model "{self.place.arn("model", name)}".')
            server.begin(model, self.config.get("DataCaptureConfig"))
        for server in everyone:
            server.await_ready()

    def _summaries(self, servers: Mapping[str, Server]) -> list[Record]:
        return [
            server.summary() | dict(self.retained.get(server.name, {}))
            for server in servers.values()
        ]

    def _group(
        self, servers: Mapping[str, dict[str, Server]], summaries: Mapping[str, list[Record]]
    ) -> Group:
        weights = {
            one["VariantName"]: float(one["CurrentWeight"])
            for variants in summaries.values()
            for one in variants
        }
        shadow = next(iter(servers[_SHADOW].values()), None)
        return Group(self.config["EndpointConfigName"], servers[_PRODUCTION], weights, shadow)


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
