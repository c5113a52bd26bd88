"""What security groups let pass: HTTPS from one place in a VPC to another.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Any

from twin.network.landscape import Network

_HTTPS = 443
EVERYWHERE = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True)
class Side:
    """One side of a connection, as the rules of the other side may name it.

    ``group_ids`` None means that they are not known: whatever names a group then fits.
    """

    ranges: tuple[IPv4Network, ...] = ()
    group_ids: tuple[str, ...] | None = ()
    prefix_list_id: str | None = None


def lets_out(network: Network, group_ids: Iterable[str], other: Side) -> bool:
    """Tell whether any of the groups lets HTTPS out to the other side."""
    return _passes(network, group_ids, other, "egress_rules")


def lets_in(network: Network, group_ids: Iterable[str], other: Side) -> bool:
    """Tell whether any of the groups lets HTTPS in from the other side."""
    return _passes(network, group_ids, other, "ingress_rules")


def host(address: str) -> tuple[IPv4Network, ...]:
    """Return the range of one address."""
    return (IPv4Network(IPv4Address(address)),)


def _passes(network: Network, group_ids: Iterable[str], other: Side, rules: str) -> bool:
    found = (network.group(group_id) for group_id in group_ids)
    return any(
        _fits(network, rule, other)
        for group in found
        if group is not None
        for rule in list(getattr(group, rules))
    )


def _fits(network: Network, rule: Any, other: Side) -> bool:
    if rule.ip_protocol not in ("-1", "tcp"):
        return False
    if rule.ip_protocol == "tcp" and not rule.from_port <= _HTTPS <= rule.to_port:
        return False
    named = _named(rule.source_group)
    if named is not None:
        return other.group_ids is None or named in other.group_ids
    if rule.prefix_list_id is not None:
        if rule.prefix_list_id == other.prefix_list_id:
            return True
        return _covers(network.entries(rule.prefix_list_id), other.ranges)
    told = (rule.ip_range or {}).get("CidrIp")
    return told is not None and _covers((ip_network(told, strict=False),), other.ranges)


def _named(source: Mapping[str, str] | None) -> str | None:
    return (source or {}).get("GroupId")


def _covers(ranges: Iterable[Any], wanted: tuple[IPv4Network, ...]) -> bool:
    """Tell whether every address that is wanted lies in one of the ranges."""
    known = [each for each in ranges if isinstance(each, IPv4Network)]
    return bool(wanted) and all(any(w.subnet_of(k) for k in known) for w in wanted)
