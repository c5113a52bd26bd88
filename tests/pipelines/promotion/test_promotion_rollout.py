"""A rollout ends as it was meant or is told as a failure, and what ran before runs on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.attestations.moments import spell
from pipelines.errors import Finding
from pipelines.models.variant import Rollout, Strategy
from pipelines.promotion import deploy
from pipelines.promotion.documents import parse_document
from pipelines.promotion.planned import UnfitPlan
from pipelines.promotion.rollout_failure import FAILURE_FILE, RolloutFailed
from pipelines.promotion.shadow import watch, with_shadow
from tests.pipelines.promotion.places import CONFIG, NAME, NOW, FakeAlarms
from tests.pipelines.promotion.stage import Stage, clock
from tests.pipelines.promotion.world import EXECUTION, MODEL

BEFORE = f"{NAME}-before000000"


def run(stage: Stage) -> None:
    """Deploy the release of the stage."""
    deploy.run(stage.settings, stage, stage.surroundings())


def commands(stage: Stage) -> list[str]:
    """Name the commands that Terraform was given, in order."""
    return [call[0] for call in stage.calls()]


def applied(stage: Stage) -> dict[str, Any]:
    """Give the variables that were applied last."""
    found: dict[str, Any] = json.loads((stage.tmp_path / "state" / "applied.json").read_text())
    return found


def another(stage: Stage, rollout: Rollout | None = None) -> None:
    """Let another release of the model be on its way, after the first one was deployed."""
    run(stage)
    (stage.tmp_path / "state" / "calls").unlink()
    (stage.settings.out / "deployment.json").unlink()
    release = stage.release
    archive = stage.exact(release.archive.uri, b"another archive")
    staging = replace(release.configuration["staging"], rollout=rollout or Rollout())
    told = {**release.configuration, "staging": staging}
    stage.release = replace(release, archive=archive, configuration=told)
    stage.sagemaker.release = stage.release
    stage.papers.carry()


def silently_back(stage: Stage) -> str:
    """Let SageMaker go back to what it ran, without a word."""
    before: str = applied(stage)["release_id"]
    (stage.tmp_path / "state" / "rolls-back").write_text(before)
    return before


def test_a_silent_rollback_is_a_failure_and_is_told(stage: Stage) -> None:
    another(stage)
    before = silently_back(stage)
    stage.alarms.ringing = {"errors": "5 failures in a minute"}
    with pytest.raises(RolloutFailed, match=f"endpoint {NAME}: must run the configuration") as told:
        run(stage)
    assert "it was rolled back" in str(told.value)
    assert "alarm errors: 5 failures in a minute" in str(told.value)
    # What was applied before is applied again: what was made for the release goes.
    assert applied(stage)["release_id"] == before
    assert not (stage.settings.out / "deployment.json").exists()


def test_a_failed_rollout_is_kept_as_evidence(stage: Stage) -> None:
    another(stage)
    silently_back(stage)
    stage.alarms.ringing = {"latency": "slow"}
    with pytest.raises(RolloutFailed):
        run(stage)
    place = f"releases/{MODEL}/{stage.release.id}/{EXECUTION}/staging/{FAILURE_FILE}"
    kept = parse_document("kept", "failed-rollout", stage.evidence()[place])
    assert (kept["intended"], kept["live"]) == (CONFIG, CONFIG)
    assert kept["runs_as_before"] is True
    assert kept["alarms"] == [{"name": "latency", "state": "ALARM", "reason": "slow"}]


def test_an_alarm_that_rang_and_is_well_again_is_told(stage: Stage) -> None:
    another(stage)
    silently_back(stage)
    before, during = NOW - timedelta(hours=1), NOW + timedelta(minutes=1)
    stage.alarms.rang = {"errors": (before, "long ago"), "latency": (during, "slow")}
    with pytest.raises(RolloutFailed, match=r"alarm latency: slow \(at .*; OK since\)") as told:
        run(stage)
    assert [one.document() for one in told.value.alarms] == [
        {"name": "latency", "state": "OK", "reason": "slow", "rang_at": spell(during)}
    ]


def test_an_endpoint_that_runs_neither_is_not_touched_again(stage: Stage) -> None:
    another(stage)
    silently_back(stage)
    stage.sagemaker.endpoint = {"EndpointConfigName": "by-hand"}
    with pytest.raises(RolloutFailed, match="got by-hand") as told:
        run(stage)
    assert told.value.runs_as_before is False
    assert commands(stage).count("apply") == 1


def test_leftovers_that_stay_do_not_hide_the_failure(stage: Stage) -> None:
    another(stage)
    silently_back(stage)
    (stage.tmp_path / "state" / "rolls-back").write_text("neither")
    with pytest.raises(RolloutFailed, match="must run the configuration"):
        run(stage)


SHADOW = Rollout(Strategy.SHADOW, 50, wait_seconds=60)


@pytest.mark.parametrize(
    ("kind", "action", "says"),
    [
        ("aws_sagemaker_endpoint", "replace", "must keep the endpoint that answers, got replace"),
        ("aws_sagemaker_endpoint", "delete", "must keep the endpoint that answers, got delete"),
        ("aws_iam_role", "create", "must change nothing but .*, got create of aws_iam_role"),
        ("aws_s3_bucket", "delete", "must change nothing but .*, got delete of aws_s3_bucket"),
    ],
)
def test_a_plan_that_does_more_than_to_run_the_release_is_not_applied(
    stage: Stage, kind: str, action: str, says: str
) -> None:
    another(stage)
    before = applied(stage)
    change = {"resource": {"addr": f"{kind}.x", "resource_type": kind}, "action": action}
    (stage.tmp_path / "state" / "also-plans").write_text(json.dumps(change))
    with pytest.raises(UnfitPlan, match=f"plan of {kind}.x: {says}"):
        run(stage)
    assert applied(stage) == before
    assert "apply" not in commands(stage)


def test_an_endpoint_that_was_updated_past_terraform_is_not_made_anew(stage: Stage) -> None:
    another(stage)
    drifted = stage.tmp_path / "state" / "drifted"
    drifted.touch()
    stage.sagemaker.put_back = drifted.unlink
    run(stage)
    [update] = stage.sagemaker.updated
    assert (update["EndpointName"], update["EndpointConfigName"]) == (NAME, CONFIG)
    watched = update["DeploymentConfig"]["AutoRollbackConfiguration"]["Alarms"]
    assert {"AlarmName": "errors"} in watched
    assert applied(stage)["release_id"] == stage.release.id


def test_an_endpoint_that_cannot_be_put_back_is_left_as_it_is(stage: Stage) -> None:
    another(stage)
    before = applied(stage)
    (stage.tmp_path / "state" / "drifted").touch()
    with pytest.raises(UnfitPlan, match="must keep the endpoint that answers, got replace"):
        run(stage)
    assert applied(stage) == before
    assert "apply" not in commands(stage)


def test_a_shadow_is_tried_before_it_answers(stage: Stage) -> None:
    another(stage, SHADOW)
    run(stage)
    tried = ["plan", "apply", "output"]
    assert commands(stage) == ["init", "output", *tried, "plan", "apply", "output"]
    # Asked at once, and again until the minute is over.
    assert stage.alarms.asked == 13
    assert "shadow" not in applied(stage)
    assert applied(stage)["rollout"]["strategy"] == "all-at-once"


def test_a_shadow_that_is_ill_never_answers(stage: Stage) -> None:
    another(stage, SHADOW)
    before = applied(stage)
    stage.alarms.ringing = {"shadow-latency": "p99 over 1000 ms"}
    with pytest.raises(RolloutFailed, match="must have a shadow by which no alarm rings") as told:
        run(stage)
    assert "p99 over 1000 ms" in str(told.value)
    assert told.value.runs_as_before is True
    assert applied(stage) == before


def test_a_first_release_has_nobody_to_shadow(stage: Stage) -> None:
    staging = replace(stage.release.configuration["staging"], rollout=SHADOW)
    told = {**stage.release.configuration, "staging": staging}
    stage.release = replace(stage.release, configuration=told)
    stage.sagemaker.release = stage.release
    stage.papers.carry()
    run(stage)
    assert commands(stage) == ["init", "output", "plan", "apply", "output"]


def test_a_shadow_nobody_watches_is_refused() -> None:
    with pytest.raises(Finding, match="must have alarms that watch it, got none"):
        watch(FakeAlarms(), (), 60, clock(NOW))
    with pytest.raises(Finding, match="must have all its alarms, got none named b"):
        watch(FakeAlarms(absent={"b"}), ("a", "b"), 60, clock(NOW))


def test_a_shadow_changes_nothing_of_what_answers() -> None:
    before = {"image_uri": "a", "model_data_url": "u", "model_data_sha256": "s", "variant": 2}
    wanted = {**before, "model_data_url": "v", "model_data_sha256": "t", "alarms": 1, "variant": 9}
    beside = with_shadow(before, wanted, SHADOW)
    assert beside is not None
    assert {name: beside[name] for name in before} == before
    assert beside["shadow"] == {
        "image_uri": "a",
        "model_data_url": "v",
        "model_data_sha256": "t",
        "percentage": 50,
    }
    assert with_shadow(wanted, wanted, SHADOW) is None
