"""Code that is promoted is trained in its target as it was signed, and judged before it serves."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipelines.attestations.rules import Refused
from pipelines.canonical import sha256_of
from pipelines.definitions.upsert import COMPILED
from pipelines.errors import Finding
from pipelines.promotion import deploy, test, verify
from tests.pipelines.promotion.places import CONFIG, Place
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.test_promotion_deploy import new
from tests.pipelines.promotion.test_promotion_test import watch
from tests.pipelines.promotion.training import (
    LONG_AFTER,
    promoting_code,
    training,
)
from tests.pipelines.promotion.world import EXECUTION, MODEL, REGION

ARCHIVE = sha256_of(b"archive trained here")
WRONG = b"prediction,probability_0,probability_1\n1,0.1,0.9\n0,0.8,0.2\n"


def run(stage: Stage) -> None:
    """Deploy the release of the stage."""
    deploy.run(stage.settings, stage, stage.surroundings())


def nothing_was_applied(stage: Stage) -> bool:
    """Tell whether the endpoint was left alone."""
    state = stage.tmp_path / "state"
    return not (state / "calls").exists() and not (state / "applied.json").exists()


def test_a_target_serves_the_archive_that_it_has_trained_itself(stage: Stage) -> None:
    promoting_code(stage)
    new(stage)
    run(stage)
    report, told = stage.report("deployment.json"), stage.report("retraining.json")
    assert report["archive"]["sha256"] == told["archive"]["sha256"] == ARCHIVE
    assert report["release_id"] == told["release_id"] == stage.release.id
    assert told["metrics"]["auc"] == told["quality"]["evaluated"]
    assert report["endpoint"]["config_name"] == CONFIG
    applied = json.loads((stage.tmp_path / "state" / "applied.json").read_text())
    assert applied["model_data_sha256"] == ARCHIVE != stage.release.archive.sha256
    place = f"releases/{MODEL}/{stage.release.id}/{EXECUTION}/{stage.place.name}"
    assert f"{place}/retraining.json" in stage.evidence()


def test_the_run_is_of_the_signed_definition_bound_with_names_of_the_account(stage: Stage) -> None:
    promoting_code(stage)
    new(stage)
    run(stage)
    put = training(stage).pipelines[stage.place.endpoint]
    bound, naming = put["PipelineDefinition"], stage.settings.naming
    assert "contract:" not in bound
    assert "build:" not in bound
    assert naming.organization.account("data-science").id not in bound
    assert f"s3://{stage.place.bucket('data')}/{MODEL}/training" in bound
    assert stage.place.bucket("models") not in bound
    assert put["RoleArn"] == naming.role_arn(stage.place.name, "pipeline")
    told = stage.report("retraining.json")["definition"]
    assert told == {
        "sha256": stage.release.definition_sha256,
        "bound_sha256": sha256_of(bound.encode()),
    }


def test_another_definition_than_the_signed_one_is_not_trained(stage: Stage) -> None:
    promoting_code(stage)
    path = stage.settings.root / COMPILED / f"{MODEL}.json"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(Refused, match="must have the signed SHA-256") as refused:
        run(stage)
    assert refused.value.rule == "definition-is-the-signed-one"
    assert not training(stage).pipelines
    assert nothing_was_applied(stage)
    assert any(name.endswith("/refusal.json") for name in stage.evidence())


@pytest.mark.parametrize("word", ["code", "model"])
def test_nobody_switches_between_models_and_code(stage: Stage, word: str) -> None:
    if word == "model":
        promoting_code(stage)
        ssm = stage.aws.client("ssm", REGION)
        ssm.delete_parameter(Name=f"/gatehouse/staging/models/{MODEL}/promotes")
    else:
        stage.publish(f"models/{MODEL}/promotes", "code")
    with pytest.raises(Refused, match=f"must promote {word}, as account staging says") as refused:
        run(stage)
    assert refused.value.rule == "promoted-as-told-here"
    assert nothing_was_applied(stage)


def test_a_retry_does_not_train_twice(stage: Stage) -> None:
    promoting_code(stage)
    new(stage)
    run(stage)
    first = stage.report("retraining.json")
    later = f"s3://{stage.place.bucket('data')}/raw/{MODEL}/later.csv"
    stage.exact(later, b"data that came later")
    run(stage)
    assert len(training(stage).runs) == 1
    assert stage.report("retraining.json")["data"] == first["data"]
    assert stage.report("retraining.json")["run"] == first["run"]


def test_another_execution_trains_anew(stage: Stage) -> None:
    promoting_code(stage)
    new(stage)
    run(stage)
    (token,) = training(stage).runs
    assert len(token) == 64
    other = replace(stage.settings, execution_id="another")
    from pipelines.promotion.training_run import request_token

    assert request_token(other, stage.release) != token


def test_a_run_below_its_threshold_leaves_the_endpoint_alone(stage: Stage) -> None:
    promoting_code(stage)
    training(stage).status = "Failed"
    with pytest.raises(Finding, match=r"must succeed, got Failed \(BelowThreshold: auc must be"):
        run(stage)
    assert nothing_was_applied(stage)


def test_an_evaluation_below_the_threshold_leaves_the_endpoint_alone(stage: Stage) -> None:
    promoting_code(stage, auc=0.9)
    with pytest.raises(Finding, match=r"auc must be at least 0.95 to be released, got 0.9"):
        run(stage)
    assert nothing_was_applied(stage)


def test_held_out_rows_that_speak_against_it_leave_the_endpoint_alone(stage: Stage) -> None:
    promoting_code(stage, predictions=WRONG)
    with pytest.raises(Finding, match="must pass the judgement of its held-out rows"):
        run(stage)
    assert nothing_was_applied(stage)


def test_a_run_with_a_lower_threshold_is_not_taken(stage: Stage) -> None:
    promoting_code(stage)
    training(stage).metadata = {"threshold": "0.5"}
    with pytest.raises(Finding, match=r"must have the threshold 0.95, got 0.5"):
        run(stage)
    assert nothing_was_applied(stage)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("execution_arn", "arn:aws:sagemaker:eu-west-1:222222222222:pipeline/x/execution/other"),
        ("definition_sha256", "0" * 64),
        ("commit", "0" * 40),
        ("data_version", "another"),
    ],
)
def test_what_another_run_has_registered_is_not_taken(stage: Stage, name: str, value: str) -> None:
    promoting_code(stage)
    training(stage).metadata = {name: value}
    with pytest.raises(Finding, match="must be of the"):
        run(stage)
    assert nothing_was_applied(stage)


def test_a_run_of_another_definition_is_not_taken(stage: Stage) -> None:
    promoting_code(stage)
    training(stage).definition_that_runs = "{}"
    with pytest.raises(Finding, match="must run the definition that was bound here"):
        run(stage)
    assert nothing_was_applied(stage)


def test_data_that_were_replaced_while_they_were_read_count_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    promoting_code(stage)
    training(stage).read_at = LONG_AFTER
    start = training(stage).start_pipeline_execution

    def meanwhile(**request: object) -> dict[str, object]:
        stage.exact(f"s3://{stage.place.bucket('data')}/raw/{MODEL}/patients.csv", b"others")
        return start(**request)

    monkeypatch.setattr(training(stage), "start_pipeline_execution", meanwhile)
    with pytest.raises(Finding, match="until a run has read it"):
        run(stage)
    assert nothing_was_applied(stage)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("roles/training-arn", "arn:aws:iam::222222222222:role/gatehouse-staging-release"),
        ("buckets/data", "gatehouse-data-science-data-111111111111"),
        ("keys/data-arn", "arn:aws:kms:eu-west-1:111111111111:key/data"),
        (f"registry/{MODEL}/group-name", "gatehouse-breast-cancer"),
    ],
)
def test_a_definition_is_bound_with_nothing_but_the_accounts_own(
    stage: Stage, path: str, value: str
) -> None:
    promoting_code(stage)
    stage.publish(path, value)
    with pytest.raises(Finding, match=f"/gatehouse/staging/{path}: must be"):
        run(stage)
    assert not training(stage).pipelines
    assert nothing_was_applied(stage)


def test_without_data_nothing_is_trained(stage: Stage) -> None:
    promoting_code(stage)
    bucket: str = Place.bucket(stage.place, "data")
    stage.s3.delete_object(Bucket=bucket, Key=f"raw/{MODEL}/patients.csv")
    with pytest.raises(Finding, match="must hold a CSV to train on"):
        run(stage)
    assert nothing_was_applied(stage)


def test_the_test_asks_with_rows_of_the_model_that_was_trained_there(stage: Stage) -> None:
    promoting_code(stage)
    new(stage)
    run(stage)
    stage.s3.delete_object(Bucket=stage.release.holdout.uri.split("/")[2], Key="none")
    test.run(stage.settings, stage, watch())
    assert stage.report("test-report.json")["passed"] is True


def test_verify_compares_with_the_archive_of_this_execution(production: Stage) -> None:
    promoting_code(production)
    production.papers.tested()
    production.papers.approved()
    new(production)
    run(production)
    verify.run(production.settings, production, watch())
    assert production.report("verification.json")["archive"]["sha256"] == ARCHIVE
    signed = production.release.archive.sha256
    store = f"s3://{production.place.bucket('models')}/approved/{MODEL}/{signed}"
    training(production).container = {"ModelDataUrl": f"{store}/model.tar.gz"}
    with pytest.raises(Finding, match="must serve the archive"):
        verify.run(production.settings, production, watch())
