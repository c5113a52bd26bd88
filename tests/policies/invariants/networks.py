"""Networks from which nothing leads out, and for each claim on them some that break it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policies.invariants.network import judge_networks
from policies.model import (
    AclRuleFacts,
    EndpointFacts,
    Model,
    NetworkAclFacts,
    NetworkFacts,
    PlannedResource,
    RouteFacts,
    RouteTableFacts,
    RuleFacts,
    SecurityGroupFacts,
    Studio,
    SubnetFacts,
)
from policies.verdict import Source, Verdict
from tests.policies.invariants.guarded import guarded

AT = Source("staging", "here")
_GATEWAY = EndpointFacts(
    "gateway", "staging", "eu-west-1", "s3", "Gateway", "v", None, False, (), ("table",), (), AT
)
_INTERFACE = EndpointFacts(
    "interface", "staging", "eu-west-1", "kms", "Interface", "v", None, True, (), (), ("ends",), AT
)
_SUBNET = SubnetFacts("subnet", "10.17.0.0/20", "a", False, ("table",), ("acl",), AT)
_OTHER_SUBNET = replace(_SUBNET, address="other", cidr="10.17.16.0/20", zone="b")
_OUT = RuleFacts("workload", True, "tcp", 443, 443, "ends", AT)
_IN = RuleFacts("ends", False, "tcp", 443, 443, "workload", AT)
_TABLE = RouteTableFacts("table", (RouteFacts("pl-s3", "gateway", AT),), True, AT)
_HTTPS = AclRuleFacts(1, True, True, "6", "0.0.0.0/0", 443, 443)
NETWORK = NetworkFacts(
    "staging",
    "aws_vpc.this",
    ("10.17.0.0/16",),
    (_SUBNET, _OTHER_SUBNET),
    (_TABLE,),
    (
        SecurityGroupFacts("workload", "w", False, (_OUT,), AT),
        SecurityGroupFacts("ends", "e", False, (_IN,), AT),
    ),
    (NetworkAclFacts("acl", False, (_HTTPS,), ("subnet", "other"), AT),),
    (_GATEWAY, _INTERFACE),
    (),
    AT,
)
_AWAY = RouteFacts("0.0.0.0/0", "aws_internet_gateway.this", AT)
_LED_OUT = replace(NETWORK, route_tables=(replace(_TABLE, routes=(_AWAY,)),))
_DOMAIN = PlannedResource(
    "data-science",
    "aws_sagemaker_domain.this",
    "aws_sagemaker_domain",
    "data-science",
    {},
    {},
    AT,
    {
        "default_user_settings.0.security_groups": ("workload",),
        "subnet_ids": ("subnet", "other"),
    },
)


def networks(staging: NetworkFacts = NETWORK, data_science: NetworkFacts = NETWORK) -> Model:
    """Return a model of three networks, of two accounts as given, and of Studio in one of them."""
    return replace(
        guarded(),
        networks=(
            replace(data_science, account="data-science", cidrs=("10.16.0.0/16",)),
            replace(NETWORK, account="production", cidrs=("10.18.0.0/16",)),
            staging,
        ),
        resources=(_DOMAIN,),
        studios=(Studio(_DOMAIN.address, "data-science", {}, (), AT),),
    )


def sent_to(peer: str) -> NetworkFacts:
    """Return the network with a group that sends somewhere else."""
    group = replace(NETWORK.groups[0], rules=(replace(_OUT, peer=peer),))
    return replace(NETWORK, groups=(group, NETWORK.groups[1]))


def let_in_from(peer: str) -> NetworkFacts:
    """Return the network with endpoints that somebody else reaches."""
    group = replace(NETWORK.groups[1], rules=(replace(_IN, peer=peer),))
    return replace(NETWORK, groups=(NETWORK.groups[0], group))


def _in(account: str, network: NetworkFacts) -> Mapping[str, NetworkFacts]:
    return {account: network}


_UNBOUND = replace(_TABLE, address="unbound", routes=())
BROKEN: Mapping[str, Mapping[str, Mapping[str, NetworkFacts]]] = {
    "accounts-apart": {
        "a group names addresses of another account": _in("staging", sent_to("10.16.0.0/20")),
    },
    "address-ranges-apart": {
        "two accounts have the same addresses": _in(
            "staging", replace(NETWORK, cidrs=("10.16.128.0/20",))
        ),
    },
    "endpoints-from-workloads-only": {
        "everybody reaches an endpoint": _in("staging", let_in_from("10.17.0.0/16")),
        "an endpoint does not answer under the name of its service": _in(
            "staging",
            replace(NETWORK, endpoints=(_GATEWAY, replace(_INTERFACE, private_dns=False))),
        ),
    },
    "gateway-bound-to-all-tables": {
        "a subnet has a table that the gateway is not bound to": _in(
            "staging",
            replace(
                NETWORK,
                route_tables=(_TABLE, _UNBOUND),
                subnets=(_SUBNET, replace(_OTHER_SUBNET, route_tables=("unbound",))),
            ),
        ),
        "there is no gateway": _in("staging", replace(NETWORK, endpoints=(_INTERFACE,))),
    },
    "no-path-out": {"a route leads to the internet": _in("staging", _LED_OUT)},
    "serving-has-no-way-out": {
        "a route leads to the internet": _in("staging", _LED_OUT),
        "a group sends to the internet": _in("staging", sent_to("0.0.0.0/0")),
    },
    "studio-reaches-endpoints-only": {
        "its group sends to the internet": _in("data_science", sent_to("0.0.0.0/0")),
    },
    "studio-subnets-private": {
        "both lie in one zone": _in(
            "data_science",
            replace(NETWORK, subnets=(_SUBNET, replace(_OTHER_SUBNET, zone=_SUBNET.zone))),
        ),
        "a route leads to the internet": _in("data_science", _LED_OUT),
    },
}


def violation(name: str, way: str) -> str:
    """Tell what one of these ways breaks; raises AssertionError where it breaks nothing."""
    verifier = f"network:{name}"
    (judged,) = judge_networks(networks(**BROKEN[name][way]), {verifier: ("NET-01",)})
    assert judged.verdict is Verdict.VIOLATED, judged
    found = next(each for each in judged.findings if each.verdict is Verdict.VIOLATED)
    return found.sentence
