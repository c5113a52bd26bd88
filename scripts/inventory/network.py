"""The private network: what Terraform made of it, and what services put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scripts.inventory.item import Item
from scripts.inventory.scope import Clients, Scope, pages

# Kind, operation, member, identifier: asked for by the platform's tags.
_TAGGED = (
    ("vpc", "describe_vpcs", "Vpcs", "VpcId"),
    ("subnet", "describe_subnets", "Subnets", "SubnetId"),
    ("route table", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("network acl", "describe_network_acls", "NetworkAcls", "NetworkAclId"),
    ("vpc endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("security group", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("volume snapshot", "describe_snapshots", "Snapshots", "SnapshotId"),
    ("volume", "describe_volumes", "Volumes", "VolumeId"),
)
NFS_GROUP = re.compile(r"^security-group-for-(in|out)bound-nfs-(d-[a-z0-9]+)$")


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List the network and what is in it."""
    client = clients("ec2")
    for kind, operation, member, identifier in _TAGGED:
        for page in pages(client, operation, Filters=scope.tag_filters()):
            for found in page[member]:
                if str(found.get("State", "")).lower() not in ("deleted", "deleting"):
                    name = str(found.get("GroupName", "")) or str(found[identifier])
                    is_default = kind == "security group" and name == "default"
                    if not is_default:
                        yield Item(kind, name, arn=_arn(scope, kind, str(found[identifier])))
    for page in pages(client, "describe_flow_logs", Filters=scope.tag_filters()):
        for found in page["FlowLogs"]:
            yield Item("flow log", str(found["FlowLogId"]))
    for found in nfs_groups(client, scope):
        name, group = str(found["GroupName"]), str(found["GroupId"])
        yield Item("security group", name, arn=_arn(scope, "security group", group))
    for found in interfaces(client, scope):
        note = f"{found.get('Status', '')} {found.get('Description', '')}".strip()
        yield Item("network interface", str(found["NetworkInterfaceId"]), note=note)


def vpc_ids(client: Any, scope: Scope) -> list[str]:
    """List the networks of this account: those that carry its tags, or the one it brought."""
    tagged = [
        str(found["VpcId"])
        for page in pages(client, "describe_vpcs", Filters=scope.tag_filters())
        for found in page["Vpcs"]
    ]
    brought = scope.account.network.vpc_id
    return sorted({*tagged, *([brought] if brought else [])})


def nfs_groups(client: Any, scope: Scope) -> list[dict[str, Any]]:
    """List the groups that SageMaker made for the homes of a domain and never deletes."""
    return [
        found
        for found in _in_networks(client, scope, "describe_security_groups", "SecurityGroups")
        if NFS_GROUP.match(str(found["GroupName"]))
    ]


def interfaces(client: Any, scope: Scope) -> list[dict[str, Any]]:
    """List the interfaces that are bound to one of this account's groups or in its network."""
    found = _in_networks(client, scope, "describe_network_interfaces", "NetworkInterfaces")
    if not scope.account.network.vpc_id:
        return found
    groups = {
        str(group["GroupId"])
        for page in pages(client, "describe_security_groups", Filters=scope.tag_filters())
        for group in page["SecurityGroups"]
    }
    return [each for each in found if {str(g["GroupId"]) for g in each.get("Groups", [])} & groups]


def _in_networks(client: Any, scope: Scope, operation: str, member: str) -> list[dict[str, Any]]:
    vpcs = vpc_ids(client, scope)
    if not vpcs:
        return []
    filters = [{"Name": "vpc-id", "Values": vpcs}]
    return [found for page in pages(client, operation, Filters=filters) for found in page[member]]


def _arn(scope: Scope, kind: str, identifier: str) -> str:
    account = scope.account
    return f"arn:aws:ec2:{account.region}:{account.id}:{kind.replace(' ', '-')}/{identifier}"
