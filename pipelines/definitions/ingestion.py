"""The pipeline that ingests one object into a feature group, as the one definition for all groups.

It has a single isolated job, written here without the SDK: plain JSON that tokens leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.definitions import tokens
from pipelines.features.description import FeatureGroup, environment_of

NAME = "feature-ingestion"
# Below it lies what an account says of one feature group; its name stands in place of this.
GROUP = "contract:feature-groups/group"
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


def of_group(compiled: Mapping[str, Any], group: FeatureGroup) -> dict[str, Any]:
    """Return the definition of one feature group: its own parameters, and what its job is told."""
    made: dict[str, Any] = _renamed(compiled, group.name)
    (step,) = made["Steps"]
    step["Arguments"]["Environment"] = environment_of(group)
    return made


def _renamed(part: Any, group: str) -> Any:
    if isinstance(part, dict):
        return {key: _renamed(value, group) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(item, group) for item in part]
    if not isinstance(part, str):
        return part
    return part.replace(f"{GROUP}/", f"contract:feature-groups/{group}/")


def _job() -> dict[str, Any]:
    return {
        "AppSpecification": {
            "ImageUri": tokens.IMAGE_URI,
            "ContainerEntrypoint": ["python", "-m", "pipelines.steps.ingest"],
            "ContainerArguments": [
                *("--origin", {"Get": "Parameters.Origin"}),
                *("--arrived-at", {"Get": "Parameters.ArrivedAt"}),
            ],
        },
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            "EnableNetworkIsolation": True,
            "VpcConfig": {
                "SecurityGroupIds": [tokens.WORKLOAD_SECURITY_GROUPS],
                "Subnets": [tokens.SUBNETS],
            },
        },
        "ProcessingInputs": [_input("raw", {"Get": "Parameters.InputDataUri"})],
        "ProcessingOutputConfig": {
            "KmsKeyId": tokens.key("data"),
            "Outputs": [
                _output("records", f"{GROUP}/records-uri"),
                _output(
                    "report",
                    {
                        "Std:Join": {
                            "On": "/",
                            "Values": [
                                f"{GROUP}/reports-uri",
                                {"Get": "Execution.PipelineExecutionId"},
                            ],
                        }
                    },
                ),
            ],
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeKmsKeyId": tokens.key("data"),
                "VolumeSizeInGB": 30,
            }
        },
        "RoleArn": f"{GROUP}/role-arn",
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


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
