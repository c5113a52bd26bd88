"""Proves on the planned networks what no policy can: that no path leaves, and none leads across."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from policies.invariants.paths import Way, inlets, ways_by_acl, ways_by_group, ways_by_route
from policies.model import Model, NetworkFacts, PlannedResource
from policies.verdict import Finding, Judgement, Source, Verdict

_TARGETS = ("staging", "production")
_ASSUMPTIONS = (
    "a security group, a route table and an ACL do what AWS documents",
    "DNS and what a service of AWS does with what it was given are not seen",
)
Checked = tuple[tuple[str, ...], list[Way]]
"""What was looked at, and what must not be."""


def judge_networks(model: Model, controls: Mapping[str, Sequence[str]]) -> list[Judgement]:
    """Judge every claim on networks; ``controls`` names for each verifier the controls it is for.

    Networks that no plan makes are not decided: what was there before is not in a plan.
    """
    made: list[Judgement] = []
    for name, look in CLAIMS.items():
        verifier = f"network:{name}"
        judged, ways = look(model)
        findings = tuple(_finding(verifier, way) for way in sorted(set(ways), key=_order))
        if not judged:
            findings = (*findings, _nothing(verifier))
        verdict = Verdict.PROVED
        if findings:
            violated = any(each.verdict is Verdict.VIOLATED for each in findings)
            verdict = Verdict.VIOLATED if violated else Verdict.NOT_DECIDED
        for control in controls.get(verifier, ()):
            named = tuple(Finding(control, *_rest(each)) for each in findings)
            made.append(
                Judgement(
                    control, verifier, verdict, tuple(sorted(set(judged))), named, _ASSUMPTIONS
                )
            )
    return made


def _no_path_out(model: Model) -> Checked:
    judged, ways = _every(model, lambda n: [*ways_by_route(n), *ways_by_group(n), *ways_by_acl(n)])
    for account in model.accounts.values():
        if account.kind != "management" and account.key not in {n.account for n in model.networks}:
            source = Source(account.key, account.key)
            must, got = "must have a network that a plan lays out", "none"
            ways.append(Way(account.key, must, got, source, decided=False))
    return judged, ways


def _every(model: Model, look: Callable[[NetworkFacts], list[Way]]) -> Checked:
    judged = tuple(_name(network) for network in model.networks)
    return judged, [way for network in model.networks for way in look(network)]


def _endpoints_from_workloads(model: Model) -> Checked:
    return _every(model, lambda network: list(_of_endpoints(network)))


def _of_endpoints(network: NetworkFacts) -> Iterator[Way]:
    groups = {group.address: group for group in network.groups}
    for endpoint in network.endpoints:
        if endpoint.kind != "Interface":
            continue
        if not endpoint.private_dns:
            must = "must answer under the name of its service"
            yield Way(endpoint.address, must, "private DNS off", endpoint.source)
        if not endpoint.groups:
            must = "must have a group of its own"
            yield Way(endpoint.address, must, "the default one", endpoint.source)
        for name in endpoint.groups:
            if name in groups:
                yield from inlets(network, groups[name])
            else:
                must = "must have groups of the plan"
                yield Way(endpoint.address, must, name, endpoint.source, decided=False)


def _gateway_bound(model: Model) -> Checked:
    return _every(model, lambda network: list(_of_gateway(network)))


def _of_gateway(network: NetworkFacts) -> Iterator[Way]:
    gateways = [e for e in network.endpoints if e.kind == "Gateway" and e.service == "s3"]
    if not gateways:
        must = "must have a gateway endpoint for S3"
        yield Way(network.address, must, "none", network.source)
        return
    bound = {table for gateway in gateways for table in gateway.route_tables}
    for subnet in network.subnets:
        for table in set(subnet.route_tables) - bound:
            must = "must have a table that the gateway for S3 is bound to"
            yield Way(subnet.address, must, table, subnet.source, "?" not in bound)


def _ranges_apart(model: Model) -> Checked:
    ways = []
    for one, other in combinations(model.networks, 2):
        if one.account == other.account and one.address == other.address:
            continue
        ways += [
            Way(
                _name(one), "must share no address with another network", f"{a} and {b}", one.source
            )
            for a in one.cidrs
            for b in other.cidrs
            if ipaddress.ip_network(a).overlaps(ipaddress.ip_network(b))
        ]
        if not one.cidrs or not other.cidrs:
            bare = one if not one.cidrs else other
            must = "must tell its addresses"
            ways.append(Way(_name(bare), must, "none that is known", bare.source, decided=False))
    return tuple(_name(network) for network in model.networks), ways


def _accounts_apart(model: Model) -> Checked:
    """No route of a network leads to an address of another, and nothing connects two."""
    judged, ways = _every(model, lambda network: list(ways_by_route(network)))
    for network in model.networks:
        others = [n for n in model.networks if n.account != network.account]
        for group in network.groups:
            for rule in group.rules:
                if any(_overlaps(rule.peer, cidr) for n in others for cidr in n.cidrs):
                    must = "must not name addresses of another account"
                    ways.append(Way(group.address, must, rule.peer, rule.source))
    return judged, ways


def _studio_subnets(model: Model) -> Checked:
    judged, ways = [], []
    for studio in model.studios:
        domain = _planned(model, studio.account, studio.address)
        network = _network(model, studio.account)
        named = () if domain is None else domain.links.get("subnet_ids", ())
        judged.append(studio.address)
        known = {} if network is None else {each.address: each for each in network.subnets}
        found = [known[address] for address in named if address in known]
        if network is None or not found:
            must = "must lie in subnets that a plan lays out"
            ways.append(Way(studio.address, must, "others", studio.source, decided=False))
            continue
        if len({subnet.zone for subnet in found}) < 2:
            zones = ", ".join(sorted({subnet.zone for subnet in found}))
            ways.append(Way(studio.address, "must lie in two zones", zones, studio.source))
        ways += ways_by_route(network)
    return tuple(judged), ways


def _studio_groups(model: Model) -> Checked:
    judged, ways = [], []
    for studio in model.studios:
        domain, network = (
            _planned(model, studio.account, studio.address),
            _network(model, studio.account),
        )
        judged.append(studio.address)
        links = {} if domain is None else domain.links
        named = {a for path, to in links.items() if "security_group" in path for a in to}
        groups = [g for g in (network.groups if network else ()) if g.address in named]
        if network is None or not groups:
            must = "must have groups that a plan lays out"
            ways.append(Way(studio.address, must, "others", studio.source, decided=False))
            continue
        own = {group.address for group in groups}
        ways += [way for way in ways_by_group(network) if way.address in own]
    return tuple(judged), ways


def _serving(model: Model) -> Checked:
    judged, ways = [], []
    for network in model.networks:
        if model.account(network.account).kind in _TARGETS:
            judged.append(_name(network))
            ways += [*ways_by_route(network), *ways_by_group(network)]
    return tuple(judged), ways


CLAIMS: Mapping[str, Callable[[Model], Checked]] = {
    "accounts-apart": _accounts_apart,
    "address-ranges-apart": _ranges_apart,
    "endpoints-from-workloads-only": _endpoints_from_workloads,
    "gateway-bound-to-all-tables": _gateway_bound,
    "no-path-out": _no_path_out,
    "serving-has-no-way-out": _serving,
    "studio-reaches-endpoints-only": _studio_groups,
    "studio-subnets-private": _studio_subnets,
}


def _planned(model: Model, account: str, address: str) -> PlannedResource | None:
    found = (r for r in model.resources if r.account == account and r.address == address)
    return next(found, None)


def _network(model: Model, account: str) -> NetworkFacts | None:
    return next((n for n in model.networks if n.account == account), None)


def _name(network: NetworkFacts) -> str:
    return f"{network.account}: {network.address}"


def _overlaps(peer: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_network(peer, strict=False).overlaps(ipaddress.ip_network(cidr))
    except (TypeError, ValueError):
        return False


def _order(way: Way) -> tuple[str, str, str]:
    return way.address, way.must_hold, way.got


def _finding(verifier: str, way: Way) -> Finding:
    verdict = Verdict.VIOLATED if way.decided else Verdict.NOT_DECIDED
    sentence = f"{way.address}: {way.must_hold}, got {way.got}"
    hint = "" if way.decided else "state it in the plan, or look at the network itself"
    return Finding("", verifier, verdict, way.source, sentence, hint)


def _nothing(verifier: str) -> Finding:
    sentence = f"{verifier}: must look at a network, got none in these plans"
    return Finding("", verifier, Verdict.NOT_DECIDED, Source("", verifier), sentence)


def _rest(finding: Finding) -> tuple[str, Verdict, Source, str, str]:
    return (
        finding.verifier,
        finding.verdict,
        finding.source,
        finding.sentence,
        finding.hint,
    )
