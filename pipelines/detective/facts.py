"""What a described resource is like, as far as rules ask: of each part, where it has parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.detective.subjects import Kind

Described = Mapping[str, Any]


@dataclass(frozen=True)
class Network:
    """Where a part runs."""

    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a resource is like. A tuple has one member for each part, such as each container."""

    kind: Kind
    name: str
    arn: str
    status: str
    isolated: tuple[bool, ...] = ()
    encrypts_traffic: tuple[bool, ...] = ()
    networks: tuple[Network, ...] = ()
    volume_keys: tuple[str | None, ...] = ()
    output_keys: tuple[str | None, ...] = ()
    images: tuple[str, ...] = ()
    settings: Mapping[str, str | None] = field(default_factory=dict)
    """Single settings that must have one value, by their name."""


def facts_of(kind: Kind, name: str, described: Described) -> Facts:
    """Return the facts of a resource from what SageMaker's Describe call answers."""
    return _READERS[kind](name, described)


def _training(name: str, described: Described) -> Facts:
    return Facts(
        Kind.TRAINING_JOB,
        name,
        str(described["TrainingJobArn"]),
        str(described["TrainingJobStatus"]),
        **_trainings([described]),
    )


def _tuning(name: str, described: Described) -> Facts:
    single = described.get("TrainingJobDefinition")
    definitions = [single] if single else described.get("TrainingJobDefinitions") or []
    return Facts(
        Kind.TUNING_JOB,
        name,
        str(described["HyperParameterTuningJobArn"]),
        str(described["HyperParameterTuningJobStatus"]),
        **_trainings(definitions),
    )


def _trainings(definitions: Sequence[Described]) -> dict[str, Any]:
    return {
        "isolated": tuple(bool(one.get("EnableNetworkIsolation")) for one in definitions),
        "encrypts_traffic": tuple(
            bool(one.get("EnableInterContainerTrafficEncryption")) for one in definitions
        ),
        "networks": tuple(_network(one.get("VpcConfig")) for one in definitions),
        "volume_keys": tuple(_instances(one).get("VolumeKmsKeyId") for one in definitions),
        "output_keys": tuple(
            (one.get("OutputDataConfig") or {}).get("KmsKeyId") for one in definitions
        ),
        "images": tuple(
            str(image)
            for one in definitions
            if (image := (one.get("AlgorithmSpecification") or {}).get("TrainingImage"))
        ),
    }


def _instances(definition: Described) -> Described:
    found = definition.get("ResourceConfig") or definition.get("HyperParameterTuningResourceConfig")
    return found or {}


def _processing(name: str, described: Described) -> Facts:
    network = described.get("NetworkConfig") or {}
    cluster = (described.get("ProcessingResources") or {}).get("ClusterConfig") or {}
    output = described.get("ProcessingOutputConfig") or {}
    image = (described.get("AppSpecification") or {}).get("ImageUri")
    return Facts(
        Kind.PROCESSING_JOB,
        name,
        str(described["ProcessingJobArn"]),
        str(described["ProcessingJobStatus"]),
        isolated=(bool(network.get("EnableNetworkIsolation")),),
        encrypts_traffic=(bool(network.get("EnableInterContainerTrafficEncryption")),),
        networks=(_network(network.get("VpcConfig")),),
        volume_keys=(cluster.get("VolumeKmsKeyId"),),
        output_keys=(output.get("KmsKeyId"),) if output.get("Outputs") else (),
        images=(str(image),) if image else (),
    )


def _transform(name: str, described: Described) -> Facts:
    return Facts(
        Kind.TRANSFORM_JOB,
        name,
        str(described["TransformJobArn"]),
        str(described["TransformJobStatus"]),
        volume_keys=((described.get("TransformResources") or {}).get("VolumeKmsKeyId"),),
        output_keys=((described.get("TransformOutput") or {}).get("KmsKeyId"),),
    )


def _automl(name: str, described: Described) -> Facts:
    security = described.get("SecurityConfig") or {}
    return Facts(
        Kind.AUTOML_JOB,
        name,
        str(described["AutoMLJobArn"]),
        str(described["AutoMLJobStatus"]),
        encrypts_traffic=(bool(security.get("EnableInterContainerTrafficEncryption")),),
        networks=(_network(security.get("VpcConfig")),),
        volume_keys=(security.get("VolumeKmsKeyId"),),
        output_keys=((described.get("OutputDataConfig") or {}).get("KmsKeyId"),),
    )


def _model(name: str, described: Described) -> Facts:
    primary = described.get("PrimaryContainer")
    containers = [primary] if primary else described.get("Containers") or []
    return Facts(
        Kind.MODEL,
        name,
        str(described["ModelArn"]),
        "InService",
        isolated=(bool(described.get("EnableNetworkIsolation")),),
        networks=(_network(described.get("VpcConfig")),),
        images=tuple(str(image) for one in containers if (image := one.get("Image"))),
    )


def _endpoint_config(name: str, described: Described) -> Facts:
    variants = [
        *(described.get("ProductionVariants") or []),
        *(described.get("ShadowProductionVariants") or []),
    ]
    captured = (described.get("DataCaptureConfig") or {}).get("EnableCapture")
    asynchronous = described.get("AsyncInferenceConfig") or {}
    reached = any(one.get("EnableSSMAccess") for one in variants)
    return Facts(
        Kind.ENDPOINT_CONFIG,
        name,
        str(described["EndpointConfigArn"]),
        "InService",
        volume_keys=(described.get("KmsKeyId"),),
        output_keys=(
            ((asynchronous.get("OutputConfig") or {}).get("KmsKeyId"),) if asynchronous else ()
        ),
        settings={
            "DataCaptureConfig.EnableCapture": "on" if captured else None,
            "EnableSSMAccess": "on" if reached else "off",
        },
    )


def _notebook(name: str, described: Described) -> Facts:
    return Facts(
        Kind.NOTEBOOK,
        name,
        str(described["NotebookInstanceArn"]),
        str(described["NotebookInstanceStatus"]),
    )


def _domain(name: str, described: Described) -> Facts:
    domain = described.get("DomainSettings") or {}
    users = described.get("DefaultUserSettings") or {}
    sharing = users.get("SharingSettings") or {}
    return Facts(
        Kind.DOMAIN,
        name,
        str(described["DomainArn"]),
        str(described["Status"]),
        volume_keys=(described.get("KmsKeyId"),),
        settings={
            "AppNetworkAccessType": described.get("AppNetworkAccessType"),
            "DockerSettings.EnableDockerAccess": (domain.get("DockerSettings") or {}).get(
                "EnableDockerAccess", "DISABLED"
            ),
            "ExecutionRoleIdentityConfig": domain.get("ExecutionRoleIdentityConfig"),
            "SharingSettings.NotebookOutputOption": sharing.get("NotebookOutputOption", "Disabled"),
        },
    )


def _network(config: Described | None) -> Network:
    found = config or {}
    return Network(tuple(found.get("Subnets") or ()), tuple(found.get("SecurityGroupIds") or ()))


_READERS: Mapping[Kind, Callable[[str, Described], Facts]] = {
    Kind.AUTOML_JOB: _automl,
    Kind.DOMAIN: _domain,
    Kind.ENDPOINT_CONFIG: _endpoint_config,
    Kind.MODEL: _model,
    Kind.NOTEBOOK: _notebook,
    Kind.PROCESSING_JOB: _processing,
    Kind.TRAINING_JOB: _training,
    Kind.TRANSFORM_JOB: _transform,
    Kind.TUNING_JOB: _tuning,
}
