"""A SageMaker of a target that trains: runs of a pipeline, and what they register, as told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pipelines.organization_models import Promotes
from tests.pipelines.promotion.places import NOW, FakeSageMaker
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import (
    HOLDOUT,
    MODEL,
    PREDICTIONS,
    REGION,
    definition,
    evaluation,
)

LONG_AFTER = datetime(2029, 1, 1, tzinfo=UTC)


@dataclass
class FakeTraining(FakeSageMaker):
    """One pipeline and its runs, one for each request token; `metadata` changes what is told."""

    pipelines: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: str = "Succeeded"
    read_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    metadata: dict[str, str] = field(default_factory=dict)
    definition_that_runs: str | None = None

    @property
    def name(self) -> str:
        """The pipeline, and the group in which it registers."""
        return self.place.endpoint

    @property
    def arn(self) -> str:
        """The run that was started last."""
        return f"arn:aws:sagemaker:{REGION}:{self.place.account}:pipeline/{self.name}/execution/r1"

    @property
    def package(self) -> str:
        """What the run has registered."""
        return f"arn:aws:sagemaker:{REGION}:{self.place.account}:model-package/{self.name}/1"

    def update_pipeline(self, **request: Any) -> dict[str, Any]:
        self.pipelines[request["PipelineName"]] = request
        return {"PipelineArn": self.arn.rpartition("/execution/")[0]}

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        self.runs.setdefault(request["ClientRequestToken"], request)
        return {"PipelineExecutionArn": self.arn}

    def describe_pipeline_execution(self, **_: Any) -> dict[str, Any]:
        return {"PipelineExecutionStatus": self.status}

    def describe_pipeline_definition_for_execution(self, **_: Any) -> dict[str, Any]:
        put = self.pipelines[self.name]["PipelineDefinition"]
        return {"PipelineDefinition": self.definition_that_runs or put}

    def list_pipeline_parameters_for_execution(self, **_: Any) -> dict[str, Any]:
        (run,) = self.runs.values()
        return {"PipelineParameters": run["PipelineParameters"]}

    def list_pipeline_execution_steps(self, **_: Any) -> dict[str, Any]:
        register = {"StepName": "Register", "Metadata": {"RegisterModel": {"Arn": self.package}}}
        refused = {"StepName": "BelowThreshold", "FailureReason": "auc must be at least 0.95"}
        last = register if self.status == "Succeeded" else refused
        return {"PipelineExecutionSteps": [{"StepName": "Prepare", "EndTime": self.read_at}, last]}

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        if request["ModelPackageName"] != self.package:
            return super().describe_model_package(**request)
        place = f"s3://{self.place.bucket('data')}/{MODEL}"
        image = replace(
            self.release.image, account=self.place.account, repository=self.place.repository
        )
        (run,) = self.runs.values()
        given = {one["Name"]: one["Value"] for one in run["PipelineParameters"]}
        report = {"S3Uri": f"{place}/evaluation/r1/evaluation.json"}
        return {
            "ModelPackageGroupName": self.name,
            "ModelPackageVersion": 1,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "PendingManualApproval",
            "CreationTime": NOW,
            "InferenceSpecification": {
                "Containers": [
                    {"Image": image.uri, "ModelDataUrl": f"{place}/training/r1/model.tar.gz"}
                ]
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": report}},
            "CustomerMetadataProperties": {
                "commit": self.release.commit,
                "data_sha256": "9" * 64,
                "data_uri": given["InputDataUri"],
                "data_version": given["InputDataVersion"],
                "definition_sha256": self.release.definition_sha256,
                "evaluation_uri": report["S3Uri"],
                "execution_arn": self.arn,
                "holdout_uri": f"{place}/evaluation/r1/holdout.csv",
                "image_digest": self.release.image.digest,
                "predictions_uri": f"{place}/evaluation/r1/predictions.csv",
                "threshold": "0.95",
            }
            | self.metadata,
        }


def promoting_code(stage: Stage, auc: float = 1.0, predictions: bytes = PREDICTIONS) -> Stage:
    """Let a stage take code: its own word, its data, and a SageMaker that trains."""
    stage.release = replace(stage.release, promotes=Promotes.CODE, definition_sha256=definition())
    stage.papers = type(stage.papers)(stage)
    stage.papers.carry()
    trains = FakeTraining(stage.release, stage.place)
    made = f"s3://{stage.place.bucket('data')}/{MODEL}"
    bucket = stage.place.bucket("data")
    stage.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    stage.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    stage.exact(f"s3://{bucket}/raw/{MODEL}/patients.csv", b"rows of this account")
    archive = stage.exact(f"{made}/training/r1/model.tar.gz", b"archive trained here")
    stage.exact(f"{made}/evaluation/r1/evaluation.json", evaluation(auc))
    stage.exact(f"{made}/evaluation/r1/holdout.csv", HOLDOUT)
    stage.exact(f"{made}/evaluation/r1/predictions.csv", predictions)
    # The endpoint will serve what is trained here.
    store = f"s3://{stage.place.bucket('models')}/approved/{MODEL}/{archive.sha256}"
    trains.container = {"ModelDataUrl": f"{store}/model.tar.gz"}
    stage.sagemaker = trains
    _publish(stage)
    return stage


def training(stage: Stage) -> FakeTraining:
    """Give the SageMaker of a stage that takes code."""
    assert isinstance(stage.sagemaker, FakeTraining)
    return stage.sagemaker


def _publish(stage: Stage) -> None:
    name, naming = stage.place.name, stage.settings.naming
    stage.publish(f"models/{MODEL}/promotes", "code")
    stage.publish("buckets/data", stage.place.bucket("data"))
    stage.publish("keys/data-arn", stage.place.key("data"))
    stage.publish(f"registry/{MODEL}/group-name", stage.place.endpoint)
    for purpose in ("processing", "training"):
        stage.publish(f"roles/{purpose}-arn", naming.role_arn(name, purpose))
    ssm = stage.aws.client("ssm", REGION)
    for path, value in (
        ("network/subnet-ids", "subnet-1,subnet-2"),
        ("network/workload-security-group-ids", "sg-1"),
    ):
        ssm.delete_parameter(Name=f"/gatehouse/{name}/{path}")
        ssm.put_parameter(Name=f"/gatehouse/{name}/{path}", Value=value, Type="StringList")
