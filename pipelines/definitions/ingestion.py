"""The pipeline that ingests one object into a feature group, as the one definition for all groups.

It has a single isolated job, written here without the SDK, and is bound by Terraform.

Usage: python -m pipelines.definitions.ingestion
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipelines.definitions.compile import render

TEMPLATE = Path(__file__).resolve().parents[2] / "modules/feature-ingestion/definition.json.tftpl"
# What modules/feature-ingestion/pipelines.tf puts in place of each.
ENVIRONMENT = "bound:environment"
IMAGE = "bound:image_uri"
KEY = "bound:data_key_arn"
RECORDS = "bound:records_uri"
REPORTS = "bound:reports_uri"
ROLE = "bound:job_role_arn"
SECURITY_GROUPS = "bound:security_group_ids"
SUBNETS = "bound:subnet_ids"
_BOUND = re.compile(r'"bound:(\w+)"')
_PROCESSING = "/opt/ml/processing"
_RETRIES = [
    {
        "ExceptionType": ["Step.SERVICE_FAULT", "Step.THROTTLING"],
        "BackoffRate": 2.0,
        "IntervalSeconds": 5,
        "MaxAttempts": 8,
    },
    {
        "ExceptionType": [
            "SageMaker.RESOURCE_LIMIT",
            "SageMaker.JOB_INTERNAL_ERROR",
            "SageMaker.CAPACITY_ERROR",
        ],
        "BackoffRate": 2.0,
        "IntervalSeconds": 60,
        "MaxAttempts": 8,
    },
]


def definition() -> dict[str, Any]:
    """Return the definition; every value of an account is a token."""
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": "InputDataUri", "Type": "String"},
            {"Name": "ArrivedAt", "Type": "String"},
            {"Name": "Origin", "Type": "String"},
        ],
        "PipelineExperimentConfig": {
            "ExperimentName": {"Get": "Execution.PipelineName"},
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
        "Steps": [
            {
                "Name": "Ingest",
                "Type": "Processing",
                "DisplayName": "Check the rows and write them as records",
                "Arguments": _job(),
                "RetryPolicies": _RETRIES,
            }
        ],
    }


def _job() -> dict[str, Any]:
    return {
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python", "-m", "pipelines.steps.ingest"],
            "ContainerArguments": [
                *("--origin", {"Get": "Parameters.Origin"}),
                *("--arrived-at", {"Get": "Parameters.ArrivedAt"}),
            ],
        },
        "Environment": ENVIRONMENT,
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            "EnableNetworkIsolation": True,
            "VpcConfig": {
                "SecurityGroupIds": SECURITY_GROUPS,
                "Subnets": SUBNETS,
            },
        },
        "ProcessingInputs": [_input("raw", {"Get": "Parameters.InputDataUri"})],
        "ProcessingOutputConfig": {"KmsKeyId": KEY, "Outputs": _outputs()},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeKmsKeyId": KEY,
                "VolumeSizeInGB": 30,
            }
        },
        "RoleArn": ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def _outputs() -> list[dict[str, Any]]:
    run = {"Get": "Execution.PipelineExecutionId"}
    return [
        _output("records", RECORDS),
        _output("report", {"Std:Join": {"On": "/", "Values": [REPORTS, run]}}),
    ]


def _input(name: str, uri: Any) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            "LocalPath": f"{_PROCESSING}/input/{name}",
            "S3CompressionType": "None",
            "S3DataDistributionType": "FullyReplicated",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3Uri": uri,
        },
    }


def _output(name: str, uri: Any) -> dict[str, Any]:
    return {
        "OutputName": name,
        "S3Output": {
            "LocalPath": f"{_PROCESSING}/output/{name}",
            "S3UploadMode": "EndOfJob",
            "S3Uri": uri,
        },
    }


def template() -> str:
    """Return the definition as a template of Terraform, which writes each value as JSON."""
    return _BOUND.sub(r"${jsonencode(\1)}", render(definition()))


def main() -> None:
    """Write the template where the module reads it."""
    TEMPLATE.write_text(template(), encoding="utf-8")


if __name__ == "__main__":
    main()
