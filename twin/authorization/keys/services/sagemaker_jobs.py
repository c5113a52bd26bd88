"""Keys of SageMaker's jobs, models and endpoints: their network, keys, isolation and instances.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html

A member that is not sent leaves its key out, also where the service then takes a default. AWS does
not say what a tuning job with several training jobs sends for a single-valued key; here what is
missing in one of them is missing, and a Boolean has its unsafe value if one of them has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twin.authorization.keys.ask import Ask, Reader, Values, anywhere, texts, walk

Path = tuple[str, ...]

# A job's parts that each have members of their own, by where they stand.
_PARTS = ("TrainingJobDefinitions", "TrainingJobDefinition")
_MONITORING: Path = ("MonitoringScheduleConfig", "MonitoringJobDefinition")


def _parts(ask: Ask) -> list[Any]:
    """Return what carries a job's members: the request itself, or each part of it."""
    given = ask.parameters
    found = [part for name in _PARTS for part in walk(given, (name,))]
    monitored = list(walk(given, _MONITORING))
    return found or monitored or [given]


def _paths(*paths: str) -> tuple[Path, ...]:
    return tuple(tuple(path.split(".")) for path in paths)


def _each(ask: Ask, paths: tuple[Path, ...]) -> Iterator[list[Any]]:
    for part in _parts(ask):
        yield [value for path in paths for value in walk(part, path)]


def in_every_part(*paths: str) -> Reader:
    """Make a reader of what every part must have for the key to be there."""
    split = _paths(*paths)

    def read(ask: Ask) -> Values | None:
        found = list(_each(ask, split))
        return texts([value for part in found for value in part]) if all(found) else None

    return read


def protected(*paths: str) -> Reader:
    """Make a reader of a Boolean that is true only where it is true in every part."""
    split = _paths(*paths)

    def read(ask: Ask) -> Values | None:
        found = list(_each(ask, split))
        values = [bool(value) for part in found for value in part]
        if not values:
            return None
        return ("true",) if all(found) and all(values) else ("false",)

    return read


def named_anywhere(*members: str) -> Reader:
    """Make a reader of all that is called so at any depth."""

    def read(ask: Ask) -> Values | None:
        return texts([value for name in members for value in anywhere(ask.parameters, name)])

    return read


_subnets = in_every_part(
    "VpcConfig.Subnets",
    "NetworkConfig.VpcConfig.Subnets",
    "AutoMLJobConfig.SecurityConfig.VpcConfig.Subnets",
    "SecurityConfig.VpcConfig.Subnets",
    "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VpcConfig.Subnets",
    "InstanceGroups.OverrideVpcConfig.Subnets",
    "SubnetIds",
    "SubnetId",
)
_groups = in_every_part(
    "VpcConfig.SecurityGroupIds",
    "NetworkConfig.VpcConfig.SecurityGroupIds",
    "AutoMLJobConfig.SecurityConfig.VpcConfig.SecurityGroupIds",
    "SecurityConfig.VpcConfig.SecurityGroupIds",
    "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VpcConfig.SecurityGroupIds",
    "InstanceGroups.OverrideVpcConfig.SecurityGroupIds",
    "SecurityGroupIds",
    "DefaultUserSettings.SecurityGroups",
    "DefaultSpaceSettings.SecurityGroups",
    "UserSettings.SecurityGroups",
)
_volume_key = in_every_part(
    "ResourceConfig.VolumeKmsKeyId",
    "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
    "TransformResources.VolumeKmsKeyId",
    "JobResources.ClusterConfig.VolumeKmsKeyId",
    "MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    "HyperParameterTuningResourceConfig.VolumeKmsKeyId",
    "AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId",
    "SecurityConfig.VolumeKmsKeyId",
    "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId",
    "KmsKeyId",
)
_output_key = in_every_part(
    "OutputDataConfig.KmsKeyId",
    "ProcessingOutputConfig.KmsKeyId",
    "TransformOutput.KmsKeyId",
    "MonitoringOutputConfig.KmsKeyId",
    "OutputConfig.KmsKeyId",
    "DataQualityJobOutputConfig.KmsKeyId",
    "ModelQualityJobOutputConfig.KmsKeyId",
    "ModelBiasJobOutputConfig.KmsKeyId",
    "ModelExplainabilityJobOutputConfig.KmsKeyId",
)
_file_system = "InputDataConfig.DataSource.FileSystemDataSource"
_PARTED_FILE_SYSTEM = f"TrainingJobDefinition.{_file_system}"


def _of_file_system(member: str) -> Reader:
    def read(ask: Ask) -> Values | None:
        path = (*_file_system.split("."), member)
        return texts([value for part in _parts(ask) for value in walk(part, path)])

    return read


def _models(ask: Ask) -> Values | None:
    """Name the models of all variants by their ARNs, which a request names by name."""
    names = [
        *walk(ask.parameters, ("ProductionVariants", "ModelName")),
        *walk(ask.parameters, ("ShadowProductionVariants", "ModelName")),
        *walk(ask.parameters, ("Specification", "ModelName")),
        *walk(ask.parameters, ("ModelName",)),
    ]
    place = f"arn:aws:sagemaker:{ask.call.region}:{ask.call.account_id}:model"
    return texts([f"{place}/{str(name).lower()}" for name in names])


READERS: Mapping[str, Reader] = {
    "sagemaker:acceleratortypes": named_anywhere("AcceleratorType", "AcceleratorTypes"),
    "sagemaker:enableremotedebug": named_anywhere("EnableRemoteDebug"),
    "sagemaker:filesystemaccessmode": _of_file_system("FileSystemAccessMode"),
    "sagemaker:filesystemdirectorypath": _of_file_system("DirectoryPath"),
    "sagemaker:filesystemid": _of_file_system("FileSystemId"),
    "sagemaker:filesystemtype": _of_file_system("FileSystemType"),
    "sagemaker:instancetypes": named_anywhere("InstanceType"),
    "sagemaker:intercontainertrafficencryption": protected(
        "EnableInterContainerTrafficEncryption",
        "NetworkConfig.EnableInterContainerTrafficEncryption",
        "AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption",
        "SecurityConfig.EnableInterContainerTrafficEncryption",
    ),
    "sagemaker:keepaliveperiod": named_anywhere("KeepAlivePeriodInSeconds"),
    "sagemaker:maxruntimeinseconds": named_anywhere("MaxRuntimeInSeconds"),
    "sagemaker:modelarn": _models,
    "sagemaker:networkisolation": protected(
        "EnableNetworkIsolation", "NetworkConfig.EnableNetworkIsolation"
    ),
    "sagemaker:outputkmskey": _output_key,
    "sagemaker:serverlessmaxconcurrency": named_anywhere("MaxConcurrency"),
    "sagemaker:serverlessmemorysize": named_anywhere("MemorySizeInMB"),
    "sagemaker:volumekmskey": _volume_key,
    "sagemaker:vpcsecuritygroupids": _groups,
    "sagemaker:vpcsubnets": _subnets,
}
