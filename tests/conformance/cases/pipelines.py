"""Pipelines that end, registries that count, and approvals with their tokens."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket, role
from tests.conformance.place import TAG, Place, allow, trusting

_WRONG_TOKEN = "11111111-2222-3333-4444-555555555555"
_ENDED = ("Succeeded", "Failed", "Stopped")
# What happens by itself after a request takes its time, on the twin too.
_MOMENTS = 300.0


def _with_fail_step(place: Place) -> str:
    definition = {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Rate", "Type": "Float", "DefaultValue": 0.5}],
        "Steps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "as agreed"}}],
    }
    return _pipeline(place, json.dumps(definition))


def _pipeline(place: Place, definition: str) -> str:
    sagemaker, name = place.client("sagemaker"), place.name("pipeline")
    arn = role(place, trust=trusting({"Service": "sagemaker.amazonaws.com"}))
    place.until(
        lambda: sagemaker.create_pipeline(
            PipelineName=name, PipelineDefinition=definition, RoleArn=arn, Tags=[TAG]
        )
    )
    place.later(f"pipeline {name}", lambda: sagemaker.delete_pipeline(PipelineName=name))
    return name


def _fails(place: Place) -> Attempt:
    sagemaker, name = place.client("sagemaker"), _with_fail_step(place)
    arn = sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]

    def look() -> Any:
        return sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)

    def failed_and_said_why() -> bool:
        place.patience = _MOMENTS
        found = place.until(look, accept=lambda one: one["PipelineExecutionStatus"] in _ENDED)
        steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        (step,) = steps["PipelineExecutionSteps"]
        return found["PipelineExecutionStatus"] == "Failed" and "as agreed" in step["FailureReason"]

    return failed_and_said_why


def _no_json(place: Place) -> Attempt:
    return lambda: _pipeline(place, "{ no json")


def _unknown_parameter(place: Place) -> Attempt:
    sagemaker, name = place.client("sagemaker"), _with_fail_step(place)
    given = [{"Name": "Other", "Value": "1"}]
    return lambda: sagemaker.start_pipeline_execution(PipelineName=name, PipelineParameters=given)


def _group(place: Place) -> str:
    sagemaker, name = place.client("sagemaker"), place.name("group")
    sagemaker.create_model_package_group(ModelPackageGroupName=name, Tags=[TAG])
    place.later(
        f"model package group {name}",
        lambda: sagemaker.delete_model_package_group(ModelPackageGroupName=name),
    )
    return name


def _package(place: Place, group: str) -> str:
    sagemaker = place.client("sagemaker")
    # A version may be of nothing yet: what is asked of it are its number and approval.
    made = sagemaker.create_model_package(
        ModelPackageGroupName=group, ModelApprovalStatus="PendingManualApproval"
    )
    arn = str(made["ModelPackageArn"])
    place.later(arn, lambda: sagemaker.delete_model_package(ModelPackageName=arn))
    return arn


def _versions(place: Place) -> Attempt:
    sagemaker, group = place.client("sagemaker"), _group(place)
    arns = [_package(place, group), _package(place, group)]
    sagemaker.update_model_package(ModelPackageArn=arns[1], ModelApprovalStatus="Approved")

    def counted() -> bool:
        found = [sagemaker.describe_model_package(ModelPackageName=arn) for arn in arns]
        said = [(one["ModelPackageVersion"], one["ModelApprovalStatus"]) for one in found]
        return said == [(1, "PendingManualApproval"), (2, "Approved")]

    return counted


def _kept_group(place: Place) -> Attempt:
    sagemaker, group = place.client("sagemaker"), _group(place)
    _package(place, group)
    return lambda: sagemaker.delete_model_package_group(ModelPackageGroupName=group)


def _waiting(place: Place) -> tuple[Any, str, str]:
    """Make a promotion that waits for an approval; return its client, name and token."""
    name, store = place.name("promotion"), bucket(place)
    place.client("s3").put_object(Bucket=store, Key="s.zip", Body=_archive())
    place.client("s3").put_bucket_versioning(
        Bucket=store, VersioningConfiguration={"Status": "Enabled"}
    )
    place.client("s3").put_object(Bucket=store, Key="s.zip", Body=_archive())
    arn = role(place, allow("s3:*"), trust=trusting({"Service": "codepipeline.amazonaws.com"}))
    api = place.client("codepipeline")
    api.create_pipeline(pipeline=_declaration(name, arn, store))
    place.later(f"pipeline {name}", lambda: api.delete_pipeline(name=name))
    place.patience = _MOMENTS
    return api, name, str(place.until(lambda: _token(api, name)))


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("input.txt", "hello\n")
    return held.getvalue()


def _declaration(name: str, role_arn: str, store: str) -> dict[str, Any]:
    source = {
        "name": "Source",
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
        "outputArtifacts": [{"name": "Source"}],
        "configuration": {
            "S3Bucket": store,
            "S3ObjectKey": "s.zip",
            "PollForSourceChanges": "false",
        },
    }
    manual = {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}
    return {
        "name": name,
        "roleArn": role_arn,
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": store},
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Approve", "actions": [{"name": "Approve", "actionTypeId": manual}]},
        ],
    }


def _token(api: Any, name: str) -> str | None:
    stages = api.get_pipeline_state(name=name)["stageStates"]
    (action,) = next(each for each in stages if each["stageName"] == "Approve")["actionStates"]
    found = action.get("latestExecution", {}).get("token")
    return None if found is None else str(found)


def _answer(api: Any, name: str, token: str) -> Any:
    return api.put_approval_result(
        pipelineName=name,
        stageName="Approve",
        actionName="Approve",
        result={"summary": "a case", "status": "Rejected"},
        token=token,
    )


def _wrong_token(place: Place) -> Attempt:
    api, name, _ = _waiting(place)
    return lambda: _answer(api, name, _WRONG_TOKEN)


def _once(place: Place) -> Attempt:
    api, name, token = _waiting(place)
    _answer(api, name, token)

    def refused() -> bool:
        try:
            _answer(api, name, token)
        except (
            api.exceptions.ApprovalAlreadyCompletedException,
            api.exceptions.InvalidApprovalTokenException,
        ):
            return True
        return False

    return refused


CASES: Mapping[str, Case] = {
    "approval-is-given-once": _once,
    "approval-needs-its-token": _wrong_token,
    "group-with-packages-stays": _kept_group,
    "package-versions-count-up": _versions,
    "pipeline-definition-must-be-json": _no_json,
    "pipeline-parameters-are-known": _unknown_parameter,
    "pipeline-with-a-fail-step": _fails,
}
