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
    unzipped,
    zipped,
)
from tests.twin.engines.promotions import (
    Promotion,
    approval_stage,
    build_action,
    built_by_pipeline,
    promotion,
)

GIVEN = [{"name": "Package", "value": 'p"1'}]


def _deploy(lab: Lab, account_id: str, name: str, key: str) -> dict[str, Any]:
    project = built_by_pipeline(
        lab,
        [
            "aws sts get-caller-identity --query Arn --output text > who.txt",
            'echo "$CODEBUILD_INITIATOR $MADE" >> who.txt',
            "cat $CODEBUILD_SRC_DIR_Release/release.txt >> who.txt",
        ],
        spec={"artifacts": {"files": ["who.txt"]}},
        account_id=account_id,
        encryptionKey=key,
    )
    return build_action(
        project,
        "Deploy",
        inputs=["Source", "Release"],
        outputs=[f"Deployed_{name}"],
        roleArn=lab.role("deploy", account_id, trust={"AWS": f"arn:aws:iam::{TOOLS}:root"}),
        variables={"MADE": "#{Bundle.MADE}"},
    )


def _three_accounts(lab: Lab) -> Promotion:
    # CodeBuild uses the key of its project; the one of S3 itself is of no use to other accounts.
    role, key = lab.role("codepipeline"), lab.shared_key()
    artifacts = {"artifacts": {"files": ["release.txt"]}, "env": {"exported-variables": ["MADE"]}}
    bundle = built_by_pipeline(
        lab,
        ["export MADE=bundled", 'echo "$(cat input.txt) $PACKAGE $RUN" > release.txt'],
        spec=artifacts,
        encryptionKey=key,
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
        if name == "Production":
            stages.append(approval_stage(CustomData="package #{variables.Package}"))
        stages.append({"name": name, "actions": [_deploy(lab, account_id, name, key)]})
    return promotion(lab, stages, role, key)


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
