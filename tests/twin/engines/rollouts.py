"""Short ways to roll an endpoint out, to watch it, and to load it meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tests.twin.engines.accounts import unique, until
from tests.twin.engines.serving import config_of, invoke, model
from tests.twin.engines.studio import Studio

FOUR = 4
FASTEST = 1000


def several(studio: Studio, says: str, count: int = FOUR, variant: str = "All") -> str:
    """Make a configuration of one variant that has several instances."""
    return config_of(studio, {variant: model(studio, says)}, instances=count)


def policy(kind: str, wait: int, *alarms: str, **changes: Any) -> dict[str, Any]:
    """Return a deployment configuration; ``size`` is that of its steps in percent."""
    size, timeout = changes.pop("size", 25), changes.pop("timeout", None)
    routing: dict[str, Any] = {"Type": kind, "WaitIntervalInSeconds": wait}
    member = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}.get(kind)
    if member:
        routing[member] = {"Type": "CAPACITY_PERCENT", "Value": size}
    update: dict[str, Any] = {"TrafficRoutingConfiguration": routing, **changes}
    if timeout:
        update["MaximumExecutionTimeoutInSeconds"] = timeout
    made: dict[str, Any] = {"BlueGreenUpdatePolicy": update}
    if alarms:
        made["AutoRollbackConfiguration"] = {"Alarms": [{"AlarmName": name} for name in alarms]}
    return made


def update(studio: Studio, name: str, config: str, deployment: dict[str, Any]) -> None:
    """Begin to roll a configuration out."""
    studio.sagemaker.update_endpoint(
        EndpointName=name, EndpointConfigName=config, DeploymentConfig=deployment
    )


def baking(studio: Studio, name: str, instances: int, member: str = "") -> dict[str, Any]:
    """Wait until a number of new instances take traffic and are watched; return what is pending."""

    def found() -> Any:
        described = studio.sagemaker.describe_endpoint(EndpointName=name)
        assert described["EndpointStatus"] == "Updating", described
        (variant,) = described["PendingDeploymentSummary"]["ProductionVariants"]
        (status,) = variant.get("VariantStatus") or [{"Status": "Creating", "StatusMessage": ""}]
        there = status["Status"] == "Baking" and member in status["StatusMessage"]
        return variant if there and variant["CurrentInstanceCount"] == instances else None

    return dict(until(found, f"a baking period with {instances} instances"))


@contextmanager
def hurried(studio: Studio, pace: float = FASTEST) -> Iterator[None]:
    """Let the clock go faster for a while."""
    clock = studio.lab.twin.clock
    before = clock.pace
    clock.go_at(pace)
    try:
        yield
    finally:
        clock.go_at(before)


def asked(studio: Studio, name: str, times: int, body: bytes = b"x") -> Counter[str]:
    """Invoke an endpoint by four clients at once and count the answers."""
    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(lambda _: invoke(studio, name, body), range(times)))


@contextmanager
def load(studio: Studio, name: str, body: bytes = b"x") -> Iterator[Counter[str]]:
    """Invoke an endpoint all the time and count the answers; a failure fails the test."""
    answers: Counter[str] = Counter()
    enough, lock = threading.Event(), threading.Lock()

    def ask() -> None:
        while not enough.is_set():
            answer = invoke(studio, name, body)
            with lock:
                answers[answer] += 1
            enough.wait(0.01)

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        try:
            yield answers
        finally:
            enough.set()
    for one in asking:
        one.result()


def alarm(studio: Studio, name: str, **changes: Any) -> str:
    """Make an alarm on an endpoint's failures, and wait until it has been judged once."""
    made = unique("alarm")
    cloudwatch = studio.lab.client("cloudwatch")
    given: dict[str, Any] = {
        "AlarmName": made,
        "Namespace": "AWS/SageMaker",
        "MetricName": "Invocation5XXErrors",
        "Dimensions": [
            {"Name": "EndpointName", "Value": name},
            {"Name": "VariantName", "Value": "All"},
        ],
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "Period": 60,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    cloudwatch.put_metric_alarm(**given | changes)
    until(lambda: state(studio, made) == "OK", "the first evaluation")
    return made


def state(studio: Studio, name: str) -> str:
    """Return the state of an alarm."""
    (found,) = studio.lab.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found["StateValue"])


def trip(studio: Studio, name: str) -> None:
    """Put an alarm into ALARM by hand."""
    studio.lab.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="tried"
    )
