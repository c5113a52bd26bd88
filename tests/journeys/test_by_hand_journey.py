"""What people do by hand in an account that is laid out: each is told, and none outlives it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.stage import MODEL, Done, Stage

pytestmark = [pytest.mark.journey, pytest.mark.long]

_ACCOUNT = "staging"
_PREFIX = f"gatehouse-{_ACCOUNT}"
_ENDPOINT = f"{_PREFIX}-by-hand"
_LOG = f"/{_PREFIX}/by-hand"
_ROLE = f"{_PREFIX}-deploy"
_EVIDENCE = f"{_PREFIX}-evidence-222222222222"
_RELEASED = f"{_PREFIX}-{MODEL}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A twin with one account laid out, and no guardrails: they would refuse most of it."""
    made = Stage(tmp_path_factory.mktemp("by-hand"))
    made.open(guarded=False)
    try:
        made.apply_side_by_side(_ACCOUNT)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def spoilt(stage: Stage) -> dict[str, dict[str, Any]]:
    """What drift tells, by address, after somebody has been there by hand."""
    untouched = stage.gatehouse("drift", "--account", _ACCOUNT, "--beside", "--json").json()
    assert untouched["drift"] == []
    for endpoint in (_RELEASED, _ENDPOINT):
        _serve(stage, endpoint)
    _add_beside_the_root(stage)
    _spoil_what_is_of_the_root(stage)
    told = _drift(stage, "--beside", "--json").json()
    return {row["address"]: row for row in told["drift"]}


def test_a_policy_that_was_edited_is_drift(spoilt: dict[str, dict[str, Any]]) -> None:
    (row,) = (
        row
        for address, row in spoilt.items()
        if address.endswith("aws_s3_bucket_policy.this") and '"evidence"' in address
    )
    assert row["difference"] == "changed"
    assert row["attributes"] == ["policy"]
    assert row["policy"] is True


def test_a_policy_that_was_added_to_a_role_is_drift(spoilt: dict[str, dict[str, Any]]) -> None:
    (row,) = (row for row in spoilt.values() if row["difference"] == "added to")
    assert row["attributes"] == ["inline_policy"]
    assert row["policy"] is True


def test_a_tag_that_was_changed_is_drift(spoilt: dict[str, dict[str, Any]]) -> None:
    changed = [row for row in spoilt.values() if row["attributes"] == ["tags"]]
    assert [row["address"] for row in changed if "aws_kms_key" in row["address"]]
    assert {row["policy"] for row in changed if "aws_kms_key" in row["address"]} == {True}


def test_what_was_deleted_is_drift(spoilt: dict[str, dict[str, Any]]) -> None:
    gone = [row["address"] for row in spoilt.values() if row["difference"] == "gone"]
    assert len(gone) == 1
    assert "aws_ssm_parameter" in gone[0]


def test_what_was_made_beside_the_root_is_told(spoilt: dict[str, dict[str, Any]]) -> None:
    told = {row["address"] for row in spoilt.values() if row["difference"] == "beside the root"}
    assert told == {
        f"endpoint {_ENDPOINT}",
        f"endpoint configuration {_ENDPOINT}",
        f"model {_ENDPOINT}",
        f"log group {_LOG}",
        f"role {_PREFIX}-by-hand",
    }
    assert spoilt[f"role {_PREFIX}-by-hand"]["policy"] is True


def test_what_a_release_makes_is_not_told(spoilt: dict[str, dict[str, Any]]) -> None:
    assert not [address for address in spoilt if _RELEASED in address]


def test_an_object_is_told_by_the_inventory_and_kept_from_destruction(
    stage: Stage, spoilt: dict[str, dict[str, Any]]
) -> None:
    found = stage.gatehouse("inventory", "--account", _ACCOUNT, "--json").json()["items"]
    assert [item["note"] for item in found if item["kind"] == "bucket content"]
    refused = stage.gatehouse("destroy", "--account", _ACCOUNT, "--yes", code=2)
    assert f"error: {_ACCOUNT}: must hold no data to be destroyed without --delete-data" in (
        refused.err
    )
    assert "bucket content" in refused.err


