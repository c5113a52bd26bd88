"""What makes up networks and disks: EC2, EFS.

EC2 gives what it makes identifiers of its own, so their ARNs end with ``*`` until then.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.authorization.keys.live_state import shelf
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_PLACES = {
    "AllocationId": ("AllocationId", "AllocationIds"),
    "DhcpOptionsId": ("DhcpOptionsId",),
    "FlowLogId": ("FlowLogIds", "FlowLogId"),
    "vpc-flow-log/VpcFlowLogId": ("FlowLogIds",),
    "InstanceId": ("InstanceId", "InstanceIds"),
    "KeyPairName": ("KeyName", "KeyPairId"),
    "LaunchTemplateId": ("LaunchTemplateId", "LaunchTemplate.LaunchTemplateId"),
    "NaclId": ("NetworkAclId",),
    "NetworkInterfaceId": ("NetworkInterfaceId", "NetworkInterfaceIds"),
    "SecurityGroupRuleId": (
        "SecurityGroupRuleIds",
        "SecurityGroupRules[].SecurityGroupRuleId",
    ),
    "SnapshotId": ("SnapshotId", "SnapshotIds"),
    "SubnetId": ("SubnetId", "SubnetIds", "SubnetIds[]"),
    "VolumeId": ("VolumeId", "VolumeIds"),
    "VpcEndpointServiceId": ("ServiceId", "ServiceIds"),
    "VpcPeeringConnectionId": ("VpcPeeringConnectionId",),
    "PrefixListId": ("PrefixListId", "DestinationPrefixListId"),
    "ImageId": ("ImageId",),
}


def ec2() -> Service:
    """Return the table of EC2."""
    return Service(
        "ec2",
        places=_PLACES,
        kinds={
            "security-group": _groups,
            "route-table": _route_tables,
            "subnet": _subnets,
            "network-acl": _acls,
        },
        entries={
            "AcceptVpcPeeringConnection": _accept_peering,
            "CreateTags": _tags,
            "DeleteTags": _tags,
            "CreateFlowLogs": _flow_logs,
            "DeleteVpcEndpoints": _several("VpcEndpointIds", "vpc-endpoint"),
            "DeleteFlowLogs": _several("FlowLogIds", "vpc-flow-log"),
            "ModifyInstanceMetadataDefaults": _on_everything,
        },
        about={
            "AuthorizeSecurityGroupEgress": ("security-group",),
            "AuthorizeSecurityGroupIngress": ("security-group",),
            "RevokeSecurityGroupEgress": ("security-group",),
            "RevokeSecurityGroupIngress": ("security-group",),
        },
        new=frozenset({template.ANY}),
    )


def _place(call: Call) -> str:
    return f"arn:{template.partition_of(call.region)}:ec2:{call.region}:{call.account_id}"


def _arns(call: Call, kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{_place(call)}:{kind}/{name}" for name in dict.fromkeys(names))


def _groups(_twin: Twin, call: Call) -> tuple[str, ...]:
    found = template.first_values(
        call,
        (
            "GroupId",
            "GroupIds[]",
            "SecurityGroupIds[]",
            "Groups[]",
            "AddSecurityGroupIds[]",
            "NetworkInterfaces[].Groups[]",
        ),
    )
    if not found and template.first_values(call, ("GroupName", "SecurityGroups[]")):
        if call.operation != "CreateSecurityGroup":
            # A name is looked up in the default network, which few accounts have.
            raise UnknownAction(call.service, call.operation, "a security group by its name")
    return _arns(call, "security-group", found)


def _held(call: Call, name: str) -> Any:
    return shelf(ec2_backends, call.account_id, call.region, name)


def _association_of_table(call: Call) -> tuple[str, str] | None:
    """Return the route table and subnet of an association, or None where none is named.

    Of one that is not there both are unknown: nothing can be done to it.
    """
    wanted = call.parameters.get("AssociationId")
    if not wanted:
        return None
    for table in list(_held(call, "route_tables").values()):
        if wanted in table.all_associations_ids:
            return str(table.id), str(table._associations.get(wanted, template.ANY))
    return template.ANY, template.ANY


def _route_tables(_twin: Twin, call: Call) -> tuple[str, ...]:
    found = template.first_values(call, ("RouteTableId", "RouteTableIds[]", "AddRouteTableIds[]"))
    associated = _association_of_table(call)
    if associated is not None:
        found = (associated[0], *found)
    return _arns(call, "route-table", found)


def _subnet_of_acl(call: Call) -> str:
    """Return the subnet of an association with an access list, ``*`` where it is not there."""
    wanted = call.parameters.get("AssociationId")
    for acl in list(_held(call, "network_acls").values()):
        if wanted in acl._associations:
            return str(acl._associations[wanted].subnet_id)
    return template.ANY


def _acls(_twin: Twin, call: Call) -> tuple[str, ...]:
    found = template.first_values(call, ("NetworkAclId", "NetworkAclIds[]"))
    return _arns(call, "network-acl", found)


def _subnets(_twin: Twin, call: Call) -> tuple[str, ...]:
    found = template.first_values(
        call, ("SubnetId", "SubnetIds[]", "AddSubnetIds[]", "NetworkInterfaces[].SubnetId")
    )
    if call.operation == "ReplaceNetworkAclAssociation":
        found = (_subnet_of_acl(call),)
    associated = _association_of_table(call)
    if not found and associated is not None and not associated[1].startswith("igw-"):
        found = (associated[1],)
    return _arns(call, "subnet", found)


# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
_KINDS = {
    "acl": "network-acl",
    "ami": "image",
    "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "key": "key-pair",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}


def _tags(_twin: Twin, call: Call) -> list[Pair]:
    """Read what sets and takes tags: its identifiers tell their kinds."""
    made = []
    for name in template.first_values(call, ("Resources[]",)):
        kind = _KINDS.get(name.partition("-")[0])
        if kind is None:
            raise UnknownAction(call.service, call.operation, f"an identifier of no kind: {name}")
        made.append((f"ec2:{call.operation}", f"{_place(call)}:{kind}/{name}"))
    if not made:
        raise UnknownAction(call.service, call.operation, "no identifiers")
    return made


def _flow_logs(_twin: Twin, call: Call) -> list[Pair]:
    kinds = {"VPC": "vpc", "Subnet": "subnet", "NetworkInterface": "network-interface"}
    kind = kinds.get(str(call.parameters.get("ResourceType")))
    names = template.first_values(call, ("ResourceIds[]",))
    if kind is None or not names:
        raise UnknownAction(call.service, call.operation, "flow logs of something else")
    made = f"{_place(call)}:vpc-flow-log/{template.ANY}"
    pairs = [("ec2:CreateFlowLogs", made)]
    pairs += [("ec2:CreateFlowLogs", arn) for arn in _arns(call, kind, names)]
    tags = [("ec2:CreateTags", made)] if call.parameters.get("TagSpecifications") else []
    return [*pairs, *tags]


def _accept_peering(_twin: Twin, call: Call) -> list[Pair]:
    """Read AcceptVpcPeeringConnection: the connection and the network that it lets in.

    https://docs.aws.amazon.com/vpc/latest/peering/security-iam.html
    """
    name = call.parameters.get("VpcPeeringConnectionId")
    if not name:
        raise UnknownAction(call.service, call.operation, "nothing that names its resource")
    held = _held(call, "vpc_pcxs").get(name)
    let_in = held.peer_vpc.id if held is not None else template.ANY
    arns = (f"{_place(call)}:vpc/{let_in}", f"{_place(call)}:vpc-peering-connection/{name}")
    return [("ec2:AcceptVpcPeeringConnection", arn) for arn in arns]


def _several(member: str, kind: str) -> Callable[[Twin, Call], list[Pair]]:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        names = template.first_values(call, (f"{member}[]",))
        if not names:
            raise UnknownAction(call.service, call.operation, "no identifiers")
        return [(f"ec2:{call.operation}", arn) for arn in _arns(call, kind, names)]

    return read


def _on_everything(_twin: Twin, call: Call) -> list[Pair]:
    return [(f"ec2:{call.operation}", template.ANY)]


def efs() -> Service:
    """Return the table of EFS, whose mount targets are asked for on their file systems.

    https://docs.aws.amazon.com/efs/latest/ug/efs-api-permissions-ref.html
    """
    return Service(
        "elasticfilesystem",
        kinds={"file-system": _file_systems},
        arns=("ResourceId",),
        new=frozenset({"FileSystemId"}),
        tagged={
            "CreateAccessPoint": "elasticfilesystem:TagResource access-point",
            "CreateFileSystem": "elasticfilesystem:TagResource file-system",
        },
    )


def _file_systems(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    name = given.get("FileSystemId") or given.get("SourceFileSystemId")
    target = given.get("MountTargetId")
    if not name and target:
        held: Any = shelf(efs_backends, call.account_id, call.region, "mount_targets_by_id")
        # One that is not there belongs to no file system: nothing can be done to it.
        name = held[target].file_system_id if target in held else template.ANY
    if not name:
        return ()
    if str(name).startswith("arn:"):
        return (str(name),)
    partition = template.partition_of(call.region)
    place = f"arn:{partition}:elasticfilesystem:{call.region}:{call.account_id}"
    return (f"{place}:file-system/{name}",)
