"""Boundaries: what nobody under one may do, whatever their own policies say."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest

from policies.guardrails.rendering import minify, render
from tests.policies.boundary_requests import (
    AWAY,
    CLASSES,
    ENDPOINT,
    FOLDER,
    HOME,
    JOB,
    JOBS,
    KEY,
    LONGEST,
    MODEL,
    ask,
    sagemaker,
)


@pytest.mark.parametrize("name", CLASSES)
def test_a_boundary_fits_whatever_the_organisation_is_called(name: str) -> None:
    document = render(name, (FOLDER / f"{name}.json").read_text("utf-8"), LONGEST)

    assert len(minify(document)) <= 6144


@pytest.mark.parametrize("name", CLASSES)
def test_every_action_of_sagemaker_exists_and_stands_alone(name: str) -> None:
    operations = set(
        boto3.Session(region_name="eu-west-1")
        .client("sagemaker")
        .meta.method_to_api_mapping.values()
    ) | {"InvokeEndpoint"}
    listed = re.findall(r'"sagemaker:([A-Za-z*]+)"', (FOLDER / f"{name}.json").read_text("utf-8"))
    keys = {key.split(":")[1] for key in (*JOB, *ENDPOINT)} | {
        "ModelApprovalStatus",
        "SpaceSharingType",
        "TaggingAction",
    }
    assert listed
    assert not sorted(set(listed) - operations - keys)


@pytest.mark.parametrize("name", CLASSES)
def test_every_sid_has_its_heading(name: str) -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    headings = " ".join(re.findall(r"^### (.*)$", readme, re.MULTILINE))
    document = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))

    assert not [one["Sid"] for one in document["Statement"] if f"`{one['Sid']}`" not in headings]


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PutRolePermissionsBoundary", "role/acme-lab-role"),
        ("iam:DeleteRolePermissionsBoundary", "role/acme-lab-role"),
        ("iam:CreatePolicyVersion", "policy/acme-lab-boundary-persona"),
        ("iam:UpdateAssumeRolePolicy", "role/acme-live-deploy"),
        ("iam:TagRole", "role/acme-lab-data-scientist"),
    ],
)
def test_nobody_changes_who_may_what(name: str, action: str, resource: str) -> None:
    assert ask(name, action, f"arn:aws:iam::{HOME}:{resource}") == (False, "DenyIdentityChanges")


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(
    ("role", "service"),
    [("acme-live-deploy", "sagemaker"), ("acme-lab-promotion", "codepipeline")],
)
def test_nobody_passes_a_role_of_the_promotion(name: str, role: str, service: str) -> None:
    passed = {"iam:PassedToService": f"{service}.amazonaws.com"}

    assert not ask(name, "iam:PassRole", f"arn:aws:iam::{HOME}:role/{role}", passed)[0]


def test_only_deliveries_take_roles_and_only_two_kinds_of_the_organisation() -> None:
    deploy = f"arn:aws:iam::{AWAY}:role/acme-live-deploy"
    apply = f"arn:aws:iam::{AWAY}:role/acme-live-apply"

    assert ask("delivery", "sts:AssumeRole", deploy, owner=AWAY)[0]
    assert not ask("delivery", "sts:AssumeRole", apply, owner=AWAY)[0]
    for organization in (["o-zzzzzzzzzz"], []):
        context = {"aws:ResourceOrgID": organization}
        assert not ask("delivery", "sts:AssumeRole", deploy, context, owner=AWAY)[0]
    for name in ("persona", "service", "workload"):
        assert ask(name, "sts:AssumeRole", deploy, owner=AWAY) == (False, "DenyOtherIdentities")


@pytest.mark.parametrize("name", ["delivery", "persona", "workload"])
def test_data_outside_the_organisation_is_out_of_reach(name: str) -> None:
    thing = "arn:aws:s3:::somewhere/object"

    assert ask(name, "s3:PutObject", thing)[0]
    for organization in (["o-zzzzzzzzzz"], []):
        found = ask(name, "s3:PutObject", thing, {"aws:ResourceOrgID": organization}, owner=AWAY)
        assert found == (False, "DenyOutsideOrganization")


@pytest.mark.parametrize("name", CLASSES)
def test_no_other_region_is_asked(name: str) -> None:
    group = f"arn:aws:logs:us-east-1:{HOME}:log-group:/acme"
    found = ask(name, "logs:DescribeLogGroups", group, region="us-east-1")

    assert found == (False, "DenyOtherRegions")


@pytest.mark.parametrize("operation", JOBS)
def test_a_job_with_everything_starts(operation: str) -> None:
    assert ask("workload", f"sagemaker:{operation}", sagemaker(JOBS[operation]), JOB)[0]


@pytest.mark.parametrize("operation", JOBS)
@pytest.mark.parametrize("key", sorted(JOB))
def test_a_job_that_leaves_one_thing_out_is_refused(operation: str, key: str) -> None:
    without = {name: value for name, value in JOB.items() if name != key}
    allowed, sid = ask("workload", f"sagemaker:{operation}", sagemaker(JOBS[operation]), without)

    assert not allowed
    assert sid.startswith("Deny")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("InstanceTypes", ["ml.p4d.24xlarge"]),
        ("InstanceTypes", ["ml.m5.large", "ml.p4d.24xlarge"]),
        ("InterContainerTrafficEncryption", False),
        ("MaxRuntimeInSeconds", 86401),
        ("NetworkIsolation", False),
        ("OutputKmsKey", KEY.replace(HOME, AWAY)),
        ("VolumeKmsKey", KEY.replace("eu-west-1", "us-east-1")),
    ],
)
def test_a_job_with_a_wrong_value_is_refused(key: str, value: Any) -> None:
    wrong = JOB | {f"sagemaker:{key}": value}

    assert not ask("workload", "sagemaker:CreateTrainingJob", sagemaker("training-job/a"), wrong)[0]


def test_no_job_registers_what_is_approved_already() -> None:
    package = sagemaker("model-package/acme-churn/1")
    for status, allowed in (("PendingManualApproval", True), ("Approved", False), (None, False)):
        context = {"sagemaker:ModelApprovalStatus": status} if status else {}
        assert ask("workload", "sagemaker:CreateModelPackage", package, context)[0] is allowed


def test_no_job_registers_into_a_stage_of_a_life_cycle() -> None:
    package = sagemaker("model-package/acme-churn/1")
    context = {
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
        "sagemaker:ModelLifeCycle:Stage": "Production",
    }
    found = ask("workload", "sagemaker:CreateModelPackage", package, context)

    assert found == (False, "DenyStagesAtRegistration")


def test_a_person_decides_by_the_persona_of_their_role_only() -> None:
    package = sagemaker("model-package/acme-churn/1")
    gate = f"arn:aws:codepipeline:eu-west-1:{HOME}:acme-churn-promotion/Approve/Approve"
    build = f"arn:aws:codebuild:eu-west-1:{HOME}:project/acme-lab-model-build"
    decisions = {
        ("sagemaker:UpdateModelPackage", package): "lead",
        ("codepipeline:PutApprovalResult", gate): "release-manager",
        ("kms:Sign", KEY): "release-manager",
        ("codebuild:StartBuild", build): "ml-engineer",
        ("codepipeline:RetryStageExecution", gate): "platform-admin",
    }
    for (action, resource), holder in decisions.items():
        for persona in (
            "data-scientist",
            "lead",
            "ml-engineer",
            "platform-admin",
            "release-manager",
            None,
        ):
            tag = {"aws:PrincipalTag/persona": persona} if persona else {}
            assert ask("persona", action, resource, tag)[0] is (persona == holder), (
                action,
                persona,
            )


@pytest.mark.parametrize(
    "action",
    [
        "CreateDomain",
        "CreateEndpoint",
        "CreateModel",
        "CreateNotebookInstance",
        "CreatePipeline",
        "CreatePresignedNotebookInstanceUrl",
        "CreateProcessingJob",
        "CreateTrainingJob",
        "CreateUserProfile",
        "StartSession",
        "UpdateDomain",
        "UpdatePipeline",
        "UpdateUserProfile",
    ],
)
def test_a_person_makes_nothing_that_runs(action: str) -> None:
    assert not ask("persona", f"sagemaker:{action}", sagemaker("thing/one"), JOB)[0]


def test_studio_is_opened_through_an_endpoint_and_spaces_are_private() -> None:
    profile, space = sagemaker("user-profile/d-1/sofia"), sagemaker("space/d-1/own")
    url, through = "sagemaker:CreatePresignedDomainUrl", {"aws:SourceVpce": "vpce-1"}
    private = {"sagemaker:SpaceSharingType": "Private", "sagemaker:InstanceTypes": ["ml.t3.medium"]}

    assert ask("persona", url, profile, through)[0]
    assert not ask("persona", url, profile)[0]
    assert ask("persona", "sagemaker:CreateSpace", space, private)[0]
    for key, value in (
        ("SpaceSharingType", ["Shared"]),
        ("SpaceSharingType", []),
        ("InstanceTypes", ["ml.p4d.24xlarge"]),
    ):
        change: dict[str, Any] = {f"sagemaker:{key}": value}
        assert not ask("persona", "sagemaker:CreateSpace", space, private | change)[0]


@pytest.mark.parametrize(
    ("operation", "resource", "complete"),
    [
        ("CreateModel", "model/acme-live-churn", MODEL),
        ("CreateEndpointConfig", "endpoint-config/acme-live-churn", ENDPOINT),
    ],
)
def test_what_serves_is_isolated_encrypted_and_ours(
    operation: str, resource: str, complete: dict[str, Any]
) -> None:
    action = f"sagemaker:{operation}"

    assert ask("delivery", action, sagemaker(resource), complete)[0]
    for key in complete:
        without = {name: value for name, value in complete.items() if name != key}
        assert not ask("delivery", action, sagemaker(resource), without)[0], key


def test_an_endpoint_of_somebody_elses_model_is_refused() -> None:
    other = ENDPOINT | {"sagemaker:ModelArn": sagemaker("model/other")}
    resource = sagemaker("endpoint-config/acme-live-churn")

    assert not ask("delivery", "sagemaker:CreateEndpointConfig", resource, other)[0]


@pytest.mark.parametrize(
    "action",
    [
        "CreateAutoMLJobV2",
        "CreateCompilationJob",
        "CreateInferenceExperiment",
        "CreateMlflowTrackingServer",
        "CreateNotebookInstance",
        "CreateOptimizationJob",
        "CreatePartnerApp",
        "CreateSharedModel",
        "PutEndpointPolicy",
        "UpdateModelPackage",
    ],
)
@pytest.mark.parametrize("name", ["delivery", "service", "workload"])
def test_what_carries_no_condition_key_is_declared_or_refused(name: str, action: str) -> None:
    assert not ask(name, f"sagemaker:{action}", sagemaker("thing/one"), JOB)[0]
