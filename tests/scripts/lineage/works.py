"""SageMaker as far as a lineage asks it: endpoints, versions, runs of a pipeline and their jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipelines.promotion.release import Release
from tests.scripts.releases.clients import refused
from tests.scripts.releases.endpoints import Endpoints

RUN = "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/gatehouse-breast-cancer/execution/abc123"
JOB = "arn:aws:sagemaker:eu-west-1:111111111111:training-job/pipelines-abc123-Train-1"


def package(release: Release) -> dict[str, Any]:
    """Give a version in the registry as its training run registered it."""
    return {
        "ModelPackageArn": release.package_arn,
        "ModelPackageVersion": release.version,
        "ModelApprovalStatus": "Approved",
        "CreationTime": datetime(2026, 12, 1, 8, 30, tzinfo=UTC),
        "InferenceSpecification": {
            "Containers": [
                {"Image": release.image.uri, "ModelDataUrl": release.archive.uri},
            ]
        },
        "CustomerMetadataProperties": {
            "commit": release.commit,
            "data_sha256": release.data.sha256,
            "data_uri": release.data.uri,
            "definition_sha256": release.definition_sha256,
            "evaluation_uri": release.evaluation.uri,
            "execution_arn": RUN,
            "image_digest": release.image.digest,
            "metric": "auc",
            "metric_value": "0.97",
        },
    }


@dataclass
class Works(Endpoints):
    """Everything that SageMaker keeps; `refuses` are operations that nobody may call."""

    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    job: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)

    def register(self, release: Release) -> None:
        """Keep a version with the run that made it."""
        self.packages[release.package_arn] = package(release)
        self.parameters = {"InputDataUri": release.data.uri}
        self.job = {
            "TrainingJobArn": JOB,
            "TrainingJobStatus": "Completed",
            "AlgorithmSpecification": {"TrainingImage": release.image.uri},
            "ModelArtifacts": {"S3ModelArtifacts": release.archive.uri},
        }
        self.outcomes = {
            "Train": {"TrainingJob": {"Arn": JOB}},
            "Register": {"RegisterModel": {"Arn": release.package_arn}},
        }

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        """Tell of a version."""
        self._allow("DescribeModelPackage")
        name = request["ModelPackageName"]
        if name not in self.packages:
            raise refused("ValidationException", "DescribeModelPackage")
        return self.packages[name]

    def describe_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        """Tell of a run."""
        self._allow("DescribePipelineExecution")
        return {
            "PipelineExecutionArn": request["PipelineExecutionArn"],
            "PipelineExecutionStatus": "Succeeded",
            "CreationTime": datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
        }

    def list_pipeline_parameters_for_execution(self, **_request: Any) -> dict[str, Any]:
        """Tell with what a run was started."""
        found = self.parameters.items()
        return {"PipelineParameters": [{"Name": name, "Value": value} for name, value in found]}

    def describe_training_job(self, **_request: Any) -> dict[str, Any]:
        """Tell of the job."""
        self._allow("DescribeTrainingJob")
        return self.job

    def get_paginator(self, operation: str) -> Any:
        """List the steps of the run, or the versions."""
        works = self

        class Listing:
            def paginate(self, **_request: Any) -> Iterator[dict[str, Any]]:
                if operation == "list_pipeline_execution_steps":
                    found = works.outcomes.items()
                    yield {
                        "PipelineExecutionSteps": [
                            {"StepName": name, "StepStatus": "Succeeded", "Metadata": metadata}
                            for name, metadata in found
                        ]
                    }
                else:
                    works._allow("ListModelPackages")
                    yield {"ModelPackageSummaryList": list(works.packages.values())}

        return Listing()

    def _allow(self, operation: str) -> None:
        if operation in self.refuses:
            raise refused("AccessDeniedException", operation)
