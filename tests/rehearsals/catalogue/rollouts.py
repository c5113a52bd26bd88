"""A rollout in production that goes back, loudly or not; an endpoint that is changed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.journeys.stage import MODEL, until
from tests.rehearsals.breaking import in_build, without_statement
from tests.rehearsals.rehearsal import PRODUCTION, RELEASED, VERIFY, Rehearsals, Seen
from tests.rehearsals.rehearsing import Rehearsing

ROLLOUTS = Rehearsals("rollouts")
_WENT_BACK = "and runs what ran before"
_ARRIVES_WITHIN = 300
_BY_HAND = "by-hand"


def _endpoint(at: Rehearsing) -> str:
    return str(at.naming.endpoint_name("production", MODEL))


@contextmanager
def _alarmed(at: Rehearsing) -> Iterator[str]:
    """Let an alarm of production's endpoint ring, as a metric over its threshold would."""
    client = at.admin("cloudwatch", "production")
    found = client.describe_alarms(AlarmNamePrefix=_endpoint(at))["MetricAlarms"]
    name = sorted(each["AlarmName"] for each in found)[0]
    client.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="rehearsal")
    try:
        yield name
    finally:
        client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="rehearsal")


def _failure(at: Rehearsing, execution: str) -> dict[str, Any]:
    """Read what production has kept of a rollout that failed."""
    bucket = at.naming.bucket_name("production", "evidence")
    client = at.stage.client("s3", "production", "auditor")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="releases/")
    [key] = [
        each["Key"]
        for page in pages
        for each in page["Contents"]
        if execution in each["Key"] and each["Key"].endswith("production/failed-rollout.json")
    ]
    found: dict[str, Any] = json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
    return found


def _into_production(at: Rehearsing) -> str:
    """Lead a new promotion into production: what failed before keeps its own report."""
    at.forget()
    return at.on_its_way("Production")


def _described(at: Rehearsing) -> dict[str, Any]:
    client = at.admin("sagemaker", "production")
    found: dict[str, Any] = client.describe_endpoint(EndpointName=_endpoint(at))
    return found


def _baking(at: Rehearsing) -> bool | None:
    """Tell whether a part of the requests goes to another configuration, which is watched."""
    pending = _described(at).get("PendingDeploymentSummary") or {}
    states = [
        state["Status"]
        for one in pending.get("ProductionVariants", [])
        for state in one.get("VariantStatus", [])
    ]
    return "Baking" in states or None


@ROLLOUTS.ends(PRODUCTION, says=_WENT_BACK)
def an_alarm_during_the_canary_takes_the_release_back(at: Rehearsing) -> Seen:
    """An alarm rings while a tenth of the requests goes to the new release."""
    execution = _into_production(at)
    until(lambda: _baking(at), "the canary bakes", _ARRIVES_WITHIN)
    with _alarmed(at) as name:
        seen = at.ended(execution)
    failure = _failure(at, execution)
    # Set by hand, it is well again by the next evaluation; that it rang is told all the same.
    [rang] = failure["alarms"]
    assert (rang["name"], rang["reason"]) == (name, "rehearsal")
    assert failure["runs_as_before"]
    at.check_nothing_left_in("production")
    return seen


@ROLLOUTS.ends(PRODUCTION, says=_WENT_BACK)
def a_rollout_that_is_undone_without_a_word_is_told(at: Rehearsing) -> Seen:
    """SageMaker accepts the update, and goes back to the old configuration without an error."""
    with at.fault("rollback", "sagemaker", "UpdateEndpoint", "production", count=1):
        execution = _into_production(at)
        seen = at.ended(execution)
    failure = _failure(at, execution)
    assert (failure["alarms"], failure["runs_as_before"]) == ([], True)
    at.check_nothing_left_in("production")
    return seen


@ROLLOUTS.ends(PRODUCTION, says=_WENT_BACK)
def a_container_that_does_not_come_up_replaces_nothing(at: Rehearsing) -> Seen:
    """The new container cannot read its model: the serving role has lost that statement."""
    with without_statement(at, "production", "serving", "ReadApprovedModels"):
        execution = _into_production(at)
        seen = at.ended(execution)
    assert _failure(at, execution)["runs_as_before"]
    at.check_nothing_left_in("production")
    return seen


@ROLLOUTS.ends(PRODUCTION, says=_WENT_BACK)
def a_retried_rollout_is_taken_back_as_the_first_one_was(at: Rehearsing) -> Seen:
    """What went back is deployed again while the reason lasts."""
    with at.fault("rollback", "sagemaker", "UpdateEndpoint", "production", count=2):
        execution = _into_production(at)
        assert at.ended(execution).place == PRODUCTION
        seen = at.tried_again(execution, "Production")
    at.check_nothing_left_in("production")
    at.leave(execution, "Production")
    return seen


@ROLLOUTS.ends(RELEASED)
def a_rollout_that_went_back_arrives_once_the_reason_is_gone(at: Rehearsing) -> Seen:
    """The same promotion is tried again, and nothing happens to it."""
    seen = at.send_into("Production")
    at.check_nothing_left()
    return seen


def _on_one_machine(at: Rehearsing) -> None:
    """Let the endpoint run what it runs on fewer machines than the release asks for."""
    client = in_build(at, "production", "deploy", "sagemaker")
    endpoint = _endpoint(at)
    runs = client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    found = client.describe_endpoint_config(EndpointConfigName=runs)
    [variant] = found["ProductionVariants"]
    client.create_endpoint_config(
        EndpointConfigName=f"{endpoint}-{_BY_HAND}",
        ProductionVariants=[variant | {"InitialInstanceCount": 1}],
        KmsKeyId=found["KmsKeyId"],
        DataCaptureConfig=found["DataCaptureConfig"],
    )
    client.update_endpoint(EndpointName=endpoint, EndpointConfigName=f"{endpoint}-{_BY_HAND}")
    until(
        lambda: _described(at)["EndpointStatus"] == "InService" or None,
        "the endpoint is changed",
        _ARRIVES_WITHIN,
    )


@ROLLOUTS.ends(VERIFY, says="must be configured for instances: 2")
def an_endpoint_that_is_changed_by_hand_is_not_verified(at: Rehearsing) -> Seen:
    """Whoever took over a build of production lets the endpoint serve on one machine."""
    at.forget()
    way = {"pipelineName": at.pipeline, "stageName": "Verify", "transitionType": "Inbound"}
    at.admin("codepipeline").disable_stage_transition(**way, reason="rehearsal")
    try:
        execution = at.on_its_way("Production")
        until(
            lambda: at.reached(execution, "Production", "Succeeded") or None,
            "production has deployed",
            _ARRIVES_WITHIN,
        )
        _on_one_machine(at)
    finally:
        at.open_before("Verify")
    return at.ended(execution)


@ROLLOUTS.ends(RELEASED)
def what_was_changed_by_hand_is_put_right_by_the_next_promotion(at: Rehearsing) -> Seen:
    """The endpoint still runs the configuration that was made by hand."""
    assert at.live()["configuration"].endswith(_BY_HAND)
    at.forget()
    seen = at.send_into("Production")
    assert not at.live()["configuration"].endswith(_BY_HAND)
    client = in_build(at, "production", "deploy", "sagemaker")
    client.delete_endpoint_config(EndpointConfigName=f"{_endpoint(at)}-{_BY_HAND}")
    at.check_nothing_left()
    return seen
