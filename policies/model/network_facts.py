"""What the plans say about networks: by addresses, as identifiers are known to AWS only."""

from __future__ import annotations

from dataclasses import dataclass

from policies.iam import Policy
from policies.verdict import Source


@dataclass(frozen=True)
class RouteFacts:
    """A route: where to, by way of what; an address of the plan or an identifier."""

    destination: str
    target: str
    source: Source


@dataclass(frozen=True)
class SubnetFacts:
    """A subnet and the route table and network ACL that it has."""

    address: str
    cidr: str
    zone: str
    public_ip: bool | None
    route_tables: tuple[str, ...]
    network_acls: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class RouteTableFacts:
    """A route table; ``managed`` tells whether the plan states all of its routes."""

    address: str
    routes: tuple[RouteFacts, ...]
    managed: bool
    source: Source


@dataclass(frozen=True)
class RuleFacts:
    """A rule of security groups. ``peer`` is a CIDR, a group, a prefix list's endpoint or ``?``."""

    group: str
    outward: bool
    protocol: str
    first: int | None
    last: int | None
    peer: str
    source: Source


@dataclass(frozen=True)
class SecurityGroupFacts:
    """A security group and its rules."""

    address: str
    name: str
    is_default: bool
    rules: tuple[RuleFacts, ...]
    source: Source


@dataclass(frozen=True)
class AclRuleFacts:
    """A rule of a network ACL."""

    number: int
    outward: bool
    allows: bool
    protocol: str
    cidr: str
    first: int
    last: int


@dataclass(frozen=True)
class NetworkAclFacts:
    """A network ACL: its rules by number, and the subnets that it names."""

    address: str
    is_default: bool
    rules: tuple[AclRuleFacts, ...]
    subnets: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class EndpointFacts:
    """A VPC endpoint; ``service`` is short, such as ``s3`` or ``sagemaker.api``.

    ``policy`` is None where the endpoint has none, which AWS takes for one that allows everything.
    """

    address: str
    account: str
    region: str
    service: str
    kind: str
    vpc: str
    policy: Policy | None
    private_dns: bool
    subnets: tuple[str, ...]
    route_tables: tuple[str, ...]
    groups: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class NetworkFacts:
    """A VPC and all that decides which ways lead out of it.

    ``ways_out`` are resources that connect it with anything else: gateways, peerings, addresses.
    """

    account: str
    address: str
    cidrs: tuple[str, ...]
    subnets: tuple[SubnetFacts, ...]
    route_tables: tuple[RouteTableFacts, ...]
    groups: tuple[SecurityGroupFacts, ...]
    acls: tuple[NetworkAclFacts, ...]
    endpoints: tuple[EndpointFacts, ...]
    ways_out: tuple[str, ...]
    source: Source
