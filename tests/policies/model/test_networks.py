"""A network is what its rules, routes and endpoints say; what is not known could be anything."""

from __future__ import annotations

from typing import Any

import pytest

from policies.model import NetworkFacts
from tests.policies.model.planned import model_of, resource

_VPC = {"vpc_id": ["aws_vpc.it.id"]}
_GROUP = resource("aws_security_group.it", {"name": "it"}, _VPC)
_OTHER = resource("aws_security_group.other", {"name": "other"}, _VPC)


def _network(*resources: dict[str, Any]) -> NetworkFacts:
    vpc = resource("aws_vpc.it", {"cidr_block": "10.0.0.0/16"})
    (found,) = model_of(vpc, *resources).networks
    return found


def _peers(network: NetworkFacts, group: str = "aws_security_group.it") -> set[tuple[bool, str]]:
    (found,) = (each for each in network.groups if each.address == group)
    return {(rule.outward, rule.peer) for rule in found.rules}


def test_rules_of_every_kind_are_their_groups() -> None:
    own = {"security_group_id": ["aws_security_group.it.id"]}
    network = _network(
        _GROUP,
        _OTHER,
        resource("aws_vpc_security_group_egress_rule.a", {"cidr_ipv4": "0.0.0.0/0"}, own),
        resource(
            "aws_vpc_security_group_ingress_rule.b",
            {},
            own | {"referenced_security_group_id": ["aws_security_group.other.id"]},
        ),
        resource(
            "aws_security_group_rule.c", {"type": "ingress", "cidr_blocks": ["10.9.0.0/16"]}, own
        ),
    )
    assert _peers(network) == {
        (True, "0.0.0.0/0"),
        (False, "aws_security_group.other"),
        (False, "10.9.0.0/16"),
    }
    assert _peers(network, "aws_security_group.other") == set()


def test_inline_rules_and_rules_to_itself_are_read() -> None:
    inline = resource(
        "aws_security_group.it",
        {"egress": [{"cidr_blocks": ["0.0.0.0/0"], "self": True, "from_port": 0, "to_port": 0}]},
        _VPC,
    )
    assert _peers(_network(inline)) == {(True, "0.0.0.0/0"), (True, "aws_security_group.it")}


def test_a_rule_whose_group_is_unknown_counts_for_every_group() -> None:
    stray = {"security_group_id": ["data.aws_security_group.x.id"]}
    rule = resource("aws_vpc_security_group_egress_rule.a", {"cidr_ipv4": "0.0.0.0/0"}, stray)
    network = _network(_GROUP, _OTHER, rule)
    for group in ("aws_security_group.it", "aws_security_group.other"):
        assert _peers(network, group) == {(True, "0.0.0.0/0")}


def test_a_rule_whose_peer_is_unknown_could_reach_anything() -> None:
    own = {"security_group_id": ["aws_security_group.it.id"]}
    rule = resource(
        "aws_vpc_security_group_egress_rule.a", {}, own | {"prefix_list_id": ["data.aws_x.y.id"]}
    )
    assert _peers(_network(_GROUP, rule)) == {(True, "?")}


def test_a_rule_whose_addresses_are_unknown_could_reach_anything_beside_what_is_known() -> None:
    own = {"security_group_id": ["aws_security_group.it.id"]}
    unknown = resource(
        "aws_vpc_security_group_egress_rule.a", {}, own | {"cidr_ipv4": ["var.cidr"]}
    )
    assert _peers(_network(_GROUP, unknown)) == {(True, "?")}
    partly = resource(
        "aws_security_group_rule.a", {"self": True}, own | {"cidr_blocks": ["var.cidrs"]}
    )
    assert (True, "?") in _peers(_network(_GROUP, partly))
    nobody = resource("aws_vpc_security_group_egress_rule.a", {}, own)
    assert _peers(_network(_GROUP, nobody)) == {(True, "?")}


def test_a_subnet_has_the_route_tables_that_are_associated_with_it() -> None:
    network = _network(
        resource("aws_subnet.it", {"cidr_block": "10.0.0.0/18"}, _VPC),
        resource("aws_route_table.it", {"route": []}, _VPC),
        resource(
            "aws_route_table_association.it",
            {},
            {"subnet_id": ["aws_subnet.it.id"], "route_table_id": ["aws_route_table.it.id"]},
        ),
    )
    assert network.subnets[0].route_tables == ("aws_route_table.it",)
    assert (network.route_tables[0].routes, network.route_tables[0].managed) == ((), True)


def test_routes_inside_and_beside_a_table_are_its_routes() -> None:
    table = {"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]}
    beside = resource(
        "aws_route.it",
        {"destination_cidr_block": "10.9.0.0/16"},
        {"route_table_id": ["aws_route_table.it.id"], "nat_gateway_id": ["aws_nat_gateway.it.id"]},
    )
    network = _network(
        resource("aws_route_table.it", table, _VPC), resource("aws_nat_gateway.it", {}), beside
    )
    found = {(each.destination, each.target) for each in network.route_tables[0].routes}
    assert found == {("0.0.0.0/0", "igw-1"), ("10.9.0.0/16", "aws_nat_gateway.it")}
    assert network.ways_out == ("aws_nat_gateway.it",)


def test_a_table_that_does_not_state_its_routes_is_not_managed() -> None:
    network = _network(resource("aws_route_table.it", {}, _VPC))
    assert not network.route_tables[0].managed


@pytest.mark.parametrize(
    "kind",
    [
        *("aws_internet_gateway", "aws_egress_only_internet_gateway", "aws_eip", "aws_instance"),
        *("aws_vpc_peering_connection", "aws_ec2_transit_gateway_vpc_attachment", "aws_lb"),
        *("aws_vpn_gateway", "aws_route53_resolver_endpoint", "aws_vpclattice_service_network"),
    ],
)
def test_what_leads_out_of_a_network_is_named(kind: str) -> None:
    assert _network(resource(f"{kind}.it", {})).ways_out == (f"{kind}.it",)


@pytest.mark.parametrize(
    ("service", "short"),
    [
        ("com.amazonaws.eu-west-1.s3", "s3"),
        ("com.amazonaws.eu-west-1.sagemaker.api", "sagemaker.api"),
        ("aws.sagemaker.eu-west-1.studio", "sagemaker.studio"),
        ("com.amazonaws.us-gov-west-1.kms", "kms"),
        ("cn.com.amazonaws.cn-north-1.sts", "sts"),
    ],
)
def test_an_endpoint_is_known_by_the_short_name_of_its_service(service: str, short: str) -> None:
    told = {"service_name": service, "vpc_endpoint_type": "Interface"}
    assert [e.service for e in _network(resource("aws_vpc_endpoint.it", told, _VPC)).endpoints] == [
        short
    ]


def test_an_acl_has_its_rules_by_number_and_its_subnets() -> None:
    rules = [
        {"rule_no": 200, "action": "deny", "protocol": "tcp", "cidr_block": "0.0.0.0/0"},
        {"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "10.0.0.0/16"},
    ]
    network = _network(
        resource("aws_subnet.it", {}, _VPC),
        resource(
            "aws_network_acl.it", {"egress": rules}, _VPC | {"subnet_ids": ["aws_subnet.it.id"]}
        ),
    )
    (acl,) = network.acls
    assert [(each.number, each.allows) for each in acl.rules] == [(100, True), (200, False)]
    assert acl.subnets == ("aws_subnet.it",)
    assert network.subnets[0].network_acls == ("aws_network_acl.it",)
