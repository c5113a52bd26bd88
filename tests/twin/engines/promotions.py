"""Makes pipelines of tiny shell builds, and reads how they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.twin.engines.accounts import TOOLS, Lab, unique, until, zipped

ENDED = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")


@dataclass(frozen=True)
class Promotion:
    """A pipeline in the tools account."""

    lab: Lab
    name: str
    role: str
    source: str
    store: str

    @property
    def api(self) -> Any:
        """The client of the account's administrator."""
        return self.lab.client("codepipeline")

    def start(self, **options: Any) -> str:
        """Start an execution."""
        return str(
            self.api.start_pipeline_execution(name=self.name, **options)["pipelineExecutionId"]
        )

    def execution(self, execution_id: str) -> dict[str, Any]:
        """Return an execution."""
        answer = self.api.get_pipeline_execution(
            pipelineName=self.name, pipelineExecutionId=execution_id
        )
        return dict(answer["pipelineExecution"])

    def ended(self, execution_id: str) -> dict[str, Any]:
        """Wait for the end of an execution."""

        def found() -> Any:
            execution = self.execution(execution_id)
            return execution if execution["status"] in ENDED else None

        return dict(until(found, f"the end of {execution_id}"))

    def stage(self, name: str) -> dict[str, Any]:
        """Return how a stage stands."""
        stages = self.api.get_pipeline_state(name=self.name)["stageStates"]
        return dict(next(stage for stage in stages if stage["stageName"] == name))

    def action(self, stage: str, action: str | None = None) -> dict[str, Any]:
        """Return the latest run of an action, or nothing."""
        states = self.stage(stage)["actionStates"]
        state = next(item for item in states if action in (None, item["actionName"]))
        return dict(state.get("latestExecution", {}))

    def token(self, stage: str = "Approve", action: str = "Approve") -> str:
        """Wait until an approval asks for an answer and return its token."""
        return str(until(lambda: self.action(stage, action).get("token"), "a token"))

    def answer(self, status: str, token: str, stage: str = "Approve") -> None:
        """Answer an approval."""
        self.api.put_approval_result(
            pipelineName=self.name,
            stageName=stage,
            actionName="Approve",
            result={"summary": f"{status} by a test", "status": status},
            token=token,
        )

    def actions(self, execution_id: str) -> list[dict[str, Any]]:
        """Return what the actions of an execution did, oldest first."""
        found = self.api.list_action_executions(
            pipelineName=self.name, filter={"pipelineExecutionId": execution_id}
        )["actionExecutionDetails"]
        return list(reversed(found))


def promotion(
    lab: Lab,
    stages: Sequence[Mapping[str, Any]],
    role: str | None = None,
    key: str | None = None,
    **options: Any,
) -> Promotion:
    """Make a pipeline with an S3 source and the given stages, without starting it."""
    source, store = lab.bucket(), lab.bucket()
    lab.client("s3").put_object(Bucket=source, Key="s.zip", Body=zipped({"input.txt": "hello\n"}))
    name, role_arn = unique("promotion-pipeline"), role or lab.role("codepipeline")
    encryption = {"encryptionKey": {"id": key, "type": "KMS"}} if key else {}
    declaration = {
        "name": name,
        "roleArn": role_arn,
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "artifactStore": {"type": "S3", "location": store} | encryption,
        # A variable without a default keeps the new pipeline from starting by itself.
        "variables": [{"name": "Package"}],
        "stages": [{"name": "Source", "actions": [source_action(source)]}, *stages],
        **options,
    }
    lab.client("codepipeline").create_pipeline(pipeline=declaration)
    return Promotion(lab, name, role_arn, source, store)


def source_action(bucket: str) -> dict[str, Any]:
    """Return a source action."""
    return {
        "name": "Source",
        "actionTypeId": kind("Source", "S3"),
        "namespace": "SourceVariables",
        "outputArtifacts": [{"name": "Source"}],
        "configuration": {
            "S3Bucket": bucket,
            "S3ObjectKey": "s.zip",
            "PollForSourceChanges": "false",
        },
    }


def build_action(
    project: str,
    name: str = "Build",
    *,
    inputs: Sequence[str] = ("Source",),
    outputs: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    category: str = "Build",
    **options: Any,
) -> dict[str, Any]:
    """Return a build action."""
    configuration = {"ProjectName": project, "PrimarySource": inputs[0]}
    if variables:
        configuration["EnvironmentVariables"] = json.dumps(
            [{"name": key, "value": value, "type": "PLAINTEXT"} for key, value in variables.items()]
        )
    return {
        "name": name,
        "actionTypeId": kind(category, "CodeBuild"),
        "inputArtifacts": [{"name": item} for item in inputs],
        "outputArtifacts": [{"name": item} for item in outputs],
        "configuration": configuration,
        **options,
    }


def approval_stage(**configuration: str) -> dict[str, Any]:
    """Return a stage with a manual approval."""
    action = {
        "name": "Approve",
        "actionTypeId": kind("Approval", "Manual"),
        "configuration": configuration,
    }
    return {"name": "Approve", "actions": [action]}


def kind(category: str, provider: str) -> dict[str, str]:
    """Return the type of an action."""
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}


def built_by_pipeline(lab: Lab, commands: Sequence[str], **options: Any) -> str:
    """Make a project that a pipeline starts, and return its name."""
    account_id = options.pop("account_id", TOOLS)
    document = {
        "version": "0.2",
        "phases": {"build": {"commands": list(commands)}},
        **options.pop("spec", {}),
    }
    return lab.project(
        json.dumps(document),
        account_id,
        source={"type": "CODEPIPELINE", "buildspec": json.dumps(document)},
        artifacts={"type": "CODEPIPELINE"},
        **options,
    )
