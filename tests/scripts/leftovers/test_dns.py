"""Lists and groups of the resolver's firewall are found by name and tags, links by their ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scripts.leftovers.accounts import tags
from tests.scripts.leftovers.listed import Listed, found_in

_NAMED = [
    (
        "aws_route53_resolver_firewall_domain_list",
        "list_firewall_domain_lists",
        "FirewallDomainLists",
    ),
    (
        "aws_route53_resolver_firewall_rule_group",
        "list_firewall_rule_groups",
        "FirewallRuleGroups",
    ),
    (
        "aws_route53_resolver_query_log_config",
        "list_resolver_query_log_configs",
        "ResolverQueryLogConfigs",
    ),
]


def _tags_of(ours: str) -> Any:
    def answer(ResourceArn: str) -> dict[str, Any]:
        return {"Tags": tags() if ResourceArn == ours else []}

    return answer


@pytest.mark.parametrize(("kind", "operation", "member"), _NAMED)
def test_what_has_a_name_is_found_by_it_and_our_tags(
    kind: str, operation: str, member: str
) -> None:
    listed = [
        {"Id": "theirs", "Arn": "arn:theirs", "Name": "dns"},
        {"Id": "ours", "Arn": "arn:ours", "Name": "dns"},
    ]
    resolver = Listed(
        **{operation: {member: listed}, "list_tags_for_resource": _tags_of("arn:ours")}
    )
    assert found_in(resolver, kind, name="dns") == "ours"
    assert found_in(resolver, kind, name="other") is None


def test_a_rule_is_found_by_its_group_and_its_list() -> None:
    resolver = Listed(
        list_firewall_rules={
            "FirewallRules": [{"FirewallRuleGroupId": "g", "FirewallDomainListId": "l"}]
        }
    )
    kind = "aws_route53_resolver_firewall_rule"
    ends = {"firewall_rule_group_id": "g", "firewall_domain_list_id": "l"}
    assert found_in(resolver, kind, **ends) == "g:l"
    assert found_in(resolver, kind, **ends | {"firewall_domain_list_id": "other"}) is None
    assert found_in(resolver, kind, firewall_rule_group_id="g") is None


def test_a_groups_association_is_found_by_network_group_and_tags() -> None:
    found = {"Id": "a", "Arn": "arn:a", "Name": "dns", "VpcId": "v", "FirewallRuleGroupId": "g"}
    resolver = Listed(
        list_firewall_rule_group_associations={"FirewallRuleGroupAssociations": [found]},
        list_tags_for_resource=_tags_of("arn:a"),
    )
    kind = "aws_route53_resolver_firewall_rule_group_association"
    ends = {"name": "dns", "vpc_id": "v", "firewall_rule_group_id": "g"}
    assert found_in(resolver, kind, **ends) == "a"
    assert found_in(resolver, kind, **ends | {"vpc_id": "other"}) is None


def test_what_links_a_query_log_to_a_network_is_found_by_both() -> None:
    found = {"Id": "a", "ResolverQueryLogConfigId": "c", "ResourceId": "v"}
    resolver = Listed(
        list_resolver_query_log_config_associations={"ResolverQueryLogConfigAssociations": [found]}
    )
    kind = "aws_route53_resolver_query_log_config_association"
    ends = {"resolver_query_log_config_id": "c", "resource_id": "v"}
    assert found_in(resolver, kind, **ends) == "a"
    assert found_in(resolver, kind, **ends | {"resource_id": "other"}) is None
