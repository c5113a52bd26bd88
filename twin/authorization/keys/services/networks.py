"""Keys of EC2 that requests for networks, their parts and endpoints carry.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from twin.authorization.keys.ask import Ask, Family, Reader, Values, by_action, flag, one, sent
from twin.authorization.keys.live_state import shelf

_ATTRIBUTE = "ec2:attribute/"
_TABLES = {
    "network-acl": "network_acls",
    "network-interface": "enis",
    "subnet": "subnets",
    "security-group": "groups",
    "route-table": "route_tables",
    "vpc-endpoint": "vpc_end_points",
}
_NESTED = frozenset({"security-group", "subnet"})


def _kind(ask: Ask) -> str:
    return ask.asked.resource.split(":", 5)[-1].partition("/")[0]


def _held(ask: Ask) -> Any | None:
    """Return the part of a network that is asked about, as it is now."""
    kind = _kind(ask)
    if kind not in _TABLES:
        return None
    table = _TABLES[kind]
    found = shelf(ec2_backends, ask.asked.owner, ask.region, table)
    if kind not in _NESTED:
        return found.get(ask.name)
    # Subnets and groups are kept by zone and by network.
    return next((part[ask.name] for part in list(found.values()) if ask.name in part), None)


def _arn(ask: Ask, kind: str, name: str) -> str:
    return f"arn:aws:ec2:{ask.region}:{ask.asked.owner}:{kind}/{name}"


def _vpc(ask: Ask) -> Values | None:
    """Return the network of what is asked about; of what is to be made, that which it names."""
    held = _held(ask)
    found = getattr(held, "vpc_id", None)
    if found is None and _kind(ask) == "network-interface":
        subnet = getattr(held, "subnet", None) or _subnet_of_request(ask)
        found = getattr(subnet, "vpc_id", None)
    found = found or (ask.parameters.get("VpcId") if held is None else None)
    return None if found is None else (_arn(ask, "vpc", str(found)),)


def _subnet_of_request(ask: Ask) -> Any | None:
    wanted = ask.parameters.get("SubnetId")
    zones = shelf(ec2_backends, ask.asked.owner, ask.region, "subnets")
    return next((zone[wanted] for zone in list(zones.values()) if wanted in zone), None)


def _subnet(ask: Ask) -> Values | None:
    if _kind(ask) != "network-interface":
        return None
    subnet = getattr(_held(ask), "subnet", None)
    found = subnet.id if subnet is not None else ask.parameters.get("SubnetId")
    return None if not found else (_arn(ask, "subnet", str(found)),)


def _identifier(kind: str) -> Reader:
    """Make a reader of the identifier of what is asked about, for one kind of resource."""

    def read(ask: Ask) -> Values | None:
        made = ask.name and "*" not in ask.name and _kind(ask) == kind
        return (ask.name,) if made else None

    return read


def _create_action(ask: Ask) -> Values | None:
    """Name the operation that tags what it makes; a request that only tags has no such key."""
    tags = ask.action == "CreateTags" and ask.call.operation != "CreateTags"
    return (ask.call.operation,) if tags and ask.call.service == "ec2" else None


def _attributes(ask: Ask) -> Mapping[str, Values]:
    """Return the attributes that a Modify operation sets, each by its name."""
    found: dict[str, Values] = {}
    for name, value in ask.parameters.items():
        if isinstance(value, Mapping) and set(value) == {"Value"}:
            found[f"{_ATTRIBUTE}{name.lower()}"] = (
                flag(value["Value"]) if isinstance(value["Value"], bool) else (str(value["Value"]),)
            )
    return found


def _zone(ask: Ask) -> Values | None:
    held = _held(ask)
    return one(getattr(held, "availability_zone", None) or ask.parameters.get("AvailabilityZone"))


READERS: Mapping[str, Reader] = {
    "ec2:associatepublicipaddress": sent(
        "AssociatePublicIpAddress", "NetworkInterfaces.AssociatePublicIpAddress"
    ),
    "ec2:attribute": sent("Attribute"),
    "ec2:authorizedservice": by_action({"CreateNetworkInterfacePermission": sent("AwsService")}),
    "ec2:authorizeduser": by_action({"CreateNetworkInterfacePermission": sent("AwsAccountId")}),
    "ec2:availabilityzone": _zone,
    "ec2:createaction": _create_action,
    "ec2:encrypted": sent("Encrypted"),
    "ec2:instancetype": sent("InstanceType"),
    "ec2:internetgatewayid": _identifier("internet-gateway"),
    "ec2:metadatahttpendpoint": sent("MetadataOptions.HttpEndpoint"),
    "ec2:metadatahttptokens": sent("MetadataOptions.HttpTokens"),
    "ec2:networkaclid": _identifier("network-acl"),
    "ec2:networkinterfaceid": _identifier("network-interface"),
    "ec2:permission": sent("Permission"),
    "ec2:region": lambda ask: (ask.call.region,),
    "ec2:routetableid": _identifier("route-table"),
    "ec2:securitygroupid": _identifier("security-group"),
    "ec2:subnet": _subnet,
    "ec2:subnetid": _identifier("subnet"),
    "ec2:volumeid": _identifier("volume"),
    "ec2:vpc": _vpc,
    "ec2:vpceservicename": sent("ServiceName"),
    "ec2:vpcid": _identifier("vpc"),
    "ec2:vpcpeeringconnectionid": _identifier("vpc-peering-connection"),
}
FAMILIES: Mapping[str, Family] = {_ATTRIBUTE: _attributes}
