"""SageMaker of every account, as far as a board asks it: endpoints and versions of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.naming import Naming
from pipelines.promotion.release import Release
from pipelines.promotion.target import Target
from tests.scripts.releases.clients import STARTED, refused


@dataclass
class Endpoints:
    """Endpoints by name; `denied` are names that nobody may describe."""

    live: dict[str, tuple[Release, Target]] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    status: str = "InService"
    denied: tuple[str, ...] = ()
    pending: list[int] = field(default_factory=list)
    # Configurations of endpoints, where they are called otherwise; and versions by their ARN.
    configurations: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        """Tell what was decided about a version."""
        return {"ModelApprovalStatus": self.statuses.get(request["ModelPackageName"], "Approved")}

    def describe_endpoint(self, **request: Any) -> dict[str, Any]:
        """Tell of an endpoint."""
        name = request["EndpointName"]
        if name in self.denied:
            raise refused("AccessDeniedException", "DescribeEndpoint")
        if name not in self.live:
            error = refused("ValidationException", "DescribeEndpoint")
            error.response["Error"]["Message"] = f'Could not find endpoint "{name}".'
            raise error
        arn = f"arn:aws:sagemaker:eu-west-1:111111111111:endpoint/{name}"
        _release, target = self.live[name]
        capture = {
            "CaptureStatus": "Started",
            "CurrentSamplingPercentage": 100,
            "DestinationS3Uri": f"s3://{target.capture_bucket}/{name}",
            "KmsKeyId": target.capture_key_arn,
        }
        weights = {"CurrentWeight": 1.0, "DesiredWeight": 1.0}
        return {
            "ProductionVariants": [{"VariantName": "AllTraffic"} | weights],
            "DataCaptureConfig": capture,
            "EndpointName": name,
            "EndpointArn": arn,
            "EndpointStatus": self.status,
            "EndpointConfigName": self.configurations.get(name, name),
        }

    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]:
        """Tell of a configuration, which is called like its endpoint if nothing else is said."""
        asked = request["EndpointConfigName"]
        known = {config: name for name, config in self.configurations.items()}
        name = known.get(asked, asked)
        release, target = self.live[name]
        one = release.configuration_of(target.account.name)
        variant = {
            "ModelName": name,
            "InstanceType": one.instance_type,
            "InitialInstanceCount": one.initial_instance_count,
        }
        modes = [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}]
        return {
            "ProductionVariants": [variant],
            "KmsKeyId": target.models_key_arn,
            "DataCaptureConfig": {"CaptureOptions": modes},
        }

    def describe_model(self, **request: Any) -> dict[str, Any]:
        """Tell of a model, which is called like its endpoint here."""
        name = request["ModelName"]
        release, target = self.live[name]
        container = {
            "Image": self.images.get(name, target.image(release.image.digest).uri),
            "ModelDataUrl": target.archive_uri(release.model, release.archive.sha256),
        }
        return {
            "PrimaryContainer": container,
            "ExecutionRoleArn": target.serving_role_arn,
            "EnableNetworkIsolation": True,
        }

    def get_paginator(self, _operation: str) -> Any:
        """List the versions that wait."""
        waiting = [
            {
                "ModelPackageArn": f"arn:model-package/{number}",
                "ModelPackageVersion": number,
                "ModelApprovalStatus": "PendingManualApproval",
                "CreationTime": STARTED,
            }
            for number in self.pending
        ]

        class Listing:
            def paginate(self, **_request: Any) -> Iterator[dict[str, Any]]:
                yield {"ModelPackageSummaryList": waiting}

        return Listing()


def target_of(naming: Naming, name: str) -> tuple[Target, dict[str, str]]:
    """Give what a target tells about itself, and the parameters in which it does."""
    account = naming.organization.account(name)
    key = f"arn:aws:kms:{account.region}:{account.id}:key/1"
    buckets = {
        purpose: naming.bucket_name(name, purpose)
        for purpose in ("models", "capture", "evidence", "releases")
    }
    role, repository = naming.role_arn(name, "serving"), naming.repository_name(name, "model")
    target = Target(
        account,
        ("subnet-1",),
        ("sg-1",),
        *(key, key, key),
        *(buckets["models"], buckets["capture"], buckets["evidence"], buckets["releases"]),
        role,
        repository,
    )
    facts = {
        "network/subnet-ids": "subnet-1",
        "network/workload-security-group-ids": "sg-1",
        **{f"keys/{purpose}-arn": key for purpose in ("models", "capture", "evidence")},
        **{f"buckets/{purpose}": bucket for purpose, bucket in buckets.items()},
        "roles/serving-arn": role,
        "images/model-repository-url": target.image("").uri.removesuffix("@"),
    }
    root = naming.parameter_root(name)
    return target, {f"{root}/{path}": value for path, value in facts.items()}
