"""Training runs: executions of a model's SageMaker pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.access import Access, aws_errors
from scripts.waiting import Patience

_ENDED = ("Succeeded", "Failed", "Stopped")


@dataclass(frozen=True)
class TrainingRun:
    """One execution."""

    arn: str
    status: str
    started: str
    reason: str | None
    name: str = ""

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.status in _ENDED


@dataclass(frozen=True)
class Step:
    """One step of an execution."""

    name: str
    status: str
    started: str
    seconds: float | None
    reason: str | None
    outcome: str | None
    kept_of: str | None = None
    """The run whose result stands for this step, where it was not run again."""


@dataclass(frozen=True)
class TrainingJob:
    """What SageMaker says of one training job."""

    arn: str
    status: str
    image_uri: str
    artifact_uri: str


class TrainingRuns:
    """The executions of one pipeline."""

    def __init__(self, access: Access, region: str, pipeline: str) -> None:
        self._client = access.client("sagemaker", region)
        self._endpoint = access.endpoint
        self._pipeline = pipeline

    def start(self, parameters: Mapping[str, str]) -> TrainingRun:
        """Start an execution."""
        with self._errors("must be a pipeline that can be started"):
            answer = self._client.start_pipeline_execution(
                PipelineName=self._pipeline,
                PipelineParameters=[
                    {"Name": name, "Value": value} for name, value in sorted(parameters.items())
                ],
            )
        return self.describe(answer["PipelineExecutionArn"])

    def describe(self, arn: str) -> TrainingRun:
        """Read the state of an execution."""
        with self._errors("must have an execution that can be read"):
            found = self._client.describe_pipeline_execution(PipelineExecutionArn=arn)
        return _run(found)

    def all(self) -> list[TrainingRun]:
        """List the executions, the latest first."""
        with self._errors("must have executions that can be listed"):
            pages = self._client.get_paginator("list_pipeline_executions").paginate(
                PipelineName=self._pipeline, SortBy="CreationTime", SortOrder="Descending"
            )
            return [_run(found) for page in pages for found in page["PipelineExecutionSummaries"]]

    def steps(self, arn: str) -> list[Step]:
        """List the steps of an execution in the order in which they started."""
        with self._errors("must have steps that can be listed"):
            pages = self._client.get_paginator("list_pipeline_execution_steps").paginate(
                PipelineExecutionArn=arn, SortOrder="Ascending"
            )
            steps = [_step(found) for page in pages for found in page["PipelineExecutionSteps"]]
        return sorted(steps, key=lambda step: step.started)

    def parameters(self, arn: str) -> dict[str, str]:
        """Read with which parameters an execution was started."""
        with self._errors("must have an execution whose parameters can be listed"):
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListPipelineParametersForExecution.html
            answer = self._client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
        return {str(one["Name"]): str(one["Value"]) for one in answer["PipelineParameters"]}

    def definition(self, arn: str) -> str:
        """Read the definition that an execution was started from, whatever came after it."""
        with self._errors("must have an execution whose definition can be read"):
            # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribePipelineDefinitionForExecution.html
            told = self._client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
        return str(told["PipelineDefinition"])

    def processing_output(self, arn: str, name: str) -> str:
        """Read where a processing job puts one of its outputs, as the address of a folder."""
        with aws_errors(arn, "must be a processing job that can be read", self._endpoint):
            job = arn.rpartition("/")[2]
            found = self._client.describe_processing_job(ProcessingJobName=job)
        outputs = found["ProcessingOutputConfig"]["Outputs"]
        return str(next(o["S3Output"]["S3Uri"] for o in outputs if o["OutputName"] == name))

    def job(self, arn: str) -> TrainingJob:
        """Read a training job that a step has started, by its ARN."""
        with aws_errors(arn, "must be a training job that can be read", self._endpoint):
            name = arn.rpartition("/")[2]
            found = self._client.describe_training_job(TrainingJobName=name)
        return TrainingJob(
            arn=str(found["TrainingJobArn"]),
            status=str(found["TrainingJobStatus"]),
            image_uri=str((found.get("AlgorithmSpecification") or {}).get("TrainingImage", "")),
            artifact_uri=str((found.get("ModelArtifacts") or {}).get("S3ModelArtifacts", "")),
        )

    def follow(self, arn: str, patience: Patience) -> Iterator[tuple[TrainingRun, list[Step]]]:
        """Yield the state again and again until the execution has ended."""

        def read() -> tuple[TrainingRun, list[Step]]:
            run = self.describe(arn)
            return run, self.steps(arn)

        return patience.ask(arn, read, lambda state: state[0].has_ended)

    def _errors(self, must_hold: str) -> Any:
        return aws_errors(f"pipeline {self._pipeline}", must_hold, self._endpoint)


def _run(found: Mapping[str, Any]) -> TrainingRun:
    started = found.get("StartTime") or found.get("CreationTime")
    return TrainingRun(
        arn=str(found["PipelineExecutionArn"]),
        status=str(found["PipelineExecutionStatus"]),
        started=started.isoformat(timespec="seconds") if started else "",
        reason=found.get("FailureReason") or found.get("PipelineExecutionFailureReason"),
        name=str(found.get("PipelineExecutionDisplayName") or ""),
    )


def _step(found: Mapping[str, Any]) -> Step:
    start, end = found.get("StartTime"), found.get("EndTime")
    return Step(
        name=str(found["StepName"]),
        status=str(found["StepStatus"]),
        started=start.isoformat() if start else "",
        seconds=(end - start).total_seconds() if start and end else None,
        reason=found.get("FailureReason") or None,
        outcome=_outcome(found.get("Metadata") or {}),
        kept_of=_kept_of(found.get("CacheHitResult") or {}),
    )


def _kept_of(hit: Mapping[str, Any]) -> str | None:
    """Name the run whose result stands for a step that was not run again."""
    return str(hit.get("SourcePipelineExecutionArn", "")).rpartition("/")[2] or None


def _outcome(metadata: Mapping[str, Any]) -> str | None:
    for value in metadata.values():
        if isinstance(value, Mapping):
            told = value.get("Arn") or value.get("Outcome") or value.get("ErrorMessage")
            if told:
                return str(told)
    return None
