"""A VPC without internet, laid out call by call: subnets, route tables, groups and endpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from twin.call import Position
from twin.network import inside

REGION = "eu-west-1"
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@dataclass
class Ground:
    """A VPC with two subnets, a group for workloads and one for endpoints."""

    ec2: Any
    region: str = REGION
    vpc: str = ""
    table: str = ""
    subnets: list[str] = field(default_factory=list)
    workload: str = ""
    endpoint: str = ""

    def lay_out(self) -> Ground:
        """Make everything but endpoints and rules."""
        self.vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.table = self.route_table()
        for number in (0, 1):
            self.subnets.append(self.subnet(f"10.1.{number}.0/24", self.table))
        self.workload, self.endpoint = self.group("workload"), self.group("endpoint")
        return self

    @property
    def position(self) -> Position:
        """Where a workload stands."""
        return inside(self.subnets, [self.workload])

    def route_table(self) -> str:
        """Make a route table."""
        return str(self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"])

    def subnet(self, cidr: str, table: str) -> str:
        """Make a subnet with a route table."""
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr)["Subnet"]["SubnetId"]
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=made)
        return str(made)

    def group(self, name: str) -> str:
        """Make a group that lets nothing in or out."""
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)[
            "GroupId"
        ]
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        self.ec2.revoke_security_group_egress(GroupId=made, IpPermissions=everything)
        return str(made)

    def let_out(self, **target: Any) -> None:
        """Let HTTPS of workloads out to somewhere."""
        self.ec2.authorize_security_group_egress(
            GroupId=self.workload, IpPermissions=[{**_HTTPS, **target}]
        )

    def let_in(self, **source: Any) -> None:
        """Let HTTPS in to endpoints from somewhere."""
        self.ec2.authorize_security_group_ingress(
            GroupId=self.endpoint, IpPermissions=[{**_HTTPS, **source}]
        )

    def open_groups(self) -> None:
        """Let workloads talk to endpoints, and nothing else."""
        self.let_out(UserIdGroupPairs=[{"GroupId": self.endpoint}])
        self.let_in(UserIdGroupPairs=[{"GroupId": self.workload}])

    def interface(self, service: str, **changes: Any) -> dict[str, Any]:
        """Make an interface endpoint."""
        given = {
            "VpcEndpointType": "Interface",
            "ServiceName": f"com.amazonaws.{self.region}.{service}",
            "VpcId": self.vpc,
            "SubnetIds": self.subnets,
            "SecurityGroupIds": [self.endpoint],
            "PrivateDnsEnabled": True,
            "PolicyDocument": json.dumps(policy(service)),
        }
        return dict(self.ec2.create_vpc_endpoint(**{**given, **changes})["VpcEndpoint"])

    def gateway(self, *tables: str) -> dict[str, Any]:
        """Make a gateway endpoint for S3 in some route tables."""
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{self.region}.s3",
            VpcId=self.vpc,
            RouteTableIds=list(tables),
        )["VpcEndpoint"]
        return dict(made)

    def prefix_list(self) -> str:
        """Return the prefix list of S3 in the region."""
        named = [{"Name": "prefix-list-name", "Values": [f"com.amazonaws.{self.region}.s3"]}]
        found = self.ec2.describe_managed_prefix_lists(Filters=named)["PrefixLists"]
        return str(found[0]["PrefixListId"])

    def nat(self, table: str) -> str:
        """Lead a route table to a NAT gateway and return its public address."""
        address = self.ec2.allocate_address(Domain="vpc")
        made = self.ec2.create_nat_gateway(
            SubnetId=self.subnets[0], AllocationId=address["AllocationId"]
        )["NatGateway"]["NatGatewayId"]
        self.ec2.create_route(
            RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=made
        )
        return str(address["PublicIp"])


def policy(name: str) -> dict[str, Any]:
    """Return an endpoint policy that can be told from others."""
    statement = {"Sid": name, "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
