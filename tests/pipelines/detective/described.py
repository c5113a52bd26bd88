"""What SageMaker would describe: resources that hold every rule, to be broken one at a time."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pipelines.detective.rules import Platform
from pipelines.detective.subjects import Kind

ACCOUNT, REGION = "111111111111", "eu-west-1"
PLATFORM = Platform(ACCOUNT, REGION, frozenset({"subnet-a", "subnet-b"}))
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/acme/model@sha256:{'a' * 64}"
_VPC = {"Subnets": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-1"]}
_ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"
_TRAINING: Mapping[str, Any] = {
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "EnableInterContainerTrafficEncryption": True,
    "EnableNetworkIsolation": True,
    "OutputDataConfig": {"KmsKeyId": KEY, "S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": {"VolumeKmsKeyId": KEY, "InstanceCount": 1},
    "VpcConfig": _VPC,
}
_COMPLIANT: Mapping[Kind, Mapping[str, Any]] = {
    Kind.AUTOML_JOB: {
        "AutoMLJobArn": _ARN + "automl-job/one",
        "AutoMLJobStatus": "InProgress",
        "OutputDataConfig": {"KmsKeyId": KEY},
        "SecurityConfig": {
            "EnableInterContainerTrafficEncryption": True,
            "VolumeKmsKeyId": KEY,
            "VpcConfig": _VPC,
        },
    },
    Kind.DOMAIN: {
        "DomainArn": _ARN + "domain/d-1",
        "Status": "InService",
        "AppNetworkAccessType": "VpcOnly",
        "KmsKeyId": KEY,
        "DomainSettings": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"},
        "DefaultUserSettings": {"SharingSettings": {"NotebookOutputOption": "Disabled"}},
    },
    Kind.ENDPOINT_CONFIG: {
        "EndpointConfigArn": _ARN + "endpoint-config/one",
        "KmsKeyId": KEY,
        "DataCaptureConfig": {"EnableCapture": True},
        "ProductionVariants": [{"VariantName": "main"}],
        "AsyncInferenceConfig": {"OutputConfig": {"KmsKeyId": KEY}},
    },
    Kind.MODEL: {
        "ModelArn": _ARN + "model/one",
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {"Image": IMAGE},
        "VpcConfig": _VPC,
    },
    Kind.NOTEBOOK: {
        "NotebookInstanceArn": _ARN + "notebook-instance/one",
        "NotebookInstanceStatus": "InService",
    },
    Kind.PROCESSING_JOB: {
        "ProcessingJobArn": _ARN + "processing-job/one",
        "ProcessingJobStatus": "InProgress",
        "AppSpecification": {"ImageUri": IMAGE},
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            "EnableNetworkIsolation": True,
            "VpcConfig": _VPC,
        },
        "ProcessingOutputConfig": {"KmsKeyId": KEY, "Outputs": [{"OutputName": "out"}]},
        "ProcessingResources": {"ClusterConfig": {"VolumeKmsKeyId": KEY}},
    },
    Kind.TRAINING_JOB: {
        **_TRAINING,
        "TrainingJobArn": _ARN + "training-job/one",
        "TrainingJobStatus": "InProgress",
    },
    Kind.TRANSFORM_JOB: {
        "TransformJobArn": _ARN + "transform-job/one",
        "TransformJobStatus": "InProgress",
        "TransformOutput": {"KmsKeyId": KEY},
        "TransformResources": {"VolumeKmsKeyId": KEY},
    },
    Kind.TUNING_JOB: {
        "HyperParameterTuningJobArn": _ARN + "hyper-parameter-tuning-job/one",
        "HyperParameterTuningJobStatus": "InProgress",
        "TrainingJobDefinitions": [_TRAINING, _TRAINING],
    },
}
KINDS = tuple(_COMPLIANT)


def described(kind: Kind) -> dict[str, Any]:
    """Return a copy of what SageMaker says of a resource that holds every rule."""
    return copy.deepcopy(dict(_COMPLIANT[kind]))


def broken(kind: Kind, path: str, value: object) -> dict[str, Any]:
    """Return the same with one member changed, or removed where the value is None."""
    document = described(kind)
    here: Any = document
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if step.isdigit() else here[step]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return document


def call_event(name: str, request: Mapping[str, Any], **detail: Any) -> dict[str, Any]:
    """Return an event of a call, as CloudTrail gives it to EventBridge."""
    return {
        "id": "e-1",
        "source": "aws.sagemaker",
        "detail-type": "AWS API Call via CloudTrail",
        "time": "2026-01-02T03:04:05Z",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "eventSource": "sagemaker.amazonaws.com",
            "eventName": name,
            "requestParameters": dict(request),
            "userIdentity": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/petra"},
            **detail,
        },
    }
