"""Pipelines refuse and fail as CodePipeline does, and say why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import (
    PRODUCTION,
    STAGING,
    Lab,
)
from tests.twin.engines.promotions import (
    approval_stage,
    build_action,
    built_by_pipeline,
    kind,
    promotion,
)

GIVEN = [{"name": "Package", "value": 'p"1'}]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (None, "Package has no default"),
        ([{"name": "Package", "value": "1"}, {"name": "Other", "value": "1"}], "Other"),
    ],
)
def test_an_execution_without_its_variables_does_not_start(
    lab: Lab, variables: list[dict[str, str]] | None, said: str
) -> None:
    made = promotion(lab, [approval_stage()])
    with pytest.raises(ClientError, match=said):
        made.start(**({"variables": variables} if variables else {}))
    assert made.api.list_pipeline_executions(pipelineName=made.name)[
        "pipelineExecutionSummaries"
    ] == []  # fmt: skip


def test_a_role_that_does_not_trust_codepipeline_cannot_have_a_pipeline(lab: Lab) -> None:
    role = lab.role("codebuild")
    said = f"CodePipeline is not authorized to perform AssumeRole on role {role}"
    with pytest.raises(ClientError, match=said):
        promotion(lab, [approval_stage()], role)


def test_a_role_that_stops_trusting_codepipeline_fails_the_action(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    nobody = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    lab.client("iam").update_assume_role_policy(
        RoleName=made.role.rsplit("/", 1)[-1], PolicyDocument=json.dumps(nobody)
    )
    execution = made.ended(made.start(variables=GIVEN))
    assert execution["status"] == "Failed"
    error = made.action("Source")["errorDetails"]
    assert error["code"] == "PermissionError"
    assert f"not authorized to perform AssumeRole on role {made.role}" in error["message"]


def test_an_action_role_that_does_not_trust_the_pipelines_account_fails_the_action(
    lab: Lab,
) -> None:
    project = built_by_pipeline(lab, ["true"], account_id=STAGING)
    foreign = lab.role("deploy", STAGING, trust={"AWS": f"arn:aws:iam::{PRODUCTION}:root"})
    made = promotion(lab, [{"name": "Deploy", "actions": [build_action(project, roleArn=foreign)]}])
    execution = made.ended(made.start(variables=GIVEN))
    assert execution["status"] == "Failed"
    message = made.action("Deploy")["errorDetails"]["message"]
    assert "is not authorized to perform: sts:AssumeRole on resource" in message
    assert foreign in message


def test_a_failed_build_fails_its_action_with_phase_and_command(lab: Lab) -> None:
    project = built_by_pipeline(lab, ["exit 3"])
    made = promotion(lab, [{"name": "Build", "actions": [build_action(project)]}])
    execution_id = made.start(variables=GIVEN)
    execution = made.ended(execution_id)
    assert execution["status"] == "Failed"
    assert "exit status 3" in execution["statusSummary"]
    detail = made.actions(execution_id)[-1]
    error = detail["output"]["executionResult"]["errorDetails"]
    assert error["code"] == "JobFailed"
    assert "Build terminated with state: FAILED. Phase: BUILD" in error["message"]
    assert made.stage("Build")["latestExecution"]["status"] == "Failed"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            {"name": "Call", "actionTypeId": kind("Invoke", "Lambda")},
            "Invoke/AWS/Lambda are not modelled",
        ),
        (build_action("p", variables={"A": "#{Nowhere.X}"}), "#{Nowhere.X} cannot be resolved"),
        (build_action("no-such-project"), "Project cannot be found"),
    ],
)
def test_what_cannot_run_fails_with_a_message(lab: Lab, action: Any, said: str) -> None:
    made = promotion(lab, [{"name": "Deploy", "actions": [action]}])
    assert made.ended(made.start(variables=GIVEN))["status"] == "Failed"
    assert said in made.action("Deploy")["errorDetails"]["message"]


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        ([{"name": "Build", "actions": [build_action("p", inputs=["Ghost"])]}], "Ghost"),
        ([approval_stage(), approval_stage()], "unique"),
        ([{**approval_stage(), "onFailure": {"result": "ROLLBACK"}}], "onFailure"),
    ],
)
def test_a_pipeline_that_could_not_run_is_refused(lab: Lab, stages: Any, said: str) -> None:
    with pytest.raises(ClientError, match=said):
        promotion(lab, stages)
