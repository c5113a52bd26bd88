"""Networks: no way out, closed defaults, groups that name groups, and a record of all traffic."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import Claim, Doubt, Outcome, every, together, undecided, violated
from policies.checks.plan.companions import has_companion, made_from
from policies.checks.plan.reading import State, reading, readings
from policies.checks.plan.rules import at_least, is_absent, says, under_own_key
from policies.model import Model, PlannedResource

# Whatever connects a network with another, or gives something an address that others know.
_WAYS_OUT = re.compile(
    r"aws_(.*internet_gateway.*|nat_gateway.*|nat_instance|eip.*|.*vpc_peering.*"
    r"|ec2_transit_gateway.*|ec2_client_vpn_.*|vpn_.*|customer_gateway|dx_.*|ec2_carrier_gateway"
    r"|ec2_local_gateway.*|ec2_instance_connect_endpoint|networkmanager_.*|vpclattice_.*"
    r"|vpc_endpoint_service.*|vpc_ipv6_.*|route|route53_resolver_endpoint"
    r"|route53_resolver_rule.*|instance|spot_instance_request|lb|alb|elb|apprunner_.*"
    r"|lightsail_.*|globalaccelerator_.*|cloudfront_distribution)"
)
_HINT = "use modules/private-network and modules/network-perimeter, which have no way out"


def _nothing_leads_out(model: Model) -> Outcome:
    """Claim that no resource is a way out of a network."""
    must = "a network must have no way to the outside"
    found = [it for it in model.resources if _WAYS_OUT.fullmatch(it.type)]
    return Outcome((), tuple(violated(it, must, f"`{it.type}`", _HINT) for it in found))


no_ways_out: Claim = together(
    _nothing_leads_out,
    every("aws_route_table", "aws_default_route_table").must(is_absent("route", _HINT)),
)


def _year_under_own_key(model: Model, flow_log: PlannedResource) -> Iterator[Doubt]:
    must = "`log_destination` must be a log group of the same plan, encrypted and kept for a year"
    if reading(flow_log, "log_destination").state is State.ABSENT:
        yield violated(flow_log, must, "nothing", _HINT)
        return
    groups = _log_groups(model, flow_log, "log_destination")
    if not groups:
        yield undecided(flow_log, must, "a destination that this plan does not make", _HINT)
    for group in groups:
        yield from at_least("retention_in_days", 365, "keep it for a year")(model, group)
        yield from under_own_key("kms_key_id", "name the key for logs")(model, group)


def _log_groups(model: Model, it: PlannedResource, path: str) -> tuple[PlannedResource, ...]:
    found = reading(it, path)
    if found.state is State.KNOWN:
        return tuple(
            group
            for group in model.of_type("aws_cloudwatch_log_group")
            if group.root == it.root
            and f":log-group:{group.values.get('name')}" in f"{found.value}".removesuffix(":*")
        )
    return tuple(
        made for made in made_from(model, it, path) if made.type == "aws_cloudwatch_log_group"
    )


flow_logs_complete: Claim = every("aws_vpc").must(
    has_companion(
        "aws_flow_log",
        "vpc_id",
        says("traffic_type", "ALL", hint='set `traffic_type = "ALL"`'),
        says("log_destination_type", "cloud-watch-logs", hint=_HINT),
        _year_under_own_key,
        name="id",
        hint=_HINT,
    )
)

default_network_closed: Claim = together(
    every("aws_default_vpc", "aws_default_subnet").must_not_exist(
        "there must be no default network", "make a network of modules/private-network"
    ),
    every("aws_vpc").must(
        has_companion(
            "aws_default_security_group",
            "vpc_id",
            is_absent("ingress", "leave the default group without rules"),
            is_absent("egress", "leave the default group without rules"),
            name="id",
            hint=_HINT,
        )
    ),
    every("aws_subnet").must(
        says("map_public_ip_on_launch", False, hint="set `map_public_ip_on_launch = false`")
    ),
)

_PEERS = ("cidr_ipv4", "cidr_ipv6")


def _names_no_addresses(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether a rule names a group or a prefix list, never addresses."""
    outward = "egress" in it.type
    must = f"must {'let out to' if outward else 'admit'} a group or a prefix list"
    for peer in _PEERS:
        found = reading(it, peer)
        if found.state is State.KNOWN:
            yield violated(it, must, found.shown(), _HINT)
        elif found.state is State.UNKNOWN:
            yield undecided(it, must, found.shown(), _HINT)
    named = [reading(it, part) for part in ("referenced_security_group_id", "prefix_list_id")]
    if all(each.state is State.ABSENT for each in named) and all(
        reading(it, peer).state is State.ABSENT for peer in _PEERS
    ):
        yield violated(it, must, "nobody", _HINT)


def _names_protocol(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    for found in readings(it, "ip_protocol"):
        if found.state is State.UNKNOWN:
            yield undecided(it, "`ip_protocol` must be one protocol", found.shown(), _HINT)
        elif found.value in (None, "", "-1", "all", -1):
            yield violated(it, "`ip_protocol` must be one protocol", found.shown(), _HINT)


security_groups_explicit: Claim = together(
    every("aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule").must(
        _names_no_addresses, _names_protocol
    ),
    every("aws_security_group").must(
        is_absent("ingress", "write each rule as a resource of its own", provider_fills=True),
        is_absent("egress", "write each rule as a resource of its own", provider_fills=True),
    ),
    every("aws_security_group_rule").must_not_exist(
        "each rule must be one that names a group", "use aws_vpc_security_group_*_rule"
    ),
)


network_firewall_drops: Claim = together(
    every("aws_networkfirewall_firewall_policy").must(
        says(
            "firewall_policy.stateful_default_actions",
            ["aws:drop_strict"],
            ["aws:drop_strict", "aws:alert_strict"],
            ["aws:drop_established", "aws:alert_established"],
            hint="drop what no rule lets pass",
        ),
        says(
            "firewall_policy.stateless_default_actions",
            ["aws:forward_to_sfe"],
            ["aws:drop"],
            hint="hand everything to the rules that know connections",
        ),
    ),
    every("aws_networkfirewall_firewall").must(
        has_companion(
            "aws_networkfirewall_logging_configuration",
            "firewall_arn",
            name="arn",
            hint="log alerts and flows",
        )
    ),
    every("aws_networkfirewall_logging_configuration").must(
        lambda model, it: _logs_both(model, it)
    ),
)


def _logs_both(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    found = readings(it, "logging_configuration.log_destination_config.log_type")
    kinds = {each.value for each in found if each.state is State.KNOWN}
    for wanted in ("ALERT", "FLOW"):
        if wanted not in kinds:
            unknown = any(each.state is State.UNKNOWN for each in found)
            say = undecided if unknown else violated
            yield say(it, f"must log {wanted}", f"`{sorted(kinds)}`", "log alerts and flows")
