"""Tags of networks and of what answers names in them."""

from __future__ import annotations

from collections.abc import Mapping

from moto.ec2.models import ec2_backends
from moto.route53resolver.models import route53resolver_backends

from twin.authorization.keys.tags.place import (
    Holder,
    Place,
    Tags,
    mapped,
    record,
    tagged,
)

_RESOLVER = {
    "firewall-domain-list": "FirewallDomainList",
    "firewall-rule-group": "FirewallRuleGroup",
    "firewall-rule-group-association": "FirewallRuleGroupAssociation",
    "resolver-query-log-config": "ResolverQueryLogConfig",
}


def _ec2(place: Place) -> Tags | None:
    # One table holds the tags of everything, by identifier.
    held = ec2_backends[place.account][place.region].tags
    return mapped(held[place.name]) if place.name in held else None


def _resolver(place: Place) -> Tags | None:
    noun = _RESOLVER.get(place.kind)
    if noun is not None:
        held = record(place, f"route53resolver/{noun}", place.name, "Tags")
        if held is not None:
            return held
    return tagged(route53resolver_backends[place.account][place.region].tagger, place.arn)


HOLDERS: Mapping[str, Holder] = {"ec2": _ec2, "route53resolver": _resolver}
