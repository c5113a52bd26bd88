"""The resource types of a template that are made, each by the API calls of its service.

Whatever is not in the table is refused by its name: types, and properties of a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from twin.engines.service_catalog.failures import not_modelled, refused

Clients = Callable[[str], Any]
Properties = Mapping[str, Any]
Tags = Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """A resource that exists: what Ref and GetAtt give of it."""

    physical_id: str
    reference: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class ResourceKind:
    """How a type of resource is made and deleted."""

    needs: tuple[str, ...]
    takes: tuple[str, ...]
    make: Callable[[Clients, Properties, Tags], Made]
    delete: Callable[[Clients, str], None]


def kind_of(name: str, resource: Mapping[str, Any]) -> ResourceKind:
    """Return how a resource is made; raises LaunchFailure where that is not modelled."""
    kind = KINDS.get(str(resource.get("Type")))
    if kind is None:
        raise not_modelled(f"Type {resource.get('Type')} of resource {name}")
    given = set(resource.get("Properties") or {})
    for member in sorted(given - {*kind.needs, *kind.takes}):
        raise not_modelled(f"Property {member} of resource {name}")
    for member in kind.needs:
        if member not in given:
            raise refused(f"Properties validation failed for resource {name}: {member} is required")
    return kind


def _make_group(clients: Clients, given: Properties, tags: Tags) -> Made:
    name = str(given["ModelPackageGroupName"])
    request = {"ModelPackageGroupName": name, "Tags": _pairs(given, tags)}
    if "ModelPackageGroupDescription" in given:
        request["ModelPackageGroupDescription"] = given["ModelPackageGroupDescription"]
    arn = clients("sagemaker").create_model_package_group(**request)["ModelPackageGroupArn"]
    return Made(name, arn, {"ModelPackageGroupArn": arn})


def _delete_group(clients: Clients, name: str) -> None:
    clients("sagemaker").delete_model_package_group(ModelPackageGroupName=name)


def _make_log(clients: Clients, given: Properties, tags: Tags) -> Made:
    logs, name = clients("logs"), str(given["LogGroupName"])
    named = {pair["Key"]: pair["Value"] for pair in _pairs(given, tags)}
    request: dict[str, Any] = {"logGroupName": name, "tags": named}
    if "KmsKeyId" in given:
        request["kmsKeyId"] = given["KmsKeyId"]
    logs.create_log_group(**request)
    if "RetentionInDays" in given:
        try:
            days = int(given["RetentionInDays"])
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        except BaseException:
            logs.delete_log_group(logGroupName=name)
            raise
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    arn = next(group["arn"] for group in groups if group["logGroupName"] == name)
    return Made(name, name, {"Arn": arn})


def _delete_log(clients: Clients, name: str) -> None:
    clients("logs").delete_log_group(logGroupName=name)


def _make_parameter(clients: Clients, given: Properties, tags: Tags) -> Made:
    name = str(given["Name"])
    request = {key: given[key] for key in ("Description", "Type") if key in given}
    pairs = [{"Key": key, "Value": value} for key, value in (given.get("Tags") or {}).items()]
    pairs += [{"Key": key, "Value": value} for key, value in tags.items()]
    clients("ssm").put_parameter(
        Name=name, Value=str(given["Value"]), Overwrite=False, Tags=pairs, **request
    )
    return Made(name, name, {"Type": given["Type"], "Value": str(given["Value"])})


def _delete_parameter(clients: Clients, name: str) -> None:
    clients("ssm").delete_parameter(Name=name)


def _pairs(given: Properties, tags: Tags) -> list[dict[str, str]]:
    own = {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}
    return [{"Key": key, "Value": value} for key, value in {**tags, **own}.items()]


KINDS: Mapping[str, ResourceKind] = {
    "AWS::Logs::LogGroup": ResourceKind(
        ("LogGroupName",), ("KmsKeyId", "RetentionInDays", "Tags"), _make_log, _delete_log
    ),
    "AWS::SageMaker::ModelPackageGroup": ResourceKind(
        ("ModelPackageGroupName",),
        ("ModelPackageGroupDescription", "Tags"),
        _make_group,
        _delete_group,
    ),
    "AWS::SSM::Parameter": ResourceKind(
        ("Name", "Type", "Value"), ("Description", "Tags"), _make_parameter, _delete_parameter
    ),
}
