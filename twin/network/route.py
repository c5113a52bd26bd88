"""The way of one request from where it was sent to the service that it addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.call import INTERNET, Call, Position
from twin.network.groups import EVERYWHERE, Side, host, lets_in, lets_out
from twin.network.landscape import Network, network
from twin.network.positions import SERVICE_ADDRESS
from twin.network.services import endpoint_name

if TYPE_CHECKING:
    from twin.twin import Twin


@dataclass(frozen=True)
class Route:
    """How a request reached its service.

    ``endpoint_id`` names the VPC endpoint that it passed, of the account ``endpoint_owner`` and
    with the policy ``endpoint_policy`` (JSON). Without one it came over public addresses, from
    ``address`` as the service sees it, and says nothing of a VPC.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """

    vpc_id: str | None = None
    endpoint_id: str | None = None
    endpoint_owner: str | None = None
    endpoint_policy: str | None = None
    address: str = INTERNET.address


class Unreachable(Exception):
    """No way leads from where a request was sent to its service; the text says why."""


def route(_twin: Twin, call: Call) -> Route:
    """Return the way of a request; raises Unreachable where its VPC has none.

    What a service asks by itself, or forwards for a caller, comes from a network of AWS whoever
    asked first: it passes no endpoint of a customer.
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html
    """
    if call.caller.is_service or call.caller.called_via:
        return Route(address=SERVICE_ADDRESS)
    return way(call.position, call.service, call.region)


def way_to_layers(position: Position) -> Route:
    """Return the way from a position to the layers of images, which ECR keeps in S3.

    Raises Unreachable.
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    found = network(position.vpc_id) if position.vpc_id is not None else None
    return way(position, "s3", found.region if found is not None else "")


def way(position: Position, service: str, region: str) -> Route:
    """Return the way from a position to a service (botocore's name) in a region.

    From inside a VPC that is, in this order, a gateway endpoint in the route table of the subnet,
    an interface endpoint whose private names resolve, or a NAT gateway. Raises Unreachable where
    there is none of these, or where a security group lets nothing pass.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    if position.vpc_id is None:
        return Route(address=position.address)
    found = network(position.vpc_id)
    if found is None:
        raise Unreachable(f"{position.vpc_id} does not exist")
    name = endpoint_name(service, region)
    endpoint = _gateway(found, position, name) or _interface(found, position, name)
    if endpoint is None:
        return _over_the_internet(found, position, name)
    return Route(
        vpc_id=found.vpc_id,
        endpoint_id=str(endpoint.id),
        endpoint_owner=found.account_id,
        endpoint_policy=str(endpoint.policy_document),
        address=position.address,
    )


def _gateway(found: Network, position: Position, name: str) -> Any | None:
    for endpoint in found.endpoints(name):
        if _kind(endpoint) != "gateway" or not _leads_to(found, position, endpoint):
            continue
        service = Side((EVERYWHERE,), (), endpoint.destination_prefix_list_id)
        _require_out(found, position, service, endpoint.id)
        return endpoint
    return None


def _leads_to(found: Network, position: Position, endpoint: Any) -> bool:
    """Tell whether the subnet's route table has the endpoint; from an unknown subnet, any."""
    if not position.subnet_ids:
        return bool(endpoint.route_table_ids)
    table = found.table_of(position.subnet_ids[0])
    return table is not None and table.id in endpoint.route_table_ids


def _interface(found: Network, position: Position, name: str) -> Any | None:
    if not found.names_resolve:
        return None
    for endpoint in found.endpoints(name):
        if _kind(endpoint) != "interface" or str(endpoint.private_dns_enabled).lower() != "true":
            continue
        groups = found.groups_of(endpoint)
        ranges = found.ranges_of(endpoint.subnet_ids or [])
        _require_out(found, position, Side(ranges, groups), endpoint.id)
        caller = Side(host(position.address), position.security_group_ids or None)
        if not lets_in(found, groups, caller):
            raise Unreachable(
                f"the security groups of {endpoint.id} ({name}) let no HTTPS in from "
                f"{_said(position)}"
            )
        return endpoint
    return None


def _over_the_internet(found: Network, position: Position, name: str) -> Route:
    """Return the way through a NAT gateway: what services put into a VPC has no public address.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """
    for gateway in _nat_gateways(found, position):
        _require_out(found, position, Side((EVERYWHERE,)), gateway.id)
        told = gateway.address_set[0] if gateway.address_set else {}
        return Route(address=str(told.get("publicIp") or INTERNET.address))
    raise Unreachable(
        f"{found.vpc_id} has no endpoint for {name} that {_said(position)} reaches, and no way to "
        "the internet"
    )


def _nat_gateways(found: Network, position: Position) -> Iterator[Any]:
    table = found.table_of(position.subnet_ids[0]) if position.subnet_ids else None
    for entry in table.routes if table is not None else ():
        gateway = entry.nat_gateway
        if gateway is None or entry.destination_cidr_block != str(EVERYWHERE):
            continue
        if gateway.state == "available" and gateway.connectivity_type != "private":
            yield gateway


def _require_out(found: Network, position: Position, other: Side, target: str) -> None:
    groups = position.security_group_ids
    if groups and not lets_out(found, groups, other):
        raise Unreachable(f"the security groups {', '.join(groups)} let no HTTPS out to {target}")


def _kind(endpoint: Any) -> str:
    return str(endpoint.vpc_endpoint_type or "Gateway").lower()


def _said(position: Position) -> str:
    groups = ", ".join(position.security_group_ids)
    return f"{position.address} in {groups}" if groups else position.address
