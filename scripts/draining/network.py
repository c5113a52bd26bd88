"""Clears the network of what services put there and leave behind: homes, interfaces, groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.draining.step import Step
from scripts.inventory import network, storage
from scripts.inventory.scope import Clients, Scope, pages

_AN_HOUR = 3600


def steps(clients: Clients, scope: Scope) -> Iterator[Step]:
    """Give the steps in their order; the domain has gone before."""
    yield Step(
        "delete file systems of Studio",
        lambda: {
            str(found["FileSystemId"]): str(found["FileSystemId"])
            for found in storage.file_systems(clients, scope)
        },
        lambda identifier: _delete_file_system(clients("efs"), identifier),
        repeats=True,
    )
    # A service takes its interfaces back when it likes, up to three quarters of an hour later.
    yield Step(
        "wait for network interfaces",
        lambda: _interfaces(clients("ec2"), scope),
        lambda found: _delete_interface(clients("ec2"), found),
        limit=_AN_HOUR,
        repeats=True,
    )
    # Two of them name each other, so the rules of all go before the first group.
    yield Step(
        "revoke rules of file systems' groups",
        lambda: {
            name: found
            for name, found in _groups(clients, scope).items()
            if found.get("IpPermissions") or found.get("IpPermissionsEgress")
        },
        lambda found: _revoke(clients("ec2"), found),
    )
    yield Step(
        "delete security groups of file systems",
        lambda: _groups(clients, scope),
        lambda found: clients("ec2").delete_security_group(GroupId=found["GroupId"]),
        repeats=True,
    )


def _groups(clients: Clients, scope: Scope) -> Mapping[str, dict[str, Any]]:
    found = network.nfs_groups(clients("ec2"), scope)
    return {str(group["GroupName"]): group for group in found}


def _delete_file_system(client: Any, identifier: str) -> None:
    targets = [
        target["MountTargetId"]
        for page in pages(client, "describe_mount_targets", FileSystemId=identifier)
        for target in page["MountTargets"]
    ]
    for target in targets:
        client.delete_mount_target(MountTargetId=target)
    if not targets:
        client.delete_file_system(FileSystemId=identifier)


def _interfaces(client: Any, scope: Scope) -> Mapping[str, dict[str, Any]]:
    """List interfaces but those of the endpoints that Terraform made."""
    made = {
        str(identifier)
        for page in pages(client, "describe_vpc_endpoints", Filters=scope.tag_filters())
        for endpoint in page["VpcEndpoints"]
        for identifier in endpoint.get("NetworkInterfaceIds", [])
    }
    return {
        str(found["NetworkInterfaceId"]): found
        for found in network.interfaces(client, scope)
        if found["NetworkInterfaceId"] not in made
    }


def _delete_interface(client: Any, found: Mapping[str, Any]) -> None:
    if found.get("Status") == "available" and not found.get("RequesterManaged"):
        client.delete_network_interface(NetworkInterfaceId=found["NetworkInterfaceId"])


def _revoke(client: Any, found: Mapping[str, Any]) -> None:
    group = str(found["GroupId"])
    if found.get("IpPermissions"):
        client.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])
    if found.get("IpPermissionsEgress"):
        client.revoke_security_group_egress(
            GroupId=group, IpPermissions=found["IpPermissionsEgress"]
        )
