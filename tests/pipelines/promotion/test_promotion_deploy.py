"""A release arrives in its target by digest, and what is live is compared with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pipelines.attestations.rules import Refused
from pipelines.errors import EnvironmentFault, Finding, GatehouseError, InvalidInput
from pipelines.promotion import deploy
from pipelines.promotion.adopt import settle
from pipelines.promotion.documents import parse_document
from pipelines.promotion.kept_terraform import pack
from pipelines.promotion.rollout import lay_out
from pipelines.promotion.rollout_failure import RolloutFailed
from tests.pipelines.promotion.places import CONFIG, EVIDENCE, MODELS, NAME, RELEASES
from tests.pipelines.promotion.stage import Stage, clock
from tests.pipelines.promotion.world import BUCKET, EXECUTION, MODEL


def run(stage: Stage) -> None:
    """Deploy the release of the stage."""
    deploy.run(stage.settings, stage, stage.surroundings())


def commands(stage: Stage) -> list[str]:
    """Name the commands that Terraform was given, in order."""
    return [call[0] for call in stage.calls()]


def new(stage: Stage) -> None:
    """Let there be no endpoint until Terraform was told to apply."""
    describe, state = stage.sagemaker.describe_endpoint, stage.tmp_path / "state" / "applied.json"

    def later(**request: Any) -> dict[str, Any]:
        stage.sagemaker.exists = state.exists()
        return describe(**request)

    stage.sagemaker.describe_endpoint = later  # type: ignore[method-assign]


def test_a_release_is_copied_by_digest_and_put_behind_its_endpoint(stage: Stage) -> None:
    new(stage)
    run(stage)
    report, release = stage.report("deployment.json"), stage.release
    archive = f"approved/{MODEL}/{release.archive.sha256}/model.tar.gz"
    assert stage.s3.get_object(Bucket=MODELS, Key=archive)["Body"].read() == b"archive"
    head = stage.s3.head_object(Bucket=MODELS, Key=archive)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"][-6:]) == ("aws:kms", "models")
    assert set(stage.own.manifests) == {release.image.digest}
    assert commands(stage) == ["init", "output", "plan", "apply", "output"]
    assert report["release_id"] == release.id
    assert report["archive"]["sha256"] == release.archive.sha256
    assert report["endpoint"]["config_name"] == CONFIG
    assert [change["action"] for change in report["plan"]["changes"]] == ["create"]
    assert len(report["plan"]["sha256"]) == 64


def test_terraform_is_told_everything_by_the_release_and_the_account(stage: Stage) -> None:
    new(stage)
    run(stage)
    told = json.loads((stage.tmp_path / "state" / "applied.json").read_text())
    assert told["release_id"] == stage.release.id
    assert told["image_uri"].startswith("222222222222.dkr.ecr.eu-west-1.amazonaws.com/")
    assert told["image_uri"].endswith(stage.release.image.digest)
    assert told["subnet_ids"] == ["subnet-1", "subnet-2"]
    assert told["variant"] == {"instance_type": "ml.m5.large", "initial_instance_count": 1}
    backend = [part for part in stage.calls()[0] if part.startswith("-backend-config=")]
    assert f"-backend-config=bucket={RELEASES}" in backend
    assert f"-backend-config=key={MODEL}/terraform.tfstate" in backend
    assert "-backend-config=use_lockfile=true" in backend
    assert "-lockfile=readonly" in stage.calls()[0]


def test_a_second_deployment_of_the_same_release_changes_nothing(stage: Stage) -> None:
    new(stage)
    run(stage)
    versions = stage.s3.list_object_versions(Bucket=MODELS)["Versions"]
    (stage.tmp_path / "state" / "calls").unlink()
    stage.own.calls.clear()
    run(stage)
    assert commands(stage) == ["init", "output", "plan", "output"]
    assert stage.report("deployment.json")["plan"]["changes"] == []
    assert stage.s3.list_object_versions(Bucket=MODELS)["Versions"] == versions
    assert set(stage.own.calls) == {"BatchGetImage", "BatchCheckLayerAvailability"}


def orphan(stage: Stage) -> None:
    """Let an endpoint exist that the state does not know."""
    stage.surroundings()
    (stage.tmp_path / "state" / "orphan").touch()


def test_what_a_killed_deployment_made_is_taken_back_into_the_state(stage: Stage) -> None:
    orphan(stage)
    stage.sagemaker.statuses = ["Creating", "Creating", "InService"]
    run(stage)
    looked = ["init", "output", "plan", "apply", "plan", "show", "import"]
    assert commands(stage) == [*looked, "plan", "apply", "output"]
    address = "module.inference_endpoint.aws_sagemaker_endpoint.this"
    assert stage.calls()[6][-2:] == [address, NAME]


def test_a_failed_endpoint_outside_the_state_is_not_taken_over(stage: Stage) -> None:
    orphan(stage)
    stage.sagemaker.statuses = ["Failed", "Failed"]
    told = rf"must run the configuration {CONFIG}, got {CONFIG} \(endpoint {NAME}: Failed\)"
    with pytest.raises(RolloutFailed, match=told):
        run(stage)


def test_a_failure_without_an_orphan_is_told_as_it_is(stage: Stage) -> None:
    orphan(stage)
    stage.sagemaker.exists = False
    told = r"got no endpoint \(terraform apply: creating endpoint exists already\)"
    with pytest.raises(RolloutFailed, match=told):
        run(stage)
    assert commands(stage) == ["init", "output", "plan", "apply", "plan", "show", "show"]


def test_an_endpoint_that_never_comes_to_rest_is_told(stage: Stage) -> None:
    stage.sagemaker.endpoint = {"EndpointStatus": "Updating"}
    with pytest.raises(EnvironmentFault, match=r"must come to rest within 0:30:00, got Updating"):
        settle(stage.sagemaker, NAME, clock())


def test_evidence_is_kept_in_the_target(stage: Stage) -> None:
    run(stage)
    place = f"releases/{MODEL}/{stage.release.id}/{EXECUTION}"
    kept = stage.evidence()
    assert set(kept) == {
        f"{place}/release.dsse.json",
        f"{place}/release.json",
        f"{place}/staging/deployment.json",
        f"{place}/terraform.tar",
    }
    assert kept[f"{place}/terraform.tar"] == pack(stage.settings.root)
    assert kept[f"{place}/release.json"] == stage.release.content()
    parse_document("kept", "deployment", kept[f"{place}/staging/deployment.json"])
    key = f"{place}/release.json"
    assert stage.s3.head_object(Bucket=EVIDENCE, Key=key)["SSEKMSKeyId"].endswith("key/evidence")


@pytest.mark.parametrize("status", ["Rejected", "PendingManualApproval"])
def test_a_release_whose_approval_was_taken_back_is_refused(stage: Stage, status: str) -> None:
    stage.sagemaker.approval = status
    with pytest.raises(Finding, match=f"must have the approval status Approved, got {status}"):
        run(stage)
    assert not stage.own.manifests
    assert not stage.s3.list_objects_v2(Bucket=MODELS).get("Contents")


def test_a_release_with_another_image_than_its_package_is_refused(stage: Stage) -> None:
    other = replace(stage.release.image, digest="sha256:" + "0" * 64)
    stage.sagemaker.release = replace(stage.release, image=other)
    with pytest.raises(Finding, match=f"must have the image {stage.release.image.uri}, got"):
        run(stage)


def test_a_release_for_other_accounts_is_refused(stage: Stage) -> None:
    other = replace(
        stage.release, configuration={"production": stage.release.configuration["production"]}
    )
    stage.papers.carry(other)
    with pytest.raises(Finding, match=r"must be meant for account staging, got .* production"):
        run(stage)


def test_an_edited_release_is_refused(stage: Stage) -> None:
    path = stage.tmp_path / "Release" / "release.json"
    path.write_bytes(path.read_bytes().replace(b"ml.m5.large", b"ml.m5.small", 1))
    with pytest.raises(Refused, match="must have the signed digest") as refusal:
        run(stage)
    assert refusal.value.rule == "statement-is-of-these-bytes"


def test_an_archive_with_other_bytes_is_refused(stage: Stage) -> None:
    forged = replace(stage.release.archive, sha256="0" * 64)
    other = replace(stage.release, archive=forged)
    stage.papers.carry(other)
    with pytest.raises(Finding, match=rf"must have the SHA-256 0{{64}}, got {'[0-9a-f]' * 64}"):
        run(stage)
    assert not stage.s3.list_objects_v2(Bucket=MODELS).get("Contents")


def test_a_later_version_of_the_archive_is_not_what_is_deployed(stage: Stage) -> None:
    stage.s3.put_object(Bucket=BUCKET, Key=f"{MODEL}/model.tar.gz", Body=b"later")
    run(stage)
    key = f"approved/{MODEL}/{stage.release.archive.sha256}/model.tar.gz"
    assert stage.s3.get_object(Bucket=MODELS, Key=key)["Body"].read() == b"archive"


def test_a_store_that_was_written_over_is_refused(stage: Stage) -> None:
    key = f"approved/{MODEL}/{stage.release.archive.sha256}/model.tar.gz"
    stage.s3.put_object(Bucket=MODELS, Key=key, Body=b"forged")
    with pytest.raises(
        Finding, match=f"must hold the archive with SHA-256 {stage.release.archive.sha256}"
    ):
        run(stage)


def test_an_image_layer_with_other_bytes_is_refused(stage: Stage) -> None:
    digest = next(iter(stage.home.layers))
    stage.home.layers[digest] = b"forged"
    with pytest.raises(Finding, match=f"must answer with the .* bytes of {digest}"):
        run(stage)
    assert not stage.own.manifests


LIVE: list[tuple[str, dict[str, Any], str]] = [
    ("endpoint", {"EndpointConfigName": "old"}, f"must run the configuration {CONFIG}, got old"),
    ("endpoint", {"EndpointStatus": "Failed"}, "must be InService, got Failed"),
    ("container", {"Image": "other"}, "must serve the image .* got other"),
    ("container", {"ModelDataUrl": "s3://other/x"}, "must serve the archive .* got s3://other/x"),
    ("container", {"Environment": {"A": "b"}}, "must add to the image nothing, got the variable A"),
    ("model", {"EnableNetworkIsolation": False}, "must run in network isolation: True, got False"),
    ("model", {"ExecutionRoleArn": "arn:other"}, "must run with the role .* got arn:other"),
    ("config", {"KmsKeyId": ""}, "must encrypt its volumes with .* got nothing"),
    ("config", {"ProductionVariants": []}, "must have exactly one variant, got 0"),
    ("config", {"ShadowProductionVariants": [{}]}, "must have exactly one variant"),
    ("traffic", {"CurrentWeight": 0.1}, "must have its requests .* got 0.1 of 1.0 of AllTraffic"),
    ("traffic", {"VariantName": "Other"}, "got the whole of Other"),
    ("capture", {"CaptureStatus": "Stopped"}, "must capture 100 .*: Started, got 100 .*: Stopped"),
    ("capture", {"CurrentSamplingPercentage": 1}, "must capture 100 of .* got 1 of 100 requests"),
    ("capture", {"DestinationS3Uri": "s3://other/x"}, "must capture .* got .* in s3://other/x"),
    ("capture", {"KmsKeyId": "arn:other"}, "must capture .* got .* under arn:other"),
    ("config", {"DataCaptureConfig": {}}, r"must capture .* got .* \(nothing\) in"),
    ("variant", {"InstanceType": "ml.m5.xlarge"}, "must run on ml.m5.large, got ml.m5.xlarge"),
    ("variant", {"InitialInstanceCount": 9}, "must be configured for instances: 1, got 9"),
]


@pytest.mark.parametrize(("what", "change", "told"), LIVE)
def test_an_endpoint_that_runs_anything_else_is_refused(
    stage: Stage, what: str, change: dict[str, Any], told: str
) -> None:
    run(stage)
    (stage.settings.out / "deployment.json").unlink()
    setattr(stage.sagemaker, what, change)
    with pytest.raises(Finding, match=told):
        run(stage)
    assert not (stage.settings.out / "deployment.json").exists()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            "buckets/models",
            "other",
            f"/gatehouse/staging/buckets/models: must be {MODELS}, got other",
        ),
        (
            "roles/serving-arn",
            "other",
            "roles/serving-arn: must be arn:aws:iam::222222222222:role/",
        ),
        ("keys/models-arn", "arn:aws:kms:eu-west-1:999999999999:key/x", "must be a key of account"),
    ],
)
def test_a_parameter_that_points_elsewhere_is_refused(
    stage: Stage, path: str, value: str, told: str
) -> None:
    ssm = stage.client("ssm", "eu-west-1")
    ssm.put_parameter(Name=f"/gatehouse/staging/{path}", Value=value, Type="String", Overwrite=True)
    with pytest.raises(Finding, match=told):
        run(stage)


def test_an_account_that_is_not_laid_out_is_named(stage: Stage) -> None:
    stage.client("ssm", "eu-west-1").delete_parameter(Name="/gatehouse/staging/keys/models-arn")
    with pytest.raises(
        EnvironmentFault, match="keys/models-arn: must be a parameter of this account"
    ):
        run(stage)


def test_a_source_without_the_release_root_is_refused(stage: Stage) -> None:
    with pytest.raises(InvalidInput, match="terraform/release: must be part of the source"):
        lay_out(stage.tmp_path, stage.tmp_path / "scratch")


@pytest.mark.parametrize("command", ["init", "plan", "apply"])
def test_the_reason_of_terraform_is_told_in_one_sentence(stage: Stage, command: str) -> None:
    around = stage.surroundings()
    new(stage)
    (stage.tmp_path / "state" / f"fail-{command}").touch()
    told = rf"terraform {command}: (must succeed, got )?no such thing because of a test"
    with pytest.raises(GatehouseError, match=told):
        deploy.run(stage.settings, stage, around)
