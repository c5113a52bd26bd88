"""Route 53 Resolver, where each kind of resource has a parameter of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# The kinds of the resolver, each named by a parameter of its own.
_RESOLVER = {
    "firewall-config": ("ResourceId",),
    "firewall-domain-list": ("FirewallDomainListId",),
    "firewall-rule-group": ("FirewallRuleGroupId", "Arn"),
    "firewall-rule-group-association": ("FirewallRuleGroupAssociationId",),
    "resolver-config": ("ResourceId",),
    "resolver-dnssec-config": ("ResourceId",),
    "resolver-endpoint": ("ResolverEndpointId",),
    "resolver-query-log-config": ("ResolverQueryLogConfigId", "Arn"),
    "resolver-rule": ("ResolverRuleId", "Arn"),
    "outpost-resolver": ("Id",),
}


def resolver() -> Service:
    """Return the table of Route 53 Resolver."""
    return Service(
        "route53resolver",
        places={f"{kind}/ResourceId": members for kind, members in _RESOLVER.items()},
        about={"GetResolverRule": ("resolver-rule",)},
        entries={"AssociateFirewallRuleGroup": _associate_firewall},
        new=frozenset({"ResourceId"}),
    )


def _resolver(call: Call, kind: str, name: object) -> str:
    place = f"{template.partition_of(call.region)}:route53resolver:{call.region}:{call.account_id}"
    return f"arn:{place}:{kind}/{name}"


def _associate_firewall(_twin: Twin, call: Call) -> list[Pair]:
    arn = _resolver(call, "firewall-rule-group-association", template.ANY)
    return [("route53resolver:AssociateFirewallRuleGroup", arn)]
