"""Each way out of a network is found, and what is not known is not taken for closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.invariants.network import judge_networks
from policies.model import (
    AclRuleFacts,
    EndpointFacts,
    Model,
    NetworkAclFacts,
    NetworkFacts,
    RouteFacts,
    RouteTableFacts,
    RuleFacts,
    SecurityGroupFacts,
    SubnetFacts,
)
from policies.verdict import Source, Verdict
from tests.policies.invariants.guarded import guarded

AT = Source("staging", "here")
CONTROLS = {f"network:{name}": ("NET-01",) for name in ("no-path-out", "address-ranges-apart")}
NETWORK = NetworkFacts(
    "staging",
    "aws_vpc.this",
    ("10.17.0.0/16",),
    (SubnetFacts("subnet", "10.17.0.0/20", "a", False, ("table",), ("acl",), AT),),
    (RouteTableFacts("table", (RouteFacts("pl-s3", "gateway", AT),), True, AT),),
    (
        SecurityGroupFacts(
            "workload", "w", False, (RuleFacts("workload", True, "tcp", 443, 443, "ends", AT),), AT
        ),
        SecurityGroupFacts("ends", "e", False, (), AT),
    ),
    (
        NetworkAclFacts(
            "acl",
            False,
            (AclRuleFacts(1, True, True, "6", "0.0.0.0/0", 443, 443),),
            ("subnet",),
            AT,
        ),
    ),
    (
        EndpointFacts(
            "gateway",
            "staging",
            "eu-west-1",
            "s3",
            "Gateway",
            "v",
            None,
            False,
            (),
            ("table",),
            (),
            AT,
        ),
    ),
    (),
    AT,
)
OPEN_RULE = RuleFacts("ends", True, "tcp", 443, 443, "0.0.0.0/0", AT)
WAY = RouteFacts("0.0.0.0/0", "aws_internet_gateway.this", AT)


def _model(network: NetworkFacts) -> Model:
    others = [
        replace(NETWORK, account=name, cidrs=(cidr,))
        for name, cidr in (("data-science", "10.16.0.0/16"), ("production", "10.18.0.0/16"))
    ]
    return replace(guarded(), networks=(network, *others))


def _verdicts(network: NetworkFacts) -> dict[str, Verdict]:
    judged = judge_networks(_model(network), CONTROLS)
    return {each.verifier: each.verdict for each in judged}


def test_a_network_of_endpoints_only_has_no_path_out() -> None:
    assert set(_verdicts(NETWORK).values()) == {Verdict.PROVED}


@pytest.mark.parametrize(
    ("network", "verdict"),
    [
        (replace(NETWORK, ways_out=("aws_nat_gateway.this",)), Verdict.VIOLATED),
        (
            replace(NETWORK, route_tables=(RouteTableFacts("table", (WAY,), True, AT),)),
            Verdict.VIOLATED,
        ),
        (
            replace(NETWORK, subnets=(replace(NETWORK.subnets[0], public_ip=True),)),
            Verdict.VIOLATED,
        ),
        (
            replace(
                NETWORK, groups=(replace(NETWORK.groups[1], rules=(OPEN_RULE,)), NETWORK.groups[0])
            ),
            Verdict.VIOLATED,
        ),
        (
            replace(
                NETWORK,
                acls=(
                    replace(
                        NETWORK.acls[0],
                        rules=(AclRuleFacts(1, True, True, "6", "0.0.0.0/0", 22, 22),),
                    ),
                ),
            ),
            Verdict.VIOLATED,
        ),
        (
            replace(NETWORK, route_tables=(replace(NETWORK.route_tables[0], managed=False),)),
            Verdict.NOT_DECIDED,
        ),
        (
            replace(NETWORK, subnets=(replace(NETWORK.subnets[0], route_tables=()),)),
            Verdict.NOT_DECIDED,
        ),
    ],
)
def test_a_way_out_is_found(network: NetworkFacts, verdict: Verdict) -> None:
    assert _verdicts(network)["network:no-path-out"] is verdict


def test_addresses_that_two_accounts_share_are_found() -> None:
    shared = replace(NETWORK, cidrs=("10.16.128.0/20",))
    assert _verdicts(shared)["network:address-ranges-apart"] is Verdict.VIOLATED


def test_without_any_network_nothing_is_decided() -> None:
    judged = judge_networks(replace(guarded(), networks=()), CONTROLS)
    assert {each.verdict for each in judged} == {Verdict.NOT_DECIDED}
