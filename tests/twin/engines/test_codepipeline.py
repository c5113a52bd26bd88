"""Pipelines carry one source through builds in several accounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import (
    PRODUCTION,
    STAGING,
    TOOLS,
    Lab,
    unique,
    until,
    unzipped,
    zipped,
)
from tests.twin.engines.promotions import (
    Promotion,
    approval_stage,
    build_action,
    built_by_pipeline,
    kind,
    promotion,
)

GIVEN = [{"name": "Package", "value": 'p"1'}]


def _three_accounts(lab: Lab) -> Promotion:
    role = lab.role("codepipeline")
    artifacts = {"artifacts": {"files": ["release.txt"]}, "env": {"exported-variables": ["MADE"]}}
    bundle = built_by_pipeline(
        lab,
        ["export MADE=bundled", 'echo "$(cat input.txt) $PACKAGE $RUN" > release.txt'],
        spec=artifacts,
    )
    stages: list[dict[str, Any]] = [
        {
            "name": "Bundle",
            "actions": [
                build_action(
                    bundle,
                    "Bundle",
                    outputs=["Release"],
                    namespace="Bundle",
                    variables={
                        "PACKAGE": "#{variables.Package}",
                        "RUN": "#{codepipeline.PipelineExecutionId}",
                    },
                )
            ],
        }
    ]
    for account_id, name in ((STAGING, "Staging"), (PRODUCTION, "Production")):
        deploy = built_by_pipeline(
            lab,
            [
                "aws sts get-caller-identity --query Arn --output text > who.txt",
                'echo "$CODEBUILD_INITIATOR $MADE" >> who.txt',
                "cat $CODEBUILD_SRC_DIR_Release/release.txt >> who.txt",
            ],
            spec={"artifacts": {"files": ["who.txt"]}},
            account_id=account_id,
        )
        action_role = lab.role("deploy", account_id, trust={"AWS": f"arn:aws:iam::{TOOLS}:root"})
        action = build_action(
            deploy,
            "Deploy",
            inputs=["Source", "Release"],
            outputs=[f"Deployed_{name}"],
            roleArn=action_role,
            variables={"MADE": "#{Bundle.MADE}"},
        )
        if name == "Production":
            stages.append(approval_stage(CustomData="package #{variables.Package}"))
        stages.append({"name": name, "actions": [action]})
    return promotion(lab, stages, role)


def test_a_release_goes_through_three_accounts_each_with_its_own_role(lab: Lab) -> None:
    made = _three_accounts(lab)
    execution_id = made.start(variables=GIVEN)
    token = made.token()
    assert made.stage("Production").get("latestExecution") is None
    made.answer("Approved", token)
    execution = made.ended(execution_id)
    assert execution["status"] == "Succeeded", execution
    assert execution["variables"] == [{"name": "Package", "resolvedValue": 'p"1'}]
    assert execution["artifactRevisions"][0]["name"] == "Source"

    details = {item["actionName"] + item["stageName"]: item for item in made.actions(execution_id)}
    at = details["DeployProduction"]["output"]["outputArtifacts"][0]["s3location"]
    assert at["bucket"] == made.store
    assert at["key"].startswith(f"{made.name[:20]}/Deployed_P/")
    body = lab.client("s3").get_object(Bucket=at["bucket"], Key=at["key"])["Body"].read()
    who, label, release = unzipped(body)["who.txt"].splitlines()
    assert f"arn:aws:sts::{PRODUCTION}:assumed-role/" in who
    assert "/AWSCodeBuild-" in who
    assert label == f"codepipeline/{made.name} bundled"
    assert release == f'hello p"1 {execution_id}'
    bundle = details["BundleBundle"]
    assert bundle["output"]["outputVariables"] == {"MADE": "bundled"}
    assert bundle["output"]["executionResult"]["externalExecutionId"].count(":") == 1
    assert bundle["input"]["resolvedConfiguration"]["EnvironmentVariables"].count(execution_id) == 1


def test_the_stock_command_line_reads_the_state_of_a_pipeline(lab: Lab, tmp_path: Path) -> None:
    made = promotion(lab, [approval_stage()])
    made.start(variables=GIVEN)
    token = made.token()
    keys = lab.credentials(TOOLS)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    environment.update(lab.twin.environment(keys, "us-east-1"))
    command = Path(sys.executable).parent / "aws"
    answered = subprocess.run(
        [str(command), "codepipeline", "get-pipeline-state", "--name", made.name],
        env=environment,
        capture_output=True,
        timeout=60,
        check=True,
    )
    state = json.loads(answered.stdout)
    stages = {stage["stageName"]: stage for stage in state["stageStates"]}
    assert stages["Source"]["latestExecution"]["status"] == "Succeeded"
    assert stages["Approve"]["actionStates"][0]["latestExecution"]["token"] == token
    assert stages["Approve"]["latestExecution"]["status"] == "InProgress"


def test_a_source_is_fixed_once_and_never_resolved_again(lab: Lab) -> None:
    project = built_by_pipeline(
        lab, ["cp input.txt seen.txt"], spec={"artifacts": {"files": ["seen.txt"]}}
    )
    stages = [
        approval_stage(),
        {"name": "Build", "actions": [build_action(project, outputs=["Seen"])]},
    ]
    made = promotion(lab, stages)
    execution_id = made.start(variables=GIVEN)
    token = made.token()
    lab.client("s3").put_object(
        Bucket=made.source, Key="s.zip", Body=zipped({"input.txt": "later\n"})
    )
    made.answer("Approved", token)
    assert made.ended(execution_id)["status"] == "Succeeded"
    at = made.actions(execution_id)[-1]["output"]["outputArtifacts"][0]["s3location"]
    body = lab.client("s3").get_object(Bucket=at["bucket"], Key=at["key"])["Body"].read()
    assert unzipped(body) == {"seen.txt": "hello\n"}


def test_a_chosen_version_of_the_source_is_taken(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    versions = lab.client("s3").list_object_versions(Bucket=made.source)["Versions"]
    lab.client("s3").put_object(Bucket=made.source, Key="s.zip", Body=b"newer")
    wanted = versions[0]["VersionId"]
    execution_id = made.start(
        variables=GIVEN,
        sourceRevisions=[
            {
                "actionName": "Source",
                "revisionType": "S3_OBJECT_VERSION_ID",
                "revisionValue": wanted,
            }
        ],
    )
    made.token()
    assert made.execution(execution_id)["artifactRevisions"][0]["revisionId"] == wanted


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


def test_the_same_client_token_starts_one_execution(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    token = unique("token")
    first = made.start(variables=GIVEN, clientRequestToken=token)
    assert made.start(variables=GIVEN, clientRequestToken=token) == first


def test_a_new_pipeline_starts_by_itself_when_every_variable_has_a_default(lab: Lab) -> None:
    made = promotion(
        lab, [approval_stage()], variables=[{"name": "Package", "defaultValue": "none"}]
    )
    made.token()
    (summary,) = made.api.list_pipeline_executions(pipelineName=made.name)[
        "pipelineExecutionSummaries"
    ]
    assert summary["trigger"]["triggerType"] == "CreatePipeline"


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


def test_actions_of_one_run_order_run_side_by_side_and_later_ones_after_them(
    lab: Lab, tmp_path: Path
) -> None:
    # Each of the first two waits for the other: one after the other they would never end.
    def meet(own: str, other: str) -> list[str]:
        return [f"touch {tmp_path}/{own}", f"until [ -e {tmp_path}/{other} ]; do sleep 0.1; done"]

    first = built_by_pipeline(lab, meet("a", "b"))
    second = built_by_pipeline(lab, meet("b", "a"))
    last = built_by_pipeline(lab, [f"test -e {tmp_path}/a -a -e {tmp_path}/b"])
    actions = [
        build_action(first, "A"),
        build_action(second, "B", category="Test"),
        build_action(last, "C", runOrder=2),
    ]
    made = promotion(lab, [{"name": "Build", "actions": actions}])
    execution_id = made.start(variables=GIVEN)
    assert made.ended(execution_id)["status"] == "Succeeded"
    assert made.actions(execution_id)[-1]["actionName"] == "C"


def test_a_deleted_pipeline_forgets_its_history(lab: Lab) -> None:
    made = promotion(lab, [approval_stage()])
    made.start(variables=GIVEN)
    made.token()
    made.api.delete_pipeline(name=made.name)
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        made.api.get_pipeline_state(name=made.name)
    until(lambda: not lab.twin.processes._running, "the end of all processes")
