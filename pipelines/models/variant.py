"""How a model runs behind an endpoint: on which machines, how it is updated, when it is ill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Strategy(StrEnum):
    """How an update moves the traffic.

    The first three are SageMaker's own:
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
    A shadow gets copies of the requests for a while before it answers any.
    """

    ALL_AT_ONCE = "all-at-once"
    CANARY = "canary"
    LINEAR = "linear"
    SHADOW = "shadow"


@dataclass(frozen=True)
class Rollout:
    """An update: `percentage` of the first part, of each step, or of the requests copied."""

    strategy: Strategy = Strategy.ALL_AT_ONCE
    percentage: int | None = None
    wait_seconds: int = 0
    termination_wait_seconds: int = 0


@dataclass(frozen=True)
class Quality:
    """The number of a monitor that must not fall below, or not rise above, a bound."""

    metric: str
    schedule: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Alarms:
    """When an endpoint counts as ill."""

    errors_per_minute: int = 0
    latency_milliseconds: int = 1000
    minutes: int = 1
    quality: Quality | None = None


@dataclass(frozen=True)
class Variant:
    """The production variant of an endpoint."""

    instance_type: str
    initial_instance_count: int
    rollout: Rollout = field(default_factory=Rollout)
    alarms: Alarms = field(default_factory=Alarms)

    def document(self) -> dict[str, Any]:
        """Return all of it as plain data, defaults included."""
        plain = asdict(self)
        plain["rollout"]["strategy"] = self.rollout.strategy.value
        return plain


def read_variant(document: Mapping[str, Any]) -> Variant:
    """Read a variant from plain data that follows its schema."""
    rollout, alarms = dict(document.get("rollout", {})), dict(document.get("alarms", {}))
    quality = alarms.pop("quality", None)
    if "strategy" in rollout:
        rollout["strategy"] = Strategy(rollout["strategy"])
    return Variant(
        instance_type=document["instance_type"],
        initial_instance_count=document["initial_instance_count"],
        rollout=Rollout(**rollout),
        alarms=Alarms(**alarms, quality=Quality(**quality) if quality else None),
    )
