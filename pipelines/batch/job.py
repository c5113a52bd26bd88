"""The processing job of a batch: isolated, in the network, under our key, with the approved image.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.batch.settings import Settings
from pipelines.models.description import Job, ModelDescription
from pipelines.promotion.package import Package

_PLACE = "/opt/ml/processing"
_FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Batch:
    """One batch: which version forecasts what, and where its results go."""

    job_name: str
    package_arn: str
    series_uri: str
    table_uri: str
    chart_uri: str
    request: dict[str, Any]


def plan_batch(
    settings: Settings,
    package: Package,
    description: ModelDescription,
    series_uri: str,
    made_at: datetime,
) -> Batch:
    """Lay out a batch; places bear its moment, so that none is ever written over."""
    model, moment = settings.model.name, made_at.strftime(_FORM)
    bucket = settings.naming.bucket_name(settings.account.name, "data")
    table_uri, chart_uri = (
        f"s3://{bucket}/forecasts/{model}/{what}/{moment}" for what in ("table", "chart")
    )
    # Jobs of pipelines begin so; the role of processing jobs is lent to no other.
    job_name = f"pipelines-{settings.execution_id[:12]}-forecast-{model}"
    request = {
        "ProcessingJobName": job_name,
        "RoleArn": settings.naming.role_arn(settings.account.name, "processing"),
        "AppSpecification": _program(model, package, made_at),
        "ProcessingInputs": [_input("model", package.archive_uri), _input("series", series_uri)],
        "ProcessingOutputConfig": {
            "KmsKeyId": settings.key_arn,
            "Outputs": [_output("table", table_uri), _output("chart", chart_uri)],
        },
        **_surroundings(settings, description.processing),
    }
    return Batch(job_name, package.name.arn, series_uri, table_uri, chart_uri, request)


def _program(model: str, package: Package, made_at: datetime) -> dict[str, Any]:
    """Run the step with the image that the version was registered with."""
    return {
        "ImageUri": package.image.uri,
        "ContainerEntrypoint": ["python", "-m", "pipelines.steps.forecast"],
        "ContainerArguments": [
            *("--model", model, "--package", package.name.arn),
            *("--made-at", made_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ],
    }


def _surroundings(settings: Settings, job: Job) -> dict[str, Any]:
    """Isolate the job: no network of its own, in ours, every byte under our key, for a while."""
    return {
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": job.instance_type,
                "VolumeSizeInGB": job.volume_size_gb,
                "VolumeKmsKeyId": settings.key_arn,
            }
        },
        "NetworkConfig": {
            "EnableNetworkIsolation": True,
            "EnableInterContainerTrafficEncryption": True,
            "VpcConfig": {
                "Subnets": list(settings.network.subnet_ids),
                "SecurityGroupIds": list(settings.network.security_group_ids),
            },
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": job.max_runtime_minutes * 60},
    }


def _input(name: str, uri: str) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": f"{_PLACE}/input/{name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def _output(name: str, uri: str) -> dict[str, Any]:
    return {
        "OutputName": name,
        "S3Output": {
            "S3Uri": uri,
            "LocalPath": f"{_PLACE}/output/{name}",
            "S3UploadMode": "EndOfJob",
        },
    }
