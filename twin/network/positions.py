"""Positions of what AWS runs for its customers: inside their VPCs, or in networks of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from ipaddress import IPv4Network
from typing import Any

from twin.call import Position
from twin.network.landscape import network, network_of_subnet, subnet

# An address of AWS's own services, to everybody else a public one.
SERVICE_ADDRESS = "198.51.100.10"
# What AWS runs for a customer outside of the customer's VPCs:
# https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html
OUTSIDE = Position(address=SERVICE_ADDRESS)
# The first addresses of a subnet are AWS's:
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
_RESERVED = 4


class NoSuchPlace(Exception):
    """A VPC or subnet that something shall stand in does not exist; the text is AWS's."""


def of_service(name: str) -> Position:
    """Return the position of a service that acts from a network of AWS.

    ``name`` is its principal, such as ``codepipeline.amazonaws.com``.
    """
    return Position(address=SERVICE_ADDRESS, service=name)


def inside(subnet_ids: Iterable[str], security_group_ids: Iterable[str] = ()) -> Position:
    """Return the position of a network interface in one of some subnets; raises NoSuchPlace.

    It stands in the first one. What has the same subnets and groups has the same address.
    """
    subnets, groups = tuple(subnet_ids), tuple(security_group_ids)
    found = network_of_subnet(subnets[0]) if subnets else None
    missing = [each for each in subnets if found is None or not found.holds(each)]
    if found is None or missing:
        named = ", ".join(missing) or "(none)"
        raise NoSuchPlace(f"The subnet ID '{named}' does not exist")
    for group_id in groups:
        if found.group(group_id) is None:
            raise NoSuchPlace(
                f"The security group '{group_id}' does not exist in VPC '{found.vpc_id}'"
            )
    where = IPv4Network(subnet(found.backend, subnets[0]).cidr_block)  # type: ignore[union-attr]
    return Position(
        vpc_id=found.vpc_id,
        address=_address(where, ",".join((*subnets, *groups))),
        subnet_ids=subnets,
        security_group_ids=groups,
    )


def somewhere(vpc_id: str) -> Position:
    """Return a position in a VPC of which nothing else is known; raises NoSuchPlace."""
    found = network(vpc_id)
    if found is None:
        raise NoSuchPlace(f"The vpc ID '{vpc_id}' does not exist")
    return Position(vpc_id=vpc_id, address=_address(found.range, vpc_id))


def configured(config: Mapping[str, Any] | None, elsewhere: Position = OUTSIDE) -> Position:
    """Return the position that a ``VpcConfig`` of SageMaker, Lambda or CodeBuild gives.

    Without one it is ``elsewhere``. Raises NoSuchPlace.
    """
    given = {name.lower(): value for name, value in (config or {}).items()}
    subnets = given.get("subnets") or given.get("subnetids") or ()
    if not subnets:
        return elsewhere
    return inside(subnets, given.get("securitygroupids") or ())


def _address(where: IPv4Network, seed: str) -> str:
    """Return one of the addresses that can be had in a range, always the same for a seed."""
    free = max(where.num_addresses - _RESERVED - 1, 1)
    number = int.from_bytes(sha256(seed.encode()).digest()[:4]) % free
    return str(where.network_address + _RESERVED + number)
