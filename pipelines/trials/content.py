"""What a trial consists of: a model and a configuration, each named by its content.

A name stands for one content and no other, so that to deploy again what runs makes nothing, and to
deploy anything else makes something new: an endpoint can only be left as it is or really updated.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pipelines.trials.settings import Settings
from pipelines.trials.version import Version

VARIANT = "AllTraffic"
_MEDIA = {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]}
# Long enough for an image to be fetched and a model to be loaded; SageMaker's limit is an hour.
_START_SECONDS = 600


@dataclass(frozen=True)
class Content:
    """The requests that make a trial's model and configuration, and their names."""

    model_name: str
    configuration_name: str
    model: dict[str, Any]
    configuration: dict[str, Any]


def content_of(model: str, version: Version, instance_type: str, settings: Settings) -> Content:
    """Describe the trial of a version: isolated, in the network, under the account's keys."""
    served: dict[str, Any] = {
        "EnableNetworkIsolation": True,
        "ExecutionRoleArn": settings.role_arn,
        "PrimaryContainer": {
            "Image": version.image,
            "Mode": "SingleModel",
            "ModelDataUrl": version.archive,
        },
        "VpcConfig": {
            "SecurityGroupIds": sorted(settings.security_group_ids),
            "Subnets": sorted(settings.subnet_ids),
        },
    }
    model_name = settings.named(model, _digest({**served, "ETag": version.etag}))
    configuration = _configuration(model, model_name, instance_type, settings)
    configuration_name = settings.named(model, _digest(configuration))
    return Content(
        model_name,
        configuration_name,
        {"ModelName": model_name, **served},
        {"EndpointConfigName": configuration_name, **configuration},
    )


def _configuration(
    model: str, model_name: str, instance_type: str, settings: Settings
) -> dict[str, Any]:
    return {
        "DataCaptureConfig": {
            "CaptureContentTypeHeader": _MEDIA,
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            "DestinationS3Uri": f"s3://{settings.capture_bucket}/x/{model}/capture",
            "EnableCapture": True,
            "InitialSamplingPercentage": 100,
            "KmsKeyId": settings.capture_key_arn,
        },
        "KmsKeyId": settings.key_arn,
        "ProductionVariants": [
            {
                "ContainerStartupHealthCheckTimeoutInSeconds": _START_SECONDS,
                "InitialInstanceCount": 1,
                "InitialVariantWeight": 1,
                "InstanceType": instance_type,
                "ModelName": model_name,
                "VariantName": VARIANT,
            }
        ],
    }


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
