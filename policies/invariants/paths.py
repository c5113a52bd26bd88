"""What leads out of a planned network: by route, by group, by ACL, by address or by endpoint.

What is not known is not taken for closed: it is given as a way that nobody has decided.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from policies.model import (
    EndpointFacts,
    NetworkFacts,
    RouteTableFacts,
    RuleFacts,
    SecurityGroupFacts,
    SubnetFacts,
)
from policies.verdict import Source

_UNKNOWN, _LOCAL = "?", "local"
_HTTPS = 443
_TCP = ("6", "tcp")
_GATEWAYS = ("s3", "dynamodb")


@dataclass(frozen=True)
class Way:
    """One thing that must not be: where, what must hold, and what is there instead."""

    address: str
    must_hold: str
    got: str
    source: Source
    decided: bool = True


def ways_by_route(network: NetworkFacts) -> Iterator[Way]:
    """Give what leads out by routes: gateways, foreign targets, tables that nobody states."""
    for address in network.ways_out:
        yield Way(address, "must not be, for it leads out of the network", "it", network.source)
    for table in network.route_tables:
        yield from _of_table(table, {each.address for each in network.endpoints})
    tables = {table.address: table for table in network.route_tables}
    for subnet in network.subnets:
        yield from _of_subnet(subnet, tables)
    for endpoint in network.endpoints:
        yield from _of_endpoint(endpoint)


def _of_table(table: RouteTableFacts, endpoints: set[str]) -> Iterator[Way]:
    if not table.managed:
        got = "one whose routes the plan does not state"
        yield Way(table.address, "must state all of its routes", got, table.source, decided=False)
    for route in table.routes:
        if route.target == _LOCAL or route.target in endpoints:
            continue
        got = f"{route.destination} by way of {route.target}"
        decided = _UNKNOWN not in (route.destination, route.target)
        yield Way(table.address, "must lead to endpoints only", got, route.source, decided)


def _of_subnet(subnet: SubnetFacts, tables: dict[str, RouteTableFacts]) -> Iterator[Way]:
    if subnet.public_ip is not False:
        decided = subnet.public_ip is not None
        yield Way(
            subnet.address,
            "must give out no public addresses",
            "addresses that others know" if decided else "no word on it",
            subnet.source,
            decided,
        )
    if not subnet.route_tables or not set(subnet.route_tables) <= set(tables):
        got = ", ".join(subnet.route_tables) or "the main table of the network"
        yield Way(
            subnet.address, "must have a table of the plan", got, subnet.source, decided=False
        )


def _of_endpoint(endpoint: EndpointFacts) -> Iterator[Way]:
    gateway = endpoint.kind == "Gateway" and endpoint.service in _GATEWAYS
    if endpoint.kind != "Interface" and not gateway:
        must = "must be an interface to AWS, or the gateway to S3"
        yield Way(endpoint.address, must, endpoint.kind, endpoint.source)


def ways_by_group(network: NetworkFacts) -> Iterator[Way]:
    """Give what groups let pass to, or from, where nothing of the network is."""
    for group in network.groups:
        for rule in group.rules:
            peer = _peer(rule.peer, network)
            if group.is_default:
                yield Way(group.address, "must have no rule", _said(rule), rule.source)
            elif peer == _UNKNOWN:
                yield Way(group.address, _must(rule), _said(rule), rule.source, decided=False)
            elif not peer:
                yield Way(group.address, _must(rule), _said(rule), rule.source)


def ways_by_acl(network: NetworkFacts) -> Iterator[Way]:
    """Give what ACLs let pass beyond the network, other than HTTPS out and its answers in."""
    listed = {subnet: acl for acl in network.acls for subnet in acl.subnets}
    for subnet in network.subnets:
        if subnet.address not in listed and not subnet.network_acls:
            must = "must have an ACL of the plan"
            yield Way(subnet.address, must, "the default one", subnet.source, decided=False)
    for acl in network.acls:
        for rule in acl.rules:
            if not rule.allows or _inside(rule.cidr, network):
                continue
            https = rule.protocol in _TCP and rule.first == rule.last == _HTTPS
            answers = rule.protocol in _TCP and not rule.outward and rule.first >= 1024
            if acl.is_default or not ((rule.outward and https) or answers):
                way = "to" if rule.outward else "from"
                got = f"{rule.protocol} {rule.first}-{rule.last} {way} {rule.cidr}"
                must = "must pass HTTPS out and its answers in only"
                yield Way(acl.address, must, got, acl.source, rule.cidr != _UNKNOWN)


def inlets(network: NetworkFacts, group: SecurityGroupFacts) -> Iterator[Way]:
    """Give what reaches a group of endpoints other than HTTPS from groups of the network."""
    groups = {each.address for each in network.groups}
    for rule in group.rules:
        if rule.outward:
            continue
        https = rule.protocol in _TCP and rule.first == rule.last == _HTTPS
        if not https or rule.peer not in groups:
            must = "must let in HTTPS from groups of the network only"
            decided = rule.peer != _UNKNOWN
            yield Way(group.address, must, _said(rule), rule.source, decided)


def _peer(peer: str, network: NetworkFacts) -> str:
    """Tell what of the network a rule names; "" for what is outside, ? for what is not known."""
    if peer == _UNKNOWN:
        return _UNKNOWN
    known = {group.address for group in network.groups}
    known |= {endpoint.address for endpoint in network.endpoints}
    return peer if peer in known or _inside(peer, network) else ""


def _inside(cidr: str, network: NetworkFacts) -> bool:
    try:
        wanted = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return any(
        isinstance(wanted, type(own)) and wanted.subnet_of(own)  # type: ignore[arg-type]
        for own in map(ipaddress.ip_network, network.cidrs)
    )


def _must(rule: RuleFacts) -> str:
    way = "send to" if rule.outward else "receive from"
    return f"must {way} groups, endpoints and addresses of its own network only"


def _said(rule: RuleFacts) -> str:
    ports = "" if rule.first is None else f" {rule.first}-{rule.last}"
    return f"{rule.protocol}{ports} {'to' if rule.outward else 'from'} {rule.peer}"
