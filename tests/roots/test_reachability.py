"""The reachability of a planned network finds each way out that somebody could write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.roots.plans import Resource, RootPlan
from tests.roots.reachability import Flow, flows, ways_out

_RULE = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}
_OWN = {"security_group_id": "sg-own"}


def plan(*resources: tuple[str, str, dict[str, Any]], **references: dict[str, str]) -> RootPlan:
    """A plan of resources (type, name, values) with the references of their attributes."""
    return RootPlan(
        {
            f"{kind}.{name}": Resource(f"{kind}.{name}", kind, values, {})
            for kind, name, values in resources
        },
        {
            "resources": [
                {
                    "address": f"{kind}.{name}",
                    "expressions": {
                        attribute: {"references": [f"{target}.id", target]}
                        for attribute, target in references.get(name, {}).items()
                    },
                }
                for kind, name, _ in resources
            ]
        },
    )


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_internet_gateway", {}),
        ("aws_egress_only_internet_gateway", {}),
        ("aws_nat_gateway", {}),
        ("aws_eip", {}),
        ("aws_route", {}),
        ("aws_vpc_peering_connection", {}),
        ("aws_ec2_transit_gateway_vpc_attachment", {}),
        ("aws_vpn_gateway", {}),
        ("aws_route_table", {"route": [{"gateway_id": "igw-1"}]}),
        ("aws_route_table", {}),
        ("aws_subnet", {"map_public_ip_on_launch": True}),
        ("aws_subnet", {"map_public_ip_on_launch": False, "ipv6_cidr_block": "2001:db8::/64"}),
        ("aws_security_group", {"egress": [{"cidr_blocks": ["0.0.0.0/0"]}]}),
        ("aws_security_group_rule", {}),
        (
            "aws_vpc_endpoint",
            {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.eu-west-1.dynamodb"},
        ),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "GatewayLoadBalancer", "service_name": "x"}),
    ],
)
def test_a_way_out_is_found(kind: str, values: dict[str, Any]) -> None:
    assert ways_out(plan((kind, "this", values)))


def test_a_closed_network_has_no_way_out() -> None:
    s3 = {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.eu-west-1.s3"}
    assert not ways_out(
        plan(
            ("aws_vpc", "this", {}),
            ("aws_route_table", "private", {"route": []}),
            ("aws_subnet", "private", {"map_public_ip_on_launch": False}),
            ("aws_default_security_group", "this", {"egress": [], "ingress": []}),
            ("aws_vpc_endpoint", "s3", s3),
        )
    )


def test_a_flow_needs_both_ends() -> None:
    empty: dict[str, Any] = {}
    groups = (("aws_security_group", "a", empty), ("aws_security_group", "b", empty))
    sends = ("aws_vpc_security_group_egress_rule", "out", _RULE)
    hears = ("aws_vpc_security_group_ingress_rule", "in", _RULE)
    references = {
        "out": {
            "security_group_id": "aws_security_group.a",
            "referenced_security_group_id": "aws_security_group.b",
        },
        "in": {
            "security_group_id": "aws_security_group.b",
            "referenced_security_group_id": "aws_security_group.a",
        },
    }

    assert flows(plan(*groups, sends, hears, **references)) == {
        Flow("aws_security_group.a", "aws_security_group.b", "tcp 443")
    }
    assert not flows(plan(*groups, sends, **references))
    assert not flows(plan(*groups, hears, **references))


@pytest.mark.parametrize("way", ["egress", "ingress"])
def test_an_address_needs_one_end_only(way: str) -> None:
    kind = f"aws_vpc_security_group_{way}_rule"
    found = flows(plan((kind, "this", {**_RULE, **_OWN, "cidr_ipv4": "0.0.0.0/0"})))

    assert [{flow.source, flow.target} for flow in found] == [{"sg-own", "0.0.0.0/0"}]


def test_a_rule_whose_other_end_is_not_known_is_not_overlooked() -> None:
    kind = "aws_vpc_security_group_egress_rule"

    assert flows(plan((kind, "this", {**_RULE, **_OWN}))) == {Flow("sg-own", "unknown", "tcp 443")}
