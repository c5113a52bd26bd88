"""What an endpoint runs right now, compared with what a release says that it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import Finding
from pipelines.promotion.release import Release
from pipelines.promotion.target import Target
from pipelines.promotion.variables import CAPTURE_PERCENTAGE


class EndpointClient(Protocol):
    """The operations of the `sagemaker` client that are used here."""

    def describe_endpoint(self, **request: Any) -> dict[str, Any]: ...
    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]: ...
    def describe_model(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Traffic:
    """Which share of the requests the variant answers, and which it is to answer."""

    variant: str
    current_weight: float
    desired_weight: float


@dataclass(frozen=True)
class Capture:
    """What of requests and answers is kept, by the configuration and by the endpoint itself."""

    destination: str
    key_arn: str
    percentage: int
    modes: str
    status: str


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
    traffic: Traffic
    capture: Capture

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
            "traffic": asdict(self.traffic),
            "capture": asdict(self.capture),
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
        ("must have its requests answered by", "the whole of AllTraffic", _spread(live.traffic)),
        ("must capture", _captured(target, live.name), _capture(live.capture)),
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


def _spread(traffic: Traffic) -> str:
    whole = traffic.current_weight == traffic.desired_weight == 1.0
    share = "the whole" if whole else f"{traffic.current_weight} of {traffic.desired_weight}"
    return f"{share} of {traffic.variant}"


def _captured(target: Target, name: str) -> str:
    place = f"s3://{target.capture_bucket}/{name}"
    wanted = Capture(place, target.capture_key_arn, CAPTURE_PERCENTAGE, "Input, Output", "Started")
    return _capture(wanted)


def _capture(capture: Capture) -> str:
    return (
        f"{capture.percentage} of 100 requests ({capture.modes or 'nothing'}) in "
        f"{capture.destination or 'no place'} under {capture.key_arn or 'no key'}: {capture.status}"
    )


def _live_traffic(endpoint: Mapping[str, Any]) -> Traffic:
    """Read from the endpoint itself; its configuration only tells how it began."""
    variants = endpoint.get("ProductionVariants") or []
    one = variants[0] if len(variants) == 1 else {}
    return Traffic(
        str(one.get("VariantName", "no variant")),
        float(one.get("CurrentWeight", 0)),
        float(one.get("DesiredWeight", 0)),
    )


def _live_capture(endpoint: Mapping[str, Any], config: Mapping[str, Any]) -> Capture:
    """Read what is kept: destination and modes by the configuration, the rest by the endpoint."""
    meant, found = config.get("DataCaptureConfig") or {}, endpoint.get("DataCaptureConfig") or {}
    modes = (str(one.get("CaptureMode")) for one in meant.get("CaptureOptions") or [])
    return Capture(
        destination=str(found.get("DestinationS3Uri", "")),
        key_arn=str(found.get("KmsKeyId") or meant.get("KmsKeyId") or ""),
        percentage=int(found.get("CurrentSamplingPercentage", 0)),
        modes=", ".join(sorted(modes)),
        status=str(found.get("CaptureStatus", "Stopped")),
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
        traffic=_live_traffic(endpoint),
        capture=_live_capture(endpoint, config),
    )
