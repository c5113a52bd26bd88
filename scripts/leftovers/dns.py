"""The resolver's firewall and query log: names that need not be unique, and links between them.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scripts.inventory.scope import Clients, pages
from scripts.leftovers.finder import Finder, Values, agrees, bears, knows, planned_tags

_SERVICE = "route53resolver"


@dataclass(frozen=True)
class _Named:
    """A list of things that have a name and tags."""

    operation: str
    member: str
    told: Mapping[str, str]
    needs: tuple[str, ...] = ()

    def __call__(self, clients: Clients, values: Values) -> Iterator[str]:
        """Give what has the planned name and tags."""
        if not planned_tags(values) or not knows(values, *self.needs):
            return
        client = clients(_SERVICE)
        for page in pages(client, self.operation):
            for found in page[self.member]:
                if agrees(values, found, self.told) and _is_tagged(client, found["Arn"], values):
                    yield str(found["Id"])


def _rule(clients: Clients, values: Values) -> Iterator[str]:
    """Find the rule of a group for a list; there is one at most."""
    if not knows(values, "firewall_rule_group_id", "firewall_domain_list_id"):
        return
    group, wanted = values["firewall_rule_group_id"], values["firewall_domain_list_id"]
    for page in pages(clients(_SERVICE), "list_firewall_rules", FirewallRuleGroupId=group):
        for found in page["FirewallRules"]:
            if found.get("FirewallDomainListId") == wanted:
                yield f"{group}:{wanted}"


def _query_log_association(clients: Clients, values: Values) -> Iterator[str]:
    """Find what links a query log to a network; there is one at most."""
    if not knows(values, "resolver_query_log_config_id", "resource_id"):
        return
    told = {
        "resolver_query_log_config_id": "ResolverQueryLogConfigId",
        "resource_id": "ResourceId",
    }
    operation = "list_resolver_query_log_config_associations"
    for page in pages(clients(_SERVICE), operation):
        for found in page["ResolverQueryLogConfigAssociations"]:
            if agrees(values, found, told):
                yield str(found["Id"])


def _is_tagged(client: object, arn: str, values: Values) -> bool:
    tags = [
        tag
        for page in pages(client, "list_tags_for_resource", ResourceArn=arn)
        for tag in page["Tags"]
    ]
    return bears(tags, values)


FINDERS: Mapping[str, Finder] = {
    "aws_route53_resolver_firewall_domain_list": _Named(
        "list_firewall_domain_lists", "FirewallDomainLists", {"name": "Name"}
    ),
    "aws_route53_resolver_firewall_rule": _rule,
    "aws_route53_resolver_firewall_rule_group": _Named(
        "list_firewall_rule_groups", "FirewallRuleGroups", {"name": "Name"}
    ),
    "aws_route53_resolver_firewall_rule_group_association": _Named(
        "list_firewall_rule_group_associations",
        "FirewallRuleGroupAssociations",
        {"firewall_rule_group_id": "FirewallRuleGroupId", "name": "Name", "vpc_id": "VpcId"},
        needs=("firewall_rule_group_id", "vpc_id"),
    ),
    "aws_route53_resolver_query_log_config": _Named(
        "list_resolver_query_log_configs", "ResolverQueryLogConfigs", {"name": "Name"}
    ),
    "aws_route53_resolver_query_log_config_association": _query_log_association,
}
