"""Resource types that the twin holds itself, through the stock SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import letting_in, role, trusting, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin


def refused(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        act()
    told = error.value.response["Error"]
    return str(told["Code"]), str(told["Message"])


def domain(sagemaker: Any) -> str:
    answer = sagemaker.create_domain(
        DomainName=unique("domain"),
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": f"arn:aws:iam::{DATA_SCIENCE}:role/studio"},
        SubnetIds=["subnet-1"],
        VpcId="vpc-1",
        AppNetworkAccessType="VpcOnly",
        Tags=[{"Key": "stage", "Value": "data-science"}],
    )
    return str(answer["DomainArn"]).rsplit("/", 1)[-1]


def model(sagemaker: Any) -> str:
    name = unique("model")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=f"arn:aws:iam::{DATA_SCIENCE}:role/serving",
        PrimaryContainer={
            "Image": "repository@sha256:0",
            "ModelDataUrl": "s3://bucket/model.tar.gz",
        },
        EnableNetworkIsolation=True,
        VpcConfig={"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    )
    return name


def test_domain_with_its_user_profile_lives_and_dies(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    place = {"DomainId": domain(sagemaker)}
    profile = {**place, "UserProfileName": "sofia"}
    sagemaker.create_user_profile(**profile)

    described = sagemaker.describe_domain(**place)
    assert described["Status"] == "InService"
    assert described["HomeEfsFileSystemId"].startswith("fs-")
    assert described["AppNetworkAccessType"] == "VpcOnly"
    assert sagemaker.list_tags(ResourceArn=described["DomainArn"])["Tags"] == [
        {"Key": "stage", "Value": "data-science"}
    ]
    listed = sagemaker.list_user_profiles(DomainIdEquals=place["DomainId"])["UserProfiles"]
    assert [p["UserProfileName"] for p in listed] == ["sofia"]

    assert refused(lambda: sagemaker.delete_domain(**place))[0] == "ResourceInUse"
    sagemaker.delete_user_profile(**profile)
    sagemaker.delete_domain(**place)
    assert refused(lambda: sagemaker.describe_domain(**place))[0] == "ResourceNotFound"


def test_user_profile_of_an_unknown_domain_is_refused(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    profile = {"DomainId": "d-000000000000", "UserProfileName": "sofia"}

    assert refused(lambda: sagemaker.create_user_profile(**profile))[0] == "ResourceNotFound"


def test_update_changes_what_it_names_only(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    place = {"DomainId": domain(sagemaker)}
    sagemaker.update_domain(**place, DomainSettingsForUpdate={"SecurityGroupIds": ["sg-2"]})

    described = sagemaker.describe_domain(**place)

    assert described["DomainSettings"]["SecurityGroupIds"] == ["sg-2"]
    assert described["VpcId"] == "vpc-1"


def test_model_is_answered_as_it_was_sent(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    name = model(sagemaker)

    described = sagemaker.describe_model(ModelName=name)

    assert described["EnableNetworkIsolation"] is True
    assert described["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    code, message = refused(lambda: model_again(sagemaker, name))
    assert (code, "already existing model" in message) == ("ValidationException", True)


def model_again(sagemaker: Any, name: str) -> object:
    return sagemaker.create_model(ModelName=name, PrimaryContainer={"Image": "x"})


def test_missing_model_is_told_in_the_words_terraform_knows(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")

    code, message = refused(lambda: sagemaker.describe_model(ModelName="never-made"))

    assert code == "ValidationException"
    assert message.startswith('Could not find model "arn:aws:sagemaker:eu-west-1:')


def test_endpoint_configuration_without_its_model_is_refused(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    variant = {"VariantName": "all", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    wanted = {"EndpointConfigName": unique("config")}

    without = [{**variant, "ModelName": "never-made"}]
    code, message = refused(
        lambda: sagemaker.create_endpoint_config(**wanted, ProductionVariants=without)
    )
    assert (code, "Could not find model" in message) == ("ValidationException", True)
    sagemaker.create_endpoint_config(
        **wanted, ProductionVariants=[{**variant, "ModelName": model(sagemaker)}]
    )
    described = sagemaker.describe_endpoint_config(**wanted)
    assert described["ProductionVariants"][0]["InitialVariantWeight"] == 1.0


def test_accounts_do_not_see_each_others_models(running_twin: RunningTwin) -> None:
    name = model(running_twin.client("sagemaker", DATA_SCIENCE))
    other = running_twin.client("sagemaker", STAGING)

    assert refused(lambda: other.describe_model(ModelName=name))[0] == "ValidationException"


def test_list_is_filtered_and_paged(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    stem = unique("paged")
    for number in range(5):
        sagemaker.create_model(
            ModelName=f"{stem}-{number}",
            ExecutionRoleArn=f"arn:aws:iam::{DATA_SCIENCE}:role/serving",
            PrimaryContainer={"Image": "x"},
        )
    pages = sagemaker.get_paginator("list_models").paginate(
        NameContains=stem, SortBy="Name", SortOrder="Descending", MaxResults=2
    )

    names = [[found["ModelName"] for found in page["Models"]] for page in pages]

    assert names == [[f"{stem}-4", f"{stem}-3"], [f"{stem}-2", f"{stem}-1"], [f"{stem}-0"]]


def test_group_policy_is_kept_and_goes_with_the_group(running_twin: RunningTwin) -> None:
    sagemaker, name = running_twin.client("sagemaker"), unique("group")
    group = {"ModelPackageGroupName": name}
    sagemaker.create_model_package_group(**group)
    policy = letting_in(STAGING, "sagemaker:DescribeModelPackageGroup")

    code, message = refused(lambda: sagemaker.get_model_package_group_policy(**group))
    assert (code, "Cannot find Model Package Group" in message) == ("ValidationException", True)
    sagemaker.put_model_package_group_policy(**group, ResourcePolicy=policy)
    assert sagemaker.get_model_package_group_policy(**group)["ResourcePolicy"] == policy
    sagemaker.delete_model_package_group_policy(**group)
    sagemaker.delete_model_package_group(**group)
    code, message = refused(lambda: sagemaker.describe_model_package_group(**group))
    assert (code, message.endswith("does not exist.")) == ("ValidationException", True)


def test_tags_of_any_resource_are_kept(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker")
    arn = sagemaker.create_model_package_group(
        ModelPackageGroupName=unique("group"), Tags=[{"Key": "a", "Value": "1"}]
    )["ModelPackageGroupArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])

    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_build_project_keeps_key_and_pipeline_source(running_twin: RunningTwin) -> None:
    codebuild, name = running_twin.client("codebuild"), unique("project")
    key = f"arn:aws:kms:eu-west-1:{DATA_SCIENCE}:key/artifacts"
    wanted: dict[str, Any] = {
        "name": name,
        "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "image",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        "serviceRole": role(
            running_twin, DATA_SCIENCE, trusting({"Service": "codebuild.amazonaws.com"})
        ),
        "encryptionKey": key,
    }
    codebuild.create_project(**wanted)

    answer = codebuild.batch_get_projects(names=[name, "other"])

    assert answer["projects"][0]["encryptionKey"] == key
    assert answer["projects"][0]["source"]["type"] == "CODEPIPELINE"
    assert answer["projectsNotFound"] == ["other"]
    code, _ = refused(lambda: codebuild.create_project(**wanted))
    assert code == "ResourceAlreadyExistsException"
    missing = {
        **wanted,
        "name": unique("project"),
        "serviceRole": f"arn:aws:iam::{DATA_SCIENCE}:role/none",
    }
    assert refused(lambda: codebuild.create_project(**missing))[0] == "InvalidInputException"


def pipeline(role_arn: str) -> dict[str, Any]:
    def stage(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actions": [{"name": name, "actionTypeId": kind, **more}]}

    source = {
        "outputArtifacts": [{"name": "Source"}],
        "configuration": {"S3Bucket": "b", "S3ObjectKey": "k"},
    }
    return {
        "name": unique("pipeline"),
        "roleArn": role_arn,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "variables": [{"name": "PackageArn"}],
        "stages": [
            stage("Source", "Source", "S3", **source),
            stage("Approve", "Approval", "Manual"),
        ],
    }


def test_pipeline_keeps_variables_and_counts_versions(running_twin: RunningTwin) -> None:
    codepipeline = running_twin.client("codepipeline")
    trust = trusting(
        {"Service": ["codepipeline.amazonaws.com", "events.amazonaws.com"]},
        Condition={"StringEquals": {"aws:SourceAccount": DATA_SCIENCE}},
    )
    wanted = pipeline(role(running_twin, DATA_SCIENCE, trust))
    codepipeline.create_pipeline(pipeline=wanted)
    codepipeline.update_pipeline(pipeline={**wanted, "executionMode": "SUPERSEDED"})

    held = codepipeline.get_pipeline(name=wanted["name"])["pipeline"]
    first = codepipeline.get_pipeline(name=wanted["name"], version=1)["pipeline"]

    assert (held["version"], held["executionMode"]) == (2, "SUPERSEDED")
    assert first["executionMode"] == "QUEUED"
    assert held["variables"] == [{"name": "PackageArn"}]
    codepipeline.delete_pipeline(name=wanted["name"])
    code, _ = refused(lambda: codepipeline.get_pipeline(name=wanted["name"]))
    assert code == "PipelineNotFoundException"


def test_pipeline_with_a_role_that_does_not_trust_it_is_refused(running_twin: RunningTwin) -> None:
    arn = role(running_twin, DATA_SCIENCE, trusting({"Service": "codebuild.amazonaws.com"}))
    codepipeline = running_twin.client("codepipeline")

    code, _ = refused(lambda: codepipeline.create_pipeline(pipeline=pipeline(arn)))

    assert code == "InvalidStructureException"
