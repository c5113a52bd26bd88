"""Each way out of a network is found, and what is not known is not taken for closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.invariants.network import CLAIMS, judge_networks
from policies.model import AclRuleFacts, NetworkFacts, RouteFacts, RouteTableFacts, RuleFacts
from policies.verdict import Verdict
from tests.policies.invariants.guarded import guarded
from tests.policies.invariants.networks import AT, BROKEN, NETWORK, networks, violation
from tests.policies.invariants.record import recorded

CONTROLS = {f"network:{name}": ("NET-01",) for name in CLAIMS}
OPEN_RULE = RuleFacts("ends", True, "tcp", 443, 443, "0.0.0.0/0", AT)
WAY = RouteFacts("0.0.0.0/0", "aws_internet_gateway.this", AT)


def _verdicts(network: NetworkFacts) -> dict[str, Verdict]:
    judged = judge_networks(networks(network), CONTROLS)
    return {each.verifier: each.verdict for each in judged}


def test_a_network_of_endpoints_only_keeps_every_claim() -> None:
    assert _verdicts(NETWORK) == dict.fromkeys(CONTROLS, Verdict.PROVED)


@pytest.mark.parametrize(
    ("name", "way"), [(name, way) for name, ways in BROKEN.items() for way in ways]
)
def test_a_claim_is_broken_as_recorded(name: str, way: str) -> None:
    assert violation(name, way)
    assert way in recorded()[f"network:{name}"], "record anew what breaks it"


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
