"""The model registry: versions, approval, and the events that tell of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import STAGING, TOOLS, Lab, unique, until

IMAGE = f"{TOOLS}.dkr.ecr.us-east-1.amazonaws.com/model@sha256:{'a' * 64}"


def test_versions_count_up_and_are_never_used_again(lab: Lab) -> None:
    group, sagemaker = _group(lab), lab.client("sagemaker")
    arns = [_register(lab, group) for _ in range(3)]
    assert [arn.rsplit("/", 1)[-1] for arn in arns] == ["1", "2", "3"]
    sagemaker.delete_model_package(ModelPackageName=arns[-1])
    assert _register(lab, group).endswith("/4")
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    assert [one["ModelPackageVersion"] for one in listed] == [1, 2, 4]
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.describe_model_package(ModelPackageName=arns[-1])


def test_an_approval_is_an_event_and_keeps_the_rest(lab: Lab) -> None:
    group, sagemaker = _group(lab), lab.client("sagemaker")
    url, arn = lab.queue()
    events = lab.client("events")
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [group], "ModelApprovalStatus": ["Approved"]},
    }
    events.put_rule(Name=group, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=group, Targets=[{"Id": "queue", "Arn": arn}])
    package = _register(lab, group, CustomerMetadataProperties={"commit": "abc"})
    sagemaker.update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription="good"
    )
    event = json.loads(until(lambda: lab.received(url), "the event")["Body"])
    assert event["resources"] == [package]
    assert event["detail"]["ModelPackageVersion"] == 1
    assert event["detail"]["ModelPackageArn"] == package
    assert event["detail"]["ModelApprovalStatus"] == "Approved"
    described = sagemaker.describe_model_package(ModelPackageName=package)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["ApprovalDescription"] == "good"
    assert described["CustomerMetadataProperties"] == {"commit": "abc"}
    assert described["InferenceSpecification"]["Containers"][0]["ImageDigest"].endswith("a" * 64)
    assert described["LastModifiedTime"] > described["CreationTime"]


def test_properties_are_added_and_removed_one_by_one(lab: Lab) -> None:
    sagemaker = lab.client("sagemaker")
    package = _register(lab, _group(lab), CustomerMetadataProperties={"a": "1", "b": "2"})
    sagemaker.update_model_package(
        ModelPackageArn=package,
        CustomerMetadataProperties={"c": "3"},
        CustomerMetadataPropertiesToRemove=["a"],
    )
    described = sagemaker.describe_model_package(ModelPackageName=package)
    assert described["CustomerMetadataProperties"] == {"b": "2", "c": "3"}


def test_packages_are_listed_by_approval(lab: Lab) -> None:
    group, sagemaker = _group(lab), lab.client("sagemaker")
    first, second = _register(lab, group), _register(lab, group)
    sagemaker.update_model_package(ModelPackageArn=second, ModelApprovalStatus="Rejected")
    listed = sagemaker.list_model_packages(
        ModelPackageGroupName=group, ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageSummaryList"]
    assert [one["ModelPackageArn"] for one in listed] == [first]
    latest = sagemaker.list_model_packages(
        ModelPackageGroupName=group, SortOrder="Descending", MaxResults=1
    )["ModelPackageSummaryList"]
    assert [one["ModelPackageArn"] for one in latest] == [second]


def test_another_account_reads_a_package_by_its_arn(lab: Lab) -> None:
    group = _group(lab)
    package = _register(lab, group)
    _share(lab, group)
    abroad = lab.client("sagemaker", STAGING)
    assert abroad.describe_model_package(ModelPackageName=package)["ModelPackageVersion"] == 1
    answer = abroad.batch_describe_model_package(ModelPackageArnList=[package, package[:-1] + "9"])
    assert list(answer["ModelPackageSummaries"]) == [package]
    assert list(answer["BatchDescribeModelPackageErrorMap"]) == [package[:-1] + "9"]
    listed = abroad.list_model_packages(
        ModelPackageGroupName=f"arn:aws:sagemaker:us-east-1:{TOOLS}:model-package-group/{group}"
    )["ModelPackageSummaryList"]
    assert [one["ModelPackageArn"] for one in listed] == [package]


def test_a_package_of_an_unknown_group_is_refused(lab: Lab) -> None:
    with pytest.raises(ClientError, match="model-package-group/nobody does not exist"):
        _register(lab, "nobody")


def test_a_group_with_packages_stays(lab: Lab) -> None:
    group = _group(lab)
    _register(lab, group)
    with pytest.raises(ClientError, match="still has model packages"):
        lab.client("sagemaker").delete_model_package_group(ModelPackageGroupName=group)


def _share(lab: Lab, group: str) -> None:
    """Let another account see a group and its packages."""
    arns = [
        f"arn:aws:sagemaker:us-east-1:{TOOLS}:{end}"
        for end in (
            f"model-package-group/{group}",
            f"model-package/{group}/*",
        )
    ]
    statement = {
        "Sid": "Share",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{STAGING}:root"},
        "Action": "sagemaker:*",
        "Resource": arns,
    }
    lab.client("sagemaker").put_model_package_group_policy(
        ModelPackageGroupName=group,
        ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _group(lab: Lab) -> str:
    name = unique("group")
    lab.client("sagemaker").create_model_package_group(ModelPackageGroupName=name)
    return name


def _register(lab: Lab, group: str, **changes: Any) -> str:
    answer = lab.client("sagemaker").create_model_package(
        ModelPackageGroupName=group,
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        **changes,
    )
    return str(answer["ModelPackageArn"])
