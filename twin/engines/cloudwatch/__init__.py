"""CloudWatch: metrics that the twin itself measures, and alarms that are really evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from twin.engines.cloudwatch import history
from twin.engines.cloudwatch.alarms import Alarms
from twin.engines.cloudwatch.metrics import Metrics
from twin.registry import Registry


@dataclass(frozen=True)
class CloudWatch:
    """What other engines use of CloudWatch."""

    metrics: Metrics
    alarms: Alarms


def register(registry: Registry) -> CloudWatch:
    """Put CloudWatch's wraps into the registry; what is measured belongs to this registry."""
    metrics = Metrics()
    alarms = Alarms(metrics)
    alarms.register(registry)
    history.register(registry)
    return CloudWatch(metrics, alarms)
