"""Tags of networks and of what answers names in them."""

from __future__ import annotations

from collections.abc import Mapping

from moto.ec2.models import ec2_backends
from moto.route53resolver.models import route53resolver_backends

from twin.authorization.keys.live_state import held, shelf
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
    tags = shelf(ec2_backends, place.account, place.region, "tags")
    return mapped(tags[place.name]) if place.name in tags else None


def _resolver(place: Place) -> Tags | None:
    noun = _RESOLVER.get(place.kind)
    if noun is not None:
        tags = record(place, f"route53resolver/{noun}", place.name, "Tags")
        if tags is not None:
            return tags
    return tagged(held(route53resolver_backends, place.account, place.region), place.arn)


HOLDERS: Mapping[str, Holder] = {"ec2": _ec2, "route53resolver": _resolver}
