"""An update moves traffic as it was told, watched by alarms, and loses no request on its way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique, until
from tests.twin.engines.laboratory import laboratory
from tests.twin.engines.rollouts import (
    FOUR,
    alarm,
    asked,
    baking,
    hurried,
    load,
    policy,
    several,
    state,
    trip,
    update,
)
from tests.twin.engines.serving import config, endpoint, invoke, processes, settled
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.faults import Fault, Kind

PACE = 60.0
AN_HOUR = 3600


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a twin whose minutes are seconds."""
    with laboratory(tmp_path_factory.mktemp("twin"), pace=PACE) as lab:
        yield lab


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


@pytest.fixture
def served(studio: Studio) -> str:
    name = endpoint(studio, several(studio, "old"))
    assert settled(studio, name)["EndpointStatus"] == "InService"
    return name


def assert_rolled_back(studio: Studio, name: str, config_name: str) -> None:
    """SageMaker tells nothing of a rollback: the old configuration is just in service."""
    described = settled(studio, name)
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == (
        "InService",
        config_name,
    )
    assert not {"FailureReason", "PendingDeploymentSummary"} & set(described)
    assert set(asked(studio, name, 40)) == {"old:x"}


def config_now(studio: Studio, name: str) -> str:
    described = studio.sagemaker.describe_endpoint(EndpointName=name)
    return str(described["EndpointConfigName"])


def test_canary_takes_its_share_and_then_all(studio: Studio, served: str) -> None:
    before, new = config_now(studio, served), several(studio, "new")
    with load(studio, served) as answers:
        update(studio, served, new, policy("CANARY", AN_HOUR))
        pending = baking(studio, served, 1)
        shares = asked(studio, served, 400)
        assert config_now(studio, served) == before
        assert baking(studio, served, 1)["VariantStatus"] == pending["VariantStatus"]
        with hurried(studio):
            baking(studio, served, FOUR)
            described = settled(studio, served)
        until(lambda: answers["new:x"] > 100, "a hundred answers of the new model")

    assert "canary capacity of 1 instance(s)" in pending["VariantStatus"][0]["StatusMessage"]
    assert (pending["DesiredInstanceCount"], pending["DesiredWeight"]) == (FOUR, 1.0)
    # A quarter of 400 requests, within five standard deviations.
    assert 56 <= shares["new:x"] <= 144
    assert described["EndpointConfigName"] == new
    assert described["LastDeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert sum(answers.values()) > 300
    assert set(answers) == {"old:x", "new:x"}
    assert set(asked(studio, served, 40)) == {"new:x"}


def test_linear_rollout_goes_step_by_step(studio: Studio, served: str) -> None:
    new = several(studio, "new")
    with load(studio, served) as answers:
        update(studio, served, new, policy("LINEAR", 300, size=25))
        for instances in (1, 2, 3, FOUR):
            baking(studio, served, instances)
        assert settled(studio, served)["EndpointConfigName"] == new
    assert set(answers) == {"old:x", "new:x"}


def test_all_at_once_bakes_before_the_old_servers_end(studio: Studio, served: str) -> None:
    new = several(studio, "new")
    waits = policy("ALL_AT_ONCE", 300, TerminationWaitInSeconds=300)
    update(studio, served, new, waits)
    baking(studio, served, FOUR, "WaitIntervalInSeconds")
    assert set(asked(studio, served, 40)) == {"new:x"}
    baking(studio, served, FOUR, "TerminationWaitInSeconds")
    assert settled(studio, served)["EndpointConfigName"] == new


def test_alarm_during_a_canary_rolls_back_within_thirty_seconds(
    studio: Studio, served: str
) -> None:
    before, made = config_now(studio, served), alarm(studio, served)
    folders = studio.lab.twin.settings.folder / "endpoints"
    held = set(folders.iterdir())
    update(studio, served, several(studio, "failing"), policy("CANARY", AN_HOUR, made))
    baking(studio, served, 1)
    (new,) = set(folders.iterdir()) - held

    def failed() -> bool:
        try:
            return not invoke(studio, served, b"x")
        except ClientError:
            return True

    until(failed, "a failure of the canary")
    first_failure = time.monotonic()
    until(lambda: state(studio, made) == "ALARM", "the alarm", seconds=30)
    alarmed = time.monotonic()
    assert_rolled_back(studio, served, before)

    assert time.monotonic() - alarmed < 30
    # The alarm's minute is a second here; the rest is the twin's own time.
    assert alarmed - first_failure < 30
    until(lambda: not new.exists() and not processes(new.name), "the end of the new server")


def test_alarm_while_old_servers_wait_for_their_end_rolls_back(studio: Studio, served: str) -> None:
    before, made = config_now(studio, served), alarm(studio, served)
    waits = policy("ALL_AT_ONCE", 0, made, TerminationWaitInSeconds=AN_HOUR)
    update(studio, served, several(studio, "new"), waits)
    baking(studio, served, FOUR, "TerminationWaitInSeconds")
    trip(studio, made)
    assert_rolled_back(studio, served, before)


def test_alarm_that_was_on_before_rolls_back(studio: Studio, served: str) -> None:
    before = config_now(studio, served)
    # A threshold below nothing: it is on as long as it is evaluated.
    made = unique("alarm")
    studio.lab.client("cloudwatch").put_metric_alarm(
        AlarmName=made,
        Namespace="Ours",
        MetricName="Nothing",
        Statistic="Sum",
        ComparisonOperator="LessThanThreshold",
        Threshold=0,
        Period=60,
        EvaluationPeriods=1,
        TreatMissingData="breaching",
    )
    until(lambda: state(studio, made) == "ALARM", "the alarm")
    update(studio, served, several(studio, "new"), policy("CANARY", AN_HOUR, made))
    assert_rolled_back(studio, served, before)


def test_rollout_that_takes_too_long_is_rolled_back(studio: Studio, served: str) -> None:
    before = config_now(studio, served)
    with hurried(studio, 300):
        waits = policy("LINEAR", 599, timeout=600)
        update(studio, served, several(studio, "new"), waits)
        assert_rolled_back(studio, served, before)


def test_fault_undoes_the_next_update_without_a_word(studio: Studio, served: str) -> None:
    before, new = config_now(studio, served), several(studio, "new")
    studio.lab.twin.faults.add(Fault(Kind.ROLLBACK, count=1))
    with load(studio, served) as answers:
        update(studio, served, new, policy("CANARY", 300))
        assert_rolled_back(studio, served, before)
    assert set(answers) <= {"old:x", "new:x"}
    studio.sagemaker.update_endpoint(EndpointName=served, EndpointConfigName=new)
    assert settled(studio, served)["EndpointConfigName"] == new


def test_fault_undoes_an_update_that_has_no_policy(studio: Studio, served: str) -> None:
    before = config_now(studio, served)
    studio.lab.twin.faults.add(Fault(Kind.ROLLBACK, count=1))
    studio.sagemaker.update_endpoint(EndpointName=served, EndpointConfigName=several(studio, "new"))
    assert_rolled_back(studio, served, before)


def test_nothing_else_is_done_to_an_endpoint_that_is_rolled_out(
    studio: Studio, served: str
) -> None:
    new = several(studio, "new")
    update(studio, served, new, policy("CANARY", AN_HOUR))
    baking(studio, served, 1)
    sagemaker = studio.sagemaker
    weights = [{"VariantName": "All", "DesiredWeight": 2}]
    acts: tuple[Callable[[], Any], ...] = (
        lambda: sagemaker.update_endpoint(EndpointName=served, EndpointConfigName=new),
        lambda: sagemaker.delete_endpoint(EndpointName=served),
        lambda: sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=served, DesiredWeightsAndCapacities=weights
        ),
    )
    for act in acts:
        with pytest.raises(ClientError, match="in-progress endpoint"):
            act()
    with hurried(studio):
        assert settled(studio, served)["EndpointConfigName"] == new


