"""Networks and what is in them: EC2 gives every identifier, and refuses no second one.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html and its like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scripts.inventory.scope import Clients, pages
from scripts.leftovers.finder import OURS, Finder, Values, agrees, bears, knows, planned_tags

_GOING = ("deleted", "deleting")


@dataclass(frozen=True)
class _Described:
    """A list of EC2: its operation and members, and what must be known before it is asked."""

    operation: str
    member: str
    identifier: str
    told: Mapping[str, str]
    needs: tuple[str, ...] = ()
    fixed: Mapping[str, object] = field(default_factory=dict)

    def __call__(self, clients: Clients, values: Values) -> Iterator[str]:
        """Give what bears the planned tags and is as planned."""
        tags = planned_tags(values)
        if not tags or not knows(values, *self.needs):
            return
        wanted = [{"Name": f"tag:{name}", "Values": [tags[name]]} for name in OURS]
        for page in pages(clients("ec2"), self.operation, Filters=wanted):
            for found in page[self.member]:
                if (
                    bears(found.get("Tags", []), values)
                    and agrees(values, found, self.told)
                    and self.fixed.items() <= found.items()
                    and str(found.get("State", "")).lower() not in _GOING
                ):
                    yield str(found[self.identifier])


def _rule(*, egress: bool) -> _Described:
    told = {
        "cidr_ipv4": "CidrIpv4",
        "description": "Description",
        "from_port": "FromPort",
        "ip_protocol": "IpProtocol",
        "prefix_list_id": "PrefixListId",
        "referenced_security_group_id": "ReferencedGroupInfo.GroupId",
        "security_group_id": "GroupId",
        "to_port": "ToPort",
    }
    return _Described(
        "describe_security_group_rules",
        "SecurityGroupRules",
        "SecurityGroupRuleId",
        told,
        needs=("security_group_id",),
        fixed={"IsEgress": egress},
    )


FINDERS: Mapping[str, Finder] = {
    "aws_flow_log": _Described(
        "describe_flow_logs",
        "FlowLogs",
        "FlowLogId",
        {"traffic_type": "TrafficType", "vpc_id": "ResourceId"},
        needs=("vpc_id",),
    ),
    "aws_network_acl": _Described(
        "describe_network_acls",
        "NetworkAcls",
        "NetworkAclId",
        {"vpc_id": "VpcId"},
        # The one that a network comes with is taken over by another type, without being made.
        fixed={"IsDefault": False},
    ),
    "aws_route_table": _Described(
        "describe_route_tables", "RouteTables", "RouteTableId", {"vpc_id": "VpcId"}
    ),
    "aws_security_group": _Described(
        "describe_security_groups",
        "SecurityGroups",
        "GroupId",
        {"description": "Description", "name": "GroupName", "vpc_id": "VpcId"},
    ),
    "aws_subnet": _Described(
        "describe_subnets",
        "Subnets",
        "SubnetId",
        {"cidr_block": "CidrBlock", "vpc_id": "VpcId"},
    ),
    "aws_vpc": _Described("describe_vpcs", "Vpcs", "VpcId", {"cidr_block": "CidrBlock"}),
    "aws_vpc_endpoint": _Described(
        "describe_vpc_endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        {"service_name": "ServiceName", "vpc_id": "VpcId"},
    ),
    "aws_vpc_security_group_egress_rule": _rule(egress=True),
    "aws_vpc_security_group_ingress_rule": _rule(egress=False),
}
