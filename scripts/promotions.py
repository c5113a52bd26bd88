"""Promotions: executions of a model's promotion pipeline, and the gates before its stages."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.errors import Finding, Misuse
from pipelines.organization import AccountKind
from scripts.access import Access, aws_errors
from scripts.waiting import Patience

# Where people decide, by stage and action, and into which kind of account their word lets it.
GATES = {
    ("ApproveStaging", "Approve"): AccountKind.STAGING,
    ("Approve", "Approve"): AccountKind.PRODUCTION,
}
# Artefacts that are read here hold a few documents each.
_LARGEST = 50_000_000
_ENDED = ("Succeeded", "Failed", "Stopped", "Cancelled", "Superseded")


@dataclass(frozen=True)
class Promotion:
    """One execution of a promotion pipeline."""

    id: str
    status: str
    package_arn: str
    started: str
    reason: str | None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.status in _ENDED


@dataclass(frozen=True)
class Action:
    """One action of an execution."""

    stage: str
    name: str
    status: str
    started: str
    seconds: float | None
    reason: str | None
    outputs: Mapping[str, tuple[str, str]]
    ended: datetime | None = None

    @property
    def account(self) -> str:
        """The account it acts in, by its name of <account>-<word>; none is empty."""
        return self.name.rpartition("-")[0]

    @property
    def gate(self) -> AccountKind | None:
        """The kind of account that it is the gate before; None for what is no gate."""
        return GATES.get((self.stage, self.name))


@dataclass(frozen=True)
class Gate:
    """A promotion that waits for a decision."""

    execution: str
    token: str
    text: str
    stage: str
    action: str

    @property
    def before(self) -> AccountKind:
        """The kind of account that it waits for."""
        return GATES[self.stage, self.action]


class Promotions:
    """The executions of one promotion pipeline."""

    def __init__(self, access: Access, region: str, pipeline: str) -> None:
        self._client = access.client("codepipeline", region)
        self._s3 = access.client("s3", region)
        self._endpoint = access.endpoint
        self._pipeline = pipeline

    def all(self) -> list[Promotion]:
        """List the executions, the latest first."""
        with self._errors("must have executions that can be listed"):
            pages = self._client.get_paginator("list_pipeline_executions").paginate(
                pipelineName=self._pipeline
            )
            found = [each for page in pages for each in page["pipelineExecutionSummaries"]]
        return [
            self._promotion(each["pipelineExecutionId"], each.get("startTime")) for each in found
        ]

    def describe(self, execution: str) -> Promotion:
        """Read the state of an execution."""
        return self._promotion(execution, None)

    def of_package(self, package_arn: str) -> Promotion | None:
        """Find the latest execution that carries a package."""
        return next((found for found in self.all() if found.package_arn == package_arn), None)

    def actions(self, execution: str) -> list[Action]:
        """List the actions of an execution in the order in which they started."""
        with self._errors("must have actions that can be listed"):
            pages = self._client.get_paginator("list_action_executions").paginate(
                pipelineName=self._pipeline, filter={"pipelineExecutionId": execution}
            )
            found = [_action(each) for page in pages for each in page["actionExecutionDetails"]]
        return sorted(found, key=lambda action: action.started)

    def gate(self) -> Gate | None:
        """Read which execution waits at a manual gate, if any does: they go one after the other."""
        with self._errors("must have a state that can be read"):
            state = self._client.get_pipeline_state(name=self._pipeline)
        for stage in state["stageStates"]:
            execution = (stage.get("latestExecution") or {}).get("pipelineExecutionId")
            for action in stage.get("actionStates", []):
                place = (str(stage["stageName"]), str(action["actionName"]))
                latest = action.get("latestExecution") or {}
                waits = latest.get("status") == "InProgress" and latest.get("token")
                if place in GATES and waits and execution:
                    told = str(latest.get("summary") or "")
                    return Gate(execution, latest["token"], told, *place)
        return None

    def decide(self, gate: Gate, *, approve: bool, summary: str) -> None:
        """Approve or reject the promotion that waits at the gate."""
        with self._errors("must have a gate that you may decide at"):
            self._client.put_approval_result(
                pipelineName=self._pipeline,
                stageName=gate.stage,
                actionName=gate.action,
                result={"summary": summary, "status": "Approved" if approve else "Rejected"},
                token=gate.token,
            )

    def release(self, execution: str) -> dict[str, Any] | None:
        """Read the release document that an execution carries, once it is bundled."""
        for action in self.actions(execution):
            if action.stage == "Bundle" and "Release" in action.outputs:
                address = "/".join(action.outputs["Release"])
                return _document(self.files(action, "Release"), f"s3://{address}")
        return None

    def files(self, action: Action, artifact: str) -> dict[str, bytes]:
        """Read the files of an artefact that an action handed on.

        Raises Finding for what is no zip of a few small files, and what AWS refuses.
        """
        bucket, key = action.outputs[artifact]
        address = f"s3://{bucket}/{key}"
        with aws_errors(address, "must be readable", self._endpoint):
            content = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                inside = [each for each in archive.infolist() if not each.is_dir()]
                if sum(each.file_size for each in inside) > _LARGEST:
                    raise Finding(address, f"must unpack to at most {_LARGEST} bytes")
                return {each.filename: archive.read(each) for each in inside}
        except (zipfile.BadZipFile, ValueError) as error:
            raise Finding(address, "must be a zip", got=str(error)) from error

    def follow(
        self, execution: str, patience: Patience
    ) -> Iterator[tuple[Promotion, list[Action]]]:
        """Yield the state again and again until the execution ends or waits at the gate."""

        def read() -> tuple[Promotion, list[Action]]:
            promotion = self.describe(execution)
            return promotion, self.actions(execution)

        return patience.ask(execution, read, lambda state: state[0].has_ended or _waits(state[1]))

    def _promotion(self, execution: str, started: Any) -> Promotion:
        with self._errors("must have an execution that can be read"):
            found = self._client.get_pipeline_execution(
                pipelineName=self._pipeline, pipelineExecutionId=execution
            )["pipelineExecution"]
        variables = {each["name"]: each.get("resolvedValue") for each in found.get("variables", [])}
        return Promotion(
            id=execution,
            status=str(found["status"]),
            package_arn=str(variables.get("PackageArn") or ""),
            started=started.isoformat(timespec="seconds") if started else "",
            reason=found.get("statusSummary") or None,
            variables={name: str(value) for name, value in variables.items() if value},
        )

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"pipeline {self._pipeline}", must_hold, self._endpoint)


def require_gate(promotions: Promotions, model: str, execution: str | None) -> Gate:
    """Give the promotion that waits at the gate; refuse another one than was asked for."""
    gate = promotions.gate()
    if gate is None:
        raise Misuse(
            f"model {model}",
            "must have a release that waits at a gate",
            got="none",
            hint="see what runs: gatehouse release list",
        )
    if execution is not None and gate.execution != execution:
        raise Misuse(
            f"model {model}",
            f"must have execution {execution} waiting at the gate",
            got=gate.execution,
            hint=f"look at what waits now: gatehouse release show {model}",
        )
    return gate


def _waits(actions: list[Action]) -> bool:
    return any(action.gate is not None and action.status == "InProgress" for action in actions)


def _action(found: Mapping[str, Any]) -> Action:
    start, end = found.get("startTime"), found.get("lastUpdateTime")
    output = found.get("output") or {}
    result = output.get("executionResult") or {}
    told = result.get("externalExecutionSummary")
    status = str(found["status"])
    return Action(
        stage=str(found["stageName"]),
        name=str(found["actionName"]),
        status=status,
        started=start.isoformat() if start else "",
        seconds=(end - start).total_seconds() if start and end else None,
        reason=(result.get("errorDetails") or {}).get("message") or told or None,
        outputs={
            each["name"]: (each["s3location"]["bucket"], each["s3location"]["key"])
            for each in output.get("outputArtifacts", [])
            if each.get("s3location")
        },
        ended=end,
    )


def _document(files: Mapping[str, bytes], address: str) -> dict[str, Any]:
    try:
        document = json.loads(files["release.json"])
    except (KeyError, ValueError) as error:
        raise Finding(address, "must be a zip that holds release.json", got=str(error)) from error
    if not isinstance(document, dict):
        raise Finding(address, "must hold a release document", got=type(document).__name__)
    return document
