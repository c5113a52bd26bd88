"""What can reach what in a planned network: ways out by route, and flows between groups.

A flow needs both ends: a rule by which the one group sends and one by which the other receives. A
gateway endpoint and an address have no group; to send is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.roots.plans import Resource, RootPlan

_EGRESS, _INGRESS = "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"
# Whatever connects a network with another, or gives something an address that others know.
_EXITS = re.compile(
    r"aws_(.*internet_gateway.*|nat_gateway.*|eip.*|.*vpc_peering.*|ec2_transit_gateway.*|vpn_.*"
    r"|customer_gateway|dx_.*|ec2_carrier_gateway|ec2_local_gateway.*|networkmanager_.*"
    r"|vpclattice_.*|vpc_endpoint_service.*|vpc_ipv6_.*|route|default_route_table"
    r"|route53_resolver_endpoint|route53_resolver_rule.*|instance|lb|alb|elb)$"
)
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, order=True)
class Flow:
    """Traffic that may go from a group to a group, an endpoint or an address."""

    source: str
    target: str
    traffic: str


def ways_out(plan: RootPlan) -> list[str]:
    """List what leads out of the network: gateways, routes, public subnets, inline rules."""
    found = [address for address, r in plan.resources.items() if _EXITS.match(r.type)]
    found += [r.address for r in plan.of_type("aws_security_group_rule")]
    found += [
        f"{table.address} has routes"
        for table in plan.of_type("aws_route_table")
        if table.values.get("route") != []
    ]
    found += [
        f"{group.address} has rules of its own"
        for group in plan.of_type("aws_security_group", "aws_default_security_group")
        if any(group.values.get(way) for way in ("egress", "ingress"))
    ]
    found += [
        f"{subnet.address} is public"
        for subnet in plan.of_type("aws_subnet", "aws_default_subnet")
        if subnet.values.get("map_public_ip_on_launch") is not False
        or subnet.values.get("ipv6_cidr_block")
    ]
    for endpoint in plan.of_type("aws_vpc_endpoint"):
        kind, name = endpoint.values["vpc_endpoint_type"], endpoint.values["service_name"]
        if kind != "Interface" and not (kind == "Gateway" and name.endswith(".s3")):
            found.append(f"{endpoint.address} is of kind {kind}")
    return sorted(found)


def flows(plan: RootPlan) -> set[Flow]:
    """Give all flows that the groups of a plan let pass."""
    sent = {flow for rule in plan.of_type(_EGRESS) for flow in _of_rule(plan, rule)}
    received = {
        Flow(flow.target, flow.source, flow.traffic)
        for rule in plan.of_type(_INGRESS)
        for flow in _of_rule(plan, rule)
    }
    groups = {_plain(group.address) for group in plan.of_type("aws_security_group")}
    outward = {flow for flow in sent if flow.target not in groups}
    inward = {flow for flow in received if flow.source not in groups}
    return (sent & received) | outward | inward


def _of_rule(plan: RootPlan, rule: Resource) -> Iterator[Flow]:
    """Give the flow from the rule's own group to what it names."""
    own = _referenced(plan, rule, "security_group_id")
    addresses = [rule.values.get("cidr_ipv4"), rule.values.get("cidr_ipv6")]
    others = {address for address in addresses if address}
    for attribute in ("referenced_security_group_id", "prefix_list_id"):
        others |= _referenced(plan, rule, attribute)
    for source in own or {"unknown"}:
        for target in others or {"unknown"}:
            yield Flow(source, target, _traffic(rule.values))


def _traffic(values: Mapping[str, Any]) -> str:
    first, last = values.get("from_port"), values.get("to_port")
    ports = "" if first is None else f" {first}" if first == last else f" {first}-{last}"
    return f"{values['ip_protocol']}{ports}"


def _referenced(plan: RootPlan, resource: Resource, attribute: str) -> set[str]:
    """Give the addresses to which an attribute refers, or the value that is known."""
    known = resource.values.get(attribute)
    if known:
        return {str(known)}
    *modules, kind, name = _plain(resource.address).split(".")
    module: Mapping[str, Any] = plan.configuration
    for call in modules[1::2]:
        module = module["module_calls"][call]["module"]
    (found,) = (r for r in module["resources"] if r["address"] == f"{kind}.{name}")
    references = found["expressions"].get(attribute, {}).get("references", [])
    inside = ".".join(modules)
    # Each reference stands there twice: with and without its last attribute.
    return {
        ".".join(filter(None, [inside, *reference.split(".")[:2]]))
        for reference in references
        if reference.startswith("aws_")
    }


def _plain(address: str) -> str:
    """Leave out the keys of for_each."""
    return _INDEX.sub("", address)
