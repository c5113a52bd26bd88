"""What stands in a VPC now: subnets, route tables, endpoints and groups, as moto holds them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import Any

from moto.ec2.models import ec2_backends


@dataclass(frozen=True)
class Network:
    """A VPC: whose it is, where, and a way to what stands in it."""

    vpc_id: str
    account_id: str
    region: str
    backend: Any
    """moto's EC2 of the account and region."""

    @property
    def names_resolve(self) -> bool:
        """Tell whether private names of endpoints resolve in it.

        https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
        """
        vpc = self.backend.vpcs[self.vpc_id]
        return _yes(vpc.enable_dns_support) and _yes(vpc.enable_dns_hostnames)

    @property
    def range(self) -> IPv4Network:
        """Its first range of addresses."""
        return IPv4Network(self.backend.vpcs[self.vpc_id].cidr_block)

    def holds(self, subnet_id: str) -> bool:
        """Tell whether a subnet lies in the VPC."""
        found = subnet(self.backend, subnet_id)
        return found is not None and found.vpc_id == self.vpc_id

    def endpoints(self, name: str) -> list[Any]:
        """Return the available endpoints for an endpoint service."""
        return [
            endpoint
            for endpoint in list(self.backend.vpc_end_points.values())
            if endpoint.vpc_id == self.vpc_id
            and endpoint.service_name == name
            and endpoint.state == "available"
        ]

    def table_of(self, subnet_id: str) -> Any | None:
        """Return the route table of a subnet: its own, or the main one of the VPC."""
        main = None
        for table in list(self.backend.route_tables.values()):
            if table.vpc_id != self.vpc_id:
                continue
            if any(one.get("SubnetId") == subnet_id for one in table.associations):
                return table
            if table.main_association_id is not None:
                main = table
        return main

    def group(self, group_id: str) -> Any | None:
        """Return a security group of the VPC."""
        return self.backend.groups.get(self.vpc_id, {}).get(group_id)

    def groups_of(self, endpoint: Any) -> tuple[str, ...]:
        """Return the groups of an interface endpoint: the VPC's default one where none is told."""
        if endpoint.security_group_ids:
            return tuple(endpoint.security_group_ids)
        groups = self.backend.groups.get(self.vpc_id, {})
        return tuple(each.id for each in list(groups.values()) if each.name == "default")

    def ranges_of(self, subnet_ids: list[str] | tuple[str, ...]) -> tuple[IPv4Network, ...]:
        """Return the address ranges of subnets; what does not exist has none."""
        found = (subnet(self.backend, subnet_id) for subnet_id in subnet_ids)
        return tuple(IPv4Network(each.cidr_block) for each in found if each is not None)

    def entries(self, prefix_list_id: str) -> tuple[IPv4Network, ...]:
        """Return the IPv4 ranges of a prefix list."""
        held = self.backend.managed_prefix_lists.get(prefix_list_id)
        entries = held.entries.get(held.version) or [] if held is not None else []
        ranges = (ip_network(each["Cidr"]) for each in entries)
        return tuple(each for each in ranges if isinstance(each, IPv4Network))


def network(vpc_id: str) -> Network | None:
    """Return a VPC of any account and region, or None where it does not exist."""
    for account_id, regions in list(ec2_backends.items()):
        for region, backend in list(regions.items()):
            if vpc_id in backend.vpcs:
                return Network(vpc_id, account_id, region, backend)
    return None


def network_of_subnet(subnet_id: str) -> Network | None:
    """Return the VPC in which a subnet lies."""
    for account_id, regions in list(ec2_backends.items()):
        for region, backend in list(regions.items()):
            found = subnet(backend, subnet_id)
            if found is not None:
                return Network(found.vpc_id, account_id, region, backend)
    return None


def subnet(backend: Any, subnet_id: str) -> Any | None:
    """Return a subnet that a backend holds."""
    for zone in list(backend.subnets.values()):
        if subnet_id in zone:
            return zone[subnet_id]
    return None


def _yes(value: Any) -> bool:
    """Read an attribute that moto keeps as it was sent."""
    return str(value).lower() == "true"