def test_last_deployment_configuration_is_used_again_only_if_told(
    studio: Studio, served: str
) -> None:
    with hurried(studio):
        update(studio, served, several(studio, "new"), policy("CANARY", 60))
        settled(studio, served)
    studio.sagemaker.update_endpoint(
        EndpointName=served,
        EndpointConfigName=several(studio, "newer"),
        RetainDeploymentConfig=True,
    )
    baking(studio, served, 1)
    assert "LastDeploymentConfig" in settled(studio, served)
    studio.sagemaker.update_endpoint(
        EndpointName=served, EndpointConfigName=several(studio, "newest")
    )
    assert "LastDeploymentConfig" not in settled(studio, served)


def test_refused_policy_leaves_the_endpoint_as_it_was(studio: Studio, served: str) -> None:
    new = several(studio, "new")
    with pytest.raises(ClientError, match="Could not find CloudWatch alarm"):
        update(studio, served, new, policy("CANARY", 60, "nobody"))
    with pytest.raises(ClientError, match="CanarySize must be at most 50%"):
        update(studio, served, new, policy("CANARY", 60, size=51))
    with pytest.raises(ClientError, match="same variant names"):
        update(studio, served, config(studio, {"Other": "new"}), policy("CANARY", 60))
    with pytest.raises(ClientError, match="does not model RollingUpdatePolicy"):
        size = {"Type": "CAPACITY_PERCENT", "Value": 10}
        rolling = {"MaximumBatchSize": size, "WaitIntervalInSeconds": 1}
        update(studio, served, new, {"RollingUpdatePolicy": rolling})
    described = studio.sagemaker.describe_endpoint(EndpointName=served)
    assert described["EndpointStatus"] == "InService"
    assert "LastDeploymentConfig" not in described


def test_stages_of_a_rollout_are_told_to_the_bus(studio: Studio, served: str) -> None:
    url, queue = studio.lab.queue()
    rule, events = unique("rule"), studio.lab.client("events")
    kind = "SageMaker Endpoint Deployment State Change"
    status = {"ProductionVariants": {"VariantStatus": {"Status": ["Baking"]}}}
    detail = {"EndpointName": [served], "PendingDeploymentSummary": status}
    pattern = {"source": ["aws.sagemaker"], "detail-type": [kind], "detail": detail}
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": queue}])
    new = several(studio, "new")
    update(studio, served, new, policy("CANARY", 60))

    told = json.loads(studio.lab.received(url)["Body"])["detail"]
    assert settled(studio, served)["EndpointConfigName"] == new
    pending = told["PendingDeploymentSummary"]
    assert (told["EndpointStatus"], pending["EndpointConfigName"]) == ("Updating", new)
    (variant,) = pending["ProductionVariants"]
    assert variant["CurrentInstanceCount"] in (1, FOUR)