def test_an_apply_makes_it_again_what_was_reviewed_and_leaves_what_is_beside(
    stage: Stage, spoilt: dict[str, dict[str, Any]]
) -> None:
    stage.gatehouse("apply", "--auto", "--account", _ACCOUNT)
    told = _drift(stage, "--beside", "--json").json()["drift"]
    assert {row["difference"] for row in told} == {"added to", "beside the root"}


def test_a_destroy_ends_all_of_it_but_the_role_of_somebody_and_says_so(
    stage: Stage, spoilt: dict[str, dict[str, Any]]
) -> None:
    arguments = ("destroy", "--account", _ACCOUNT, "--delete-data", "--confirm", _ACCOUNT)
    left = stage.gatehouse(*arguments, code=1)
    assert f"{_ACCOUNT}: must be empty after it was destroyed, got 1 things" in left.err
    assert f"{_PREFIX}-by-hand" in left.out
    stage.client("iam", _ACCOUNT).delete_role(RoleName=f"{_PREFIX}-by-hand")
    again = stage.gatehouse(*arguments)
    assert f"{_ACCOUNT}: nothing is laid out" in again.err


def _drift(stage: Stage, *arguments: str) -> Done:
    return stage.gatehouse("drift", "--account", _ACCOUNT, *arguments, code=1)


def _spoil_what_is_of_the_root(stage: Stage) -> None:
    s3, iam, kms, ssm = (stage.client(name, _ACCOUNT) for name in ("s3", "iam", "kms", "ssm"))
    policy = json.loads(s3.get_bucket_policy(Bucket=_EVIDENCE)["Policy"])
    policy["Statement"] = policy["Statement"][1:]
    s3.put_bucket_policy(Bucket=_EVIDENCE, Policy=json.dumps(policy))
    statement = {"Sid": "All", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    iam.put_role_policy(
        RoleName=_ROLE,
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    key = kms.describe_key(KeyId=f"alias/{_PREFIX}-models")["KeyMetadata"]["KeyId"]
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "owner", "TagValue": "nobody"}])
    ssm.delete_parameter(Name=f"/gatehouse/{_ACCOUNT}/buckets/logs")


def _add_beside_the_root(stage: Stage) -> None:
    iam, logs = (stage.client(name, _ACCOUNT) for name in ("iam", "logs"))
    _put_past_the_policy(stage.client("s3", _ACCOUNT), f"{_PREFIX}-models-222222222222")
    logs.create_log_group(logGroupName=_LOG)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    iam.create_role(
        RoleName=f"{_PREFIX}-by-hand",
        AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [trust | {"Action": "sts:AssumeRole"}]}
        ),
    )


def _put_past_the_policy(s3: Any, bucket: str) -> None:
    """Keep an object where only a release may: lift the policy, write, put the policy back."""
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="by-hand", Body=b"1", ServerSideEncryption="AES256")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def _serve(stage: Stage, name: str) -> None:
    """Make an endpoint that nobody has reason to stop; what it serves does not matter here."""
    sagemaker = stage.client("sagemaker", _ACCOUNT)
    registry = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=stage.naming.role_arn(_ACCOUNT, "serving"),
        PrimaryContainer={"Image": f"{registry}/gatehouse-{_ACCOUNT}/model@sha256:{'0' * 64}"},
        EnableNetworkIsolation=True,
        VpcConfig={
            "SecurityGroupIds": _told(stage, "network/workload-security-group-ids").split(","),
            "Subnets": _told(stage, "network/subnet-ids").split(","),
        },
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        KmsKeyId=_told(stage, "keys/models-arn"),
        DataCaptureConfig={
            "EnableCapture": True,
            "InitialSamplingPercentage": 100,
            "DestinationS3Uri": f"s3://{_PREFIX}-capture-222222222222/by-hand",
            "KmsKeyId": _told(stage, "keys/capture-arn"),
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        },
        ProductionVariants=[
            {
                "VariantName": "all",
                "ModelName": name,
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def _told(stage: Stage, path: str) -> str:
    name = f"/gatehouse/{_ACCOUNT}/{path}"
    return str(stage.client("ssm", _ACCOUNT).get_parameter(Name=name)["Parameter"]["Value"])
