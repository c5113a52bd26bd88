"""Reads how an update shall move an endpoint's traffic, and refuses what SageMaker would refuse.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twin.engines.sagemaker.place import invalid
from twin.table import Record

_MOST_OF_A_STEP = 50
_LEAST_OF_A_LINEAR_STEP = 10
# Which member holds the size of a step, by the type of routing.
_SIZES = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}


@dataclass(frozen=True)
class Policy:
    """How traffic moves to a new fleet: in which steps, with which waits, watched by which alarms.

    Times are in seconds of the twin's clock; after each step, the last one too, follows a baking
    period of ``wait_seconds``.
    """

    kind: str = "ALL_AT_ONCE"
    size: Mapping[str, Any] | None = None
    wait_seconds: int = 0
    termination_seconds: int = 0
    timeout_seconds: int | None = None
    alarms: tuple[str, ...] = ()

    def steps(self, instances: int) -> tuple[int, ...]:
        """Return how many of a fleet's instances take traffic after each step."""
        if self.size is None:
            return (instances,)
        step = _instances(self.size, instances)
        if self.kind == "CANARY":
            return (step, instances) if step < instances else (instances,)
        return (*range(step, instances, step), instances)


def policy_of(config: Mapping[str, Any] | None) -> Policy:
    """Read a deployment configuration that ``refuse`` has let pass."""
    given = config or {}
    alarms = (given.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
    names = tuple(str(alarm["AlarmName"]) for alarm in alarms if alarm.get("AlarmName"))
    policy = given.get("BlueGreenUpdatePolicy")
    if policy is None:
        return Policy(alarms=names)
    routing = policy["TrafficRoutingConfiguration"]
    kind = str(routing["Type"])
    return Policy(
        kind,
        routing.get(_SIZES[kind]) if kind in _SIZES else None,
        int(routing["WaitIntervalInSeconds"]),
        int(policy.get("TerminationWaitInSeconds") or 0),
        policy.get("MaximumExecutionTimeoutInSeconds"),
        names,
    )


def refuse(
    config: Mapping[str, Any] | None,
    wanted: Record,
    present: Sequence[str] | None,
    alarm_exists: Callable[[str], bool],
) -> None:
    """Refuse a deployment configuration that cannot be.

    ``wanted`` is the endpoint configuration that it is for, ``present`` the names of the variants
    that serve now, None for a new endpoint. Raises ServiceError ValidationException.
    """
    if not config:
        return
    for reason in _reasons(config, wanted, present, alarm_exists):
        raise invalid(reason)


def _reasons(
    config: Mapping[str, Any],
    wanted: Record,
    present: Sequence[str] | None,
    alarm_exists: Callable[[str], bool],
) -> Iterator[str]:
    if config.get("RollingUpdatePolicy"):
        if config.get("BlueGreenUpdatePolicy"):
            yield "Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified."
        yield "The twin does not model RollingUpdatePolicy."
    policy = config.get("BlueGreenUpdatePolicy")
    if policy:
        yield from _routing(policy["TrafficRoutingConfiguration"], wanted)
        yield from _times(policy)
        names = [variant["VariantName"] for variant in wanted["ProductionVariants"]]
        if present is not None and sorted(names) != sorted(present):
            yield (
                "The new endpoint configuration must have the same variant names as the present "
                f"one for a blue/green deployment, got {', '.join(names)} for {', '.join(present)}."
            )
    alarms = (config.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
    missing = [name for alarm in alarms if not alarm_exists(name := str(alarm.get("AlarmName")))]
    if missing:
        yield f"Could not find CloudWatch alarm(s) {', '.join(missing)}."


def _routing(routing: Mapping[str, Any], wanted: Record) -> Iterator[str]:
    kind = str(routing["Type"])
    needed = _SIZES.get(kind)
    for member in _SIZES.values():
        if member != needed and routing.get(member):
            yield f"{member} cannot be specified when the traffic routing type is {kind}."
    if needed is None:
        return
    size = routing.get(needed)
    if not size:
        yield f"{needed} must be specified when the traffic routing type is {kind}."
        return
    least = _LEAST_OF_A_LINEAR_STEP if kind == "LINEAR" else 0
    bounds = f"{least}-{_MOST_OF_A_STEP}%" if least else f"at most {_MOST_OF_A_STEP}%"
    for variant in wanted["ProductionVariants"]:
        count = int(variant.get("InitialInstanceCount") or 1)
        percent = 100 * _instances(size, count) / count
        asked = percent if size["Type"] == "INSTANCE_COUNT" else float(size["Value"])
        if max(asked, percent) > _MOST_OF_A_STEP or asked < least:
            yield (
                f"{needed} must be {bounds} of the total instance count of variant "
                f"{variant['VariantName']}, which is {count}; got {size['Value']} "
                f"({size['Type']})."
            )


def _times(policy: Mapping[str, Any]) -> Iterator[str]:
    timeout = policy.get("MaximumExecutionTimeoutInSeconds")
    waits = int(policy.get("TerminationWaitInSeconds") or 0)
    waits += int(policy["TrafficRoutingConfiguration"]["WaitIntervalInSeconds"])
    if timeout is not None and int(timeout) <= waits:
        yield (
            f"MaximumExecutionTimeoutInSeconds must be larger than the waits of the deployment, "
            f"{waits} seconds, got {timeout}."
        )


def _instances(size: Mapping[str, Any], total: int) -> int:
    """Return how many whole instances a step has, at least one."""
    value = int(size["Value"])
    if size["Type"] == "INSTANCE_COUNT":
        return value
    return max(math.floor(total * value / 100), 1)
