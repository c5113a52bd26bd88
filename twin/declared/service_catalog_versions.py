"""Service Catalog: the versions of a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.service_catalog import PRODUCT, found, table
from twin.declared.service_catalog_templates import VERSION_MEMBERS, made_version
from twin.declared.service_catalog_values import in_use, missing, some
from twin.registry import Registry
from twin.table import Record
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    answers = {
        "CreateProvisioningArtifact": create_version,
        "DescribeProvisioningArtifact": describe_version,
        "UpdateProvisioningArtifact": update_version,
        "DeleteProvisioningArtifact": delete_version,
        "ListProvisioningArtifacts": list_versions,
    }
    for operation, answer in answers.items():
        registry.answers("servicecatalog", operation)(answer)


def create_version(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Add a version to a product."""
    given = call.parameters
    found(twin, call, PRODUCT, given["ProductId"])
    version = made_version(twin, call, given["Parameters"])
    table(twin, call, PRODUCT).change(
        given["ProductId"], lambda held: held["Versions"].append(version)
    )
    return _version(version)


def describe_version(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a version."""
    return _version(version_of(twin, call, call.parameters))


def update_version(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Change what is said of a version."""
    given = call.parameters
    version_of(twin, call, given)

    def change(held: Record) -> None:
        for version in held["Versions"]:
            if version["Id"] == given["ProvisioningArtifactId"]:
                version.update({key: given[key] for key in VERSION_MEMBERS[1:] if key in given})

    table(twin, call, PRODUCT).change(given["ProductId"], change)
    return _version(version_of(twin, call, given))


def delete_version(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Delete a version, but not the last."""
    given = call.parameters
    version_of(twin, call, given)
    if len(found(twin, call, PRODUCT, given["ProductId"])["Versions"]) == 1:
        raise in_use("ProvisioningArtifact", given["ProvisioningArtifactId"])

    def change(held: Record) -> None:
        held["Versions"] = [
            one for one in held["Versions"] if one["Id"] != given["ProvisioningArtifactId"]
        ]

    table(twin, call, PRODUCT).change(given["ProductId"], change)
    return {}


def list_versions(twin: Twin, call: Call) -> Mapping[str, Any]:
    """List the versions of a product."""
    record = found(twin, call, PRODUCT, call.parameters["ProductId"])
    return {"ProvisioningArtifactDetails": [some(v, VERSION_MEMBERS) for v in record["Versions"]]}


def version_of(twin: Twin, call: Call, named: Mapping[str, Any]) -> Record:
    """Return the version that ProductId and ProvisioningArtifactId name."""
    record = found(twin, call, PRODUCT, named.get("ProductId"))
    wanted = named.get("ProvisioningArtifactId")
    for version in record["Versions"]:
        if version["Id"] == wanted:
            return dict(version)
    raise missing("ProvisioningArtifact", wanted)


def _version(version: Record) -> Mapping[str, Any]:
    return {
        "ProvisioningArtifactDetail": some(version, VERSION_MEMBERS),
        "Info": {"LoadTemplateFromURL": version["Url"], "TemplateUrl": version["Url"]},
        "Status": "AVAILABLE",
    }
