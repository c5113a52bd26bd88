"""What an endpoint runs right now, compared with what a release says that it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import Finding
from pipelines.promotion.release import Release
from pipelines.promotion.target import Target


class EndpointClient(Protocol):
    """The operations of the `sagemaker` client that are used here."""

    def describe_endpoint(self, **request: Any) -> dict[str, Any]: ...
    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]: ...
    def describe_model(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Live:
    """An endpoint as SageMaker describes it, down to image and archive."""

    name: str
    arn: str
    status: str
    config_name: str
    model_name: str
    image_uri: str
    archive_uri: str
    role_arn: str
    key_arn: str
    instance_type: str
    instance_count: int
    isolated: bool
    additions: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return what a report tells about the endpoint."""
        return {
            "name": self.name,
            "arn": self.arn,
            "status": self.status,
            "config_name": self.config_name,
            "model_name": self.model_name,
            "image_uri": self.image_uri,
            "archive_uri": self.archive_uri,
            "instance_type": self.instance_type,
            "instance_count": self.instance_count,
        }


def read_live(client: EndpointClient, name: str) -> Live:
    """Ask SageMaker what an endpoint runs."""
    with aws_call(f"endpoint {name}", "must be describable down to its model"):
        endpoint = client.describe_endpoint(EndpointName=name)
        config = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        variants = config.get("ProductionVariants") or []
        if len(variants) != 1 or config.get("ShadowProductionVariants"):
            raise Finding(
                f"endpoint {name}", "must have exactly one variant", got=str(len(variants))
            )
        model = client.describe_model(ModelName=variants[0]["ModelName"])
    return _live(endpoint, config, variants[0], model)


def check_live(live: Live, release: Release, target: Target) -> None:
    """Refuse an endpoint that runs anything but the release."""
    configuration = release.configuration_of(target.account.name)
    rules = (
        ("must be", "InService", live.status),
        ("must serve the image", target.image(release.image.digest).uri, live.image_uri),
        (
            "must serve the archive",
            target.archive_uri(release.model, release.archive.sha256),
            live.archive_uri,
        ),
        ("must run with the role", target.serving_role_arn, live.role_arn),
        ("must encrypt its volumes with", target.models_key_arn, live.key_arn),
        ("must run on", configuration.instance_type, live.instance_type),
        (
            "must be configured for instances:",
            str(configuration.initial_instance_count),
            str(live.instance_count),
        ),
        ("must run in network isolation:", "True", str(live.isolated)),
        ("must add to the image", "nothing", ", ".join(live.additions) or "nothing"),
    )
    for rule, wanted, found in rules:
        if wanted != found:
            raise Finding(
                f"endpoint {live.name}",
                f"{rule} {wanted}",
                got=found or "nothing",
                hint=f"deploy release {release.id} again; see who changed the endpoint",
            )


def _live(
    endpoint: Mapping[str, Any],
    config: Mapping[str, Any],
    variant: Mapping[str, Any],
    model: Mapping[str, Any],
) -> Live:
    containers = model.get("Containers") or []
    container = model.get("PrimaryContainer") or (containers[0] if len(containers) == 1 else {})
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    return Live(
        name=endpoint["EndpointName"],
        arn=endpoint["EndpointArn"],
        status=endpoint["EndpointStatus"],
        config_name=endpoint["EndpointConfigName"],
        model_name=variant["ModelName"],
        image_uri=str(container.get("Image", "")),
        archive_uri=str(container.get("ModelDataUrl") or source.get("S3Uri") or ""),
        role_arn=str(model.get("ExecutionRoleArn", "")),
        key_arn=str(config.get("KmsKeyId", "")),
        instance_type=str(variant.get("InstanceType", "")),
        instance_count=int(variant.get("InitialInstanceCount", 0)),
        isolated=bool(model.get("EnableNetworkIsolation", False)),
        additions=tuple(
            f"the variable {name}" for name in sorted(container.get("Environment") or {})
        ),
    )
