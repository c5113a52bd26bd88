"""A deployment configuration is read as it is meant, or refused with the rule that it breaks."""

from __future__ import annotations

from typing import Any

import pytest

from twin.engines.sagemaker.hosting.guardrails import Policy, policy_of, refuse
from twin.errors import ServiceError


def wanted(count: int = 4, name: str = "All") -> dict[str, Any]:
    return {"ProductionVariants": [{"VariantName": name, "InitialInstanceCount": count}]}


def given(kind: str, member: str = "", value: int = 25, unit: str = "CAPACITY_PERCENT") -> Any:
    routing: dict[str, Any] = {"Type": kind, "WaitIntervalInSeconds": 60}
    if member:
        routing[member] = {"Type": unit, "Value": value}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}


def judge(config: Any, count: int = 4, alarms: tuple[str, ...] = ()) -> None:
    refuse(config, wanted(count), ["All"], alarms.__contains__)


@pytest.mark.parametrize(
    ("policy", "instances", "steps"),
    [
        (Policy(), 4, (4,)),
        (Policy("CANARY", {"Type": "INSTANCE_COUNT", "Value": 1}), 4, (1, 4)),
        (Policy("CANARY", {"Type": "CAPACITY_PERCENT", "Value": 10}), 4, (1, 4)),
        (Policy("CANARY", {"Type": "CAPACITY_PERCENT", "Value": 50}), 3, (1, 3)),
        (Policy("LINEAR", {"Type": "INSTANCE_COUNT", "Value": 2}), 5, (2, 4, 5)),
        (Policy("LINEAR", {"Type": "CAPACITY_PERCENT", "Value": 10}), 10, tuple(range(1, 11))),
        (Policy("LINEAR", {"Type": "CAPACITY_PERCENT", "Value": 33}), 4, (1, 2, 3, 4)),
    ],
)
def test_steps_are_whole_instances(policy: Policy, instances: int, steps: tuple[int, ...]) -> None:
    assert policy.steps(instances) == steps


@pytest.mark.parametrize(
    ("config", "count"),
    [
        (None, 1),
        ({}, 1),
        (given("ALL_AT_ONCE"), 1),
        (given("CANARY", "CanarySize", 50), 2),
        (given("CANARY", "CanarySize", 1), 4),
        (given("CANARY", "CanarySize", 2, "INSTANCE_COUNT"), 4),
        (given("LINEAR", "LinearStepSize", 10), 4),
        (given("LINEAR", "LinearStepSize", 1, "INSTANCE_COUNT"), 10),
    ],
)
def test_what_sagemaker_takes_is_taken(config: Any, count: int) -> None:
    judge(config, count)


@pytest.mark.parametrize(
    ("config", "count", "rule"),
    [
        (given("CANARY", "CanarySize", 51), 4, "CanarySize must be at most 50%"),
        (given("CANARY", "CanarySize", 3, "INSTANCE_COUNT"), 4, "CanarySize must be at most 50%"),
        (given("CANARY", "CanarySize", 10), 1, "CanarySize must be at most 50%"),
        (given("CANARY"), 4, "CanarySize must be specified"),
        (given("LINEAR", "LinearStepSize", 9), 4, "LinearStepSize must be 10-50%"),
        (given("LINEAR", "LinearStepSize", 51), 4, "LinearStepSize must be 10-50%"),
        (given("LINEAR", "LinearStepSize", 1, "INSTANCE_COUNT"), 20, "must be 10-50%"),
        (given("LINEAR"), 4, "LinearStepSize must be specified"),
        (given("LINEAR", "CanarySize"), 4, "CanarySize cannot be specified"),
        (given("ALL_AT_ONCE", "LinearStepSize"), 4, "LinearStepSize cannot be specified"),
        ({"RollingUpdatePolicy": {"WaitIntervalInSeconds": 1}}, 4, "does not model Rolling"),
        (
            given("ALL_AT_ONCE") | {"RollingUpdatePolicy": {"WaitIntervalInSeconds": 1}},
            4,
            "Only one of",
        ),
        (
            {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "none"}]}},
            4,
            r"Could not find CloudWatch alarm\(s\) none",
        ),
    ],
)
def test_what_sagemaker_refuses_is_refused(config: Any, count: int, rule: str) -> None:
    with pytest.raises(ServiceError, match=rule):
        judge(config, count, ("there",))


def test_timeout_must_outlast_the_waits() -> None:
    config = given("ALL_AT_ONCE")
    update = config["BlueGreenUpdatePolicy"]
    update |= {"TerminationWaitInSeconds": 600, "MaximumExecutionTimeoutInSeconds": 660}

    with pytest.raises(ServiceError, match="must be larger than the waits"):
        judge(config)
    update["MaximumExecutionTimeoutInSeconds"] = 661
    judge(config)


def test_variants_must_be_called_as_before() -> None:
    with pytest.raises(ServiceError, match="same variant names"):
        refuse(given("ALL_AT_ONCE"), wanted(name="Other"), ["All"], lambda _: True)
    refuse(given("ALL_AT_ONCE"), wanted(name="Other"), None, lambda _: True)


def test_policy_is_read_with_all_its_parts() -> None:
    config = given("CANARY", "CanarySize")
    config["BlueGreenUpdatePolicy"] |= {
        "TerminationWaitInSeconds": 5,
        "MaximumExecutionTimeoutInSeconds": 600,
    }
    config["AutoRollbackConfiguration"] = {"Alarms": [{"AlarmName": "a"}, {"AlarmName": "b"}]}

    size = {"Type": "CAPACITY_PERCENT", "Value": 25}
    assert policy_of(config) == Policy("CANARY", size, 60, 5, 600, ("a", "b"))
    assert policy_of(None) == Policy()
