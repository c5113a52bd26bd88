"""An account that knows one version of a forecast, as far as a batch's build asks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.batch.settings import Settings, read_settings
from pipelines.promotion.aws import Aws
from scripts.own_data.entry import with_entry
from tests.pipelines.forecast_models import DESCRIPTION
from tests.scripts.command_line import copied_checkout

ID, REGION = "111111111111", "eu-west-1"
GROUP = "gatehouse-demand"
ARN = f"arn:aws:sagemaker:{REGION}:{ID}:model-package/{GROUP}/3"
DIGEST = f"sha256:{'a' * 64}"
ARCHIVE = f"s3://gatehouse-data-science-models-{ID}/demand/training/x/job/output/model.tar.gz"
TRAINED_ON = f"s3://gatehouse-data-science-data-{ID}/raw/demand/20260301T000000Z/demand.csv"
EVALUATION = f"s3://gatehouse-data-science-models-{ID}/demand/evaluation/x"
NOW = datetime(2026, 3, 5, 0, 10, 7, tzinfo=UTC)
ENVIRONMENT = {
    "PREFIX": "gatehouse",
    "ACCOUNT": "data-science",
    "MODEL": "demand",
    "PACKAGE_ARN": ARN,
    "PIPELINE_EXECUTION_ID": "0a1b2c3d-0000-1111-2222-333344445555",
    "SERIES_URI": "registered",
    "DATA_KEY_ARN": f"arn:aws:kms:{REGION}:{ID}:key/11111111-1111-1111-1111-111111111111",
    "SUBNET_IDS": "subnet-0a1b2c3d,subnet-1a1b2c3d",
    "SECURITY_GROUP_IDS": "sg-0a1b2c3d",
}


def checkout(folder: Path, answers: str = "batch") -> Path:
    """Copy what a build has of the checkout, with the forecast described and named."""
    root = copied_checkout(folder)
    (root / "pipelines" / "models" / "demand.yaml").write_text(DESCRIPTION, "utf-8")
    entry = {"description": "Demand of a made-up town.", "owner": "sofia", "answers": answers}
    text = with_entry(root, "demand", entry)
    assert text is not None
    (root / "accounts" / "organization.yaml").write_text(text, "utf-8")
    return root


def settings(root: Path, **changes: str) -> Settings:
    """Read what a build is told."""
    return read_settings({**ENVIRONMENT, **changes}, root)


@dataclass
class FakeAccount(Aws):
    """The registry, the bucket and the jobs, with what was asked of them."""

    approval: str = "Approved"
    image: str = f"{ID}.dkr.ecr.{REGION}.amazonaws.com/gatehouse-data-science/model@{DIGEST}"
    archive: str = ARCHIVE
    etag: str = '"e"'
    versions: list[str] = field(default_factory=lambda: ["v1"])
    modified: datetime = NOW - timedelta(days=2)
    metadata: dict[str, str] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=lambda: ["InProgress", "Completed"])
    told: dict[str, str] = field(default_factory=dict)
    started: list[dict[str, Any]] = field(default_factory=list)

    def client(self, service: str, region: str) -> Any:
        """Every service is this account."""
        assert region == REGION
        return self

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Nobody becomes anybody else here."""
        raise AssertionError("a batch takes no other role")

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        """Describe the one version."""
        assert request == {"ModelPackageName": ARN}
        return {
            "ModelPackageGroupName": GROUP,
            "ModelPackageVersion": 3,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": self.approval,
            "CreationTime": NOW - timedelta(days=1),
            "InferenceSpecification": {
                "Containers": [
                    {"Image": self.image, "ModelDataUrl": self.archive, "ModelDataETag": "e"}
                ]
            },
            "ModelMetrics": {
                "ModelQuality": {"Statistics": {"S3Uri": f"{EVALUATION}/evaluation.json"}}
            },
            "CustomerMetadataProperties": {
                "commit": "c",
                "data_sha256": "d",
                "data_uri": TRAINED_ON,
                "definition_sha256": "f",
                "evaluation_uri": f"{EVALUATION}/evaluation.json",
                "holdout_uri": f"{EVALUATION}/holdout.csv",
                "image_digest": DIGEST,
                "predictions_uri": f"{EVALUATION}/predictions.csv",
                "threshold": "0.9",
                **self.metadata,
            },
        }

    def list_model_packages(self, **request: Any) -> dict[str, Any]:
        """List the one version, where it has the status that is asked for."""
        assert request["ModelPackageGroupName"] == GROUP
        found = [ARN] if request["ModelApprovalStatus"] == self.approval else []
        return {"ModelPackageSummaryList": [{"ModelPackageArn": one} for one in found]}

    def head_object(self, **request: Any) -> dict[str, Any]:
        """Tell the archive's current version; one that is replaced has another the next time."""
        version = self.versions.pop(0) if len(self.versions) > 1 else self.versions[0]
        return {"VersionId": version, "ETag": self.etag, "LastModified": self.modified}

    def create_processing_job(self, **request: Any) -> dict[str, Any]:
        """Start a job."""
        self.started.append(request)
        return {}

    def describe_processing_job(self, **request: Any) -> dict[str, Any]:
        """Tell how the job stands."""
        assert request == {"ProcessingJobName": self.started[-1]["ProcessingJobName"]}
        return {"ProcessingJobStatus": self.statuses.pop(0), **self.told}
