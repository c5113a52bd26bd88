"""The DNS firewall and the query logs of Route 53 Resolver, through the stock SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import unique
from tests.twins import DATA_SCIENCE, RunningTwin


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as error:
        act()
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def network(running_twin: RunningTwin) -> Iterator[str]:
    ec2 = running_twin.client("ec2")
    vpc_id = str(ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"])
    yield vpc_id
    ec2.delete_vpc(VpcId=vpc_id)


@pytest.fixture
def resolver(running_twin: RunningTwin) -> Any:
    return running_twin.client("route53resolver")


def domain_list(resolver: Any, *domains: str) -> str:
    made = resolver.create_firewall_domain_list(
        CreatorRequestId=unique("list"),
        Name=unique("list"),
        Tags=[{"Key": "stage", "Value": "staging"}],
    )["FirewallDomainList"]
    resolver.update_firewall_domains(
        FirewallDomainListId=made["Id"], Operation="REPLACE", Domains=list(domains)
    )
    return str(made["Id"])


def rule_group(resolver: Any) -> str:
    made = resolver.create_firewall_rule_group(CreatorRequestId=unique("g"), Name=unique("g"))
    return str(made["FirewallRuleGroup"]["Id"])


def block_everything(
    resolver: Any, group: str, domains: str, priority: int = 900
) -> dict[str, Any]:
    rule: dict[str, Any] = resolver.create_firewall_rule(
        CreatorRequestId=unique("rule"),
        FirewallRuleGroupId=group,
        FirewallDomainListId=domains,
        Priority=priority,
        Action="BLOCK",
        BlockResponse="NXDOMAIN",
        Name=unique("rule"),
    )["FirewallRule"]
    return rule


def associate(resolver: Any, group: str, vpc_id: str, **more: Any) -> dict[str, Any]:
    wanted = {"CreatorRequestId": unique("a"), "Name": unique("a"), "Priority": 101, **more}
    made: dict[str, Any] = resolver.associate_firewall_rule_group(
        FirewallRuleGroupId=group, VpcId=vpc_id, **wanted
    )["FirewallRuleGroupAssociation"]
    return made


def test_domains_end_with_a_dot_as_aws_keeps_them(resolver: Any) -> None:
    held = domain_list(resolver, "Sts.Example.com", "*")

    domains = resolver.list_firewall_domains(FirewallDomainListId=held)["Domains"]
    described = resolver.get_firewall_domain_list(FirewallDomainListId=held)["FirewallDomainList"]

    assert domains == ["*.", "sts.example.com."]
    assert (described["Status"], described["DomainCount"]) == ("COMPLETE", 2)
    assert resolver.list_tags_for_resource(ResourceArn=described["Arn"])["Tags"] == [
        {"Key": "stage", "Value": "staging"}
    ]


def test_a_network_is_closed_and_opened_in_order(resolver: Any, network: str) -> None:
    group, domains = rule_group(resolver), domain_list(resolver, "*")
    rule = {"FirewallRuleGroupId": group, "FirewallDomainListId": domains}
    assert block_everything(resolver, group, domains)["FirewallDomainRedirectionAction"] == (
        "INSPECT_REDIRECTION_DOMAIN"
    )
    association = associate(resolver, group, network)

    assert association["Status"] == "COMPLETE"
    assert refused(lambda: resolver.delete_firewall_domain_list(FirewallDomainListId=domains)) == (
        "ConflictException"
    )
    assert refused(lambda: resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)) == (
        "ConflictException"
    )
    resolver.disassociate_firewall_rule_group(FirewallRuleGroupAssociationId=association["Id"])
    resolver.delete_firewall_rule(**rule)
    resolver.delete_firewall_rule_group(FirewallRuleGroupId=group)
    resolver.delete_firewall_domain_list(FirewallDomainListId=domains)
    assert refused(lambda: resolver.get_firewall_rule_group(FirewallRuleGroupId=group)) == (
        "ResourceNotFoundException"
    )


def test_rules_are_tried_in_the_order_of_their_priority(resolver: Any) -> None:
    group = rule_group(resolver)
    last, first = domain_list(resolver, "*"), domain_list(resolver, "a.example.com")
    block_everything(resolver, group, last, 900)
    block_everything(resolver, group, first, 100)

    rules = resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]

    assert [rule["FirewallDomainListId"] for rule in rules] == [first, last]
    third = domain_list(resolver, "b.example.com")
    assert refused(lambda: block_everything(resolver, group, third, 100)) == "ValidationException"


def test_an_association_needs_its_network_and_a_priority_of_its_own(
    resolver: Any, network: str
) -> None:
    group, other = rule_group(resolver), rule_group(resolver)

    assert refused(lambda: associate(resolver, group, "vpc-0123456789abcdef0")) == (
        "ResourceNotFoundException"
    )
    assert refused(lambda: associate(resolver, group, network, Priority=100)) == (
        "ValidationException"
    )
    held = associate(resolver, group, network, MutationProtection="ENABLED")
    assert refused(lambda: associate(resolver, other, network)) == "ValidationException"
    end = {"FirewallRuleGroupAssociationId": held["Id"]}
    assert refused(lambda: resolver.disassociate_firewall_rule_group(**end)) == "ConflictException"
    resolver.update_firewall_rule_group_association(**end, MutationProtection="DISABLED")
    resolver.disassociate_firewall_rule_group(**end)


def test_a_firewall_fails_closed_unless_told_otherwise(resolver: Any, network: str) -> None:
    first = resolver.get_firewall_config(ResourceId=network)["FirewallConfig"]
    resolver.update_firewall_config(ResourceId=network, FirewallFailOpen="ENABLED")
    listed = resolver.list_firewall_configs()["FirewallConfigs"]

    assert first["FirewallFailOpen"] == "DISABLED"
    assert [c["FirewallFailOpen"] for c in listed if c["Id"] == first["Id"]] == ["ENABLED"]


def test_a_query_log_lives_and_dies_with_its_association(
    running_twin: RunningTwin, resolver: Any, network: str
) -> None:
    name = f"/{unique('dns')}"
    wanted = {
        "Name": unique("dns"),
        "DestinationArn": f"arn:aws:logs:eu-west-1:{DATA_SCIENCE}:log-group:{name}",
        "CreatorRequestId": unique("dns"),
    }
    assert refused(lambda: resolver.create_resolver_query_log_config(**wanted)) == (
        "InvalidRequestException"
    )
    running_twin.client("logs").create_log_group(logGroupName=name)
    made = resolver.create_resolver_query_log_config(**wanted)["ResolverQueryLogConfig"]
    ends = {"ResolverQueryLogConfigId": made["Id"], "ResourceId": network}
    held = resolver.associate_resolver_query_log_config(**ends)

    association = held["ResolverQueryLogConfigAssociation"]
    assert association["Status"] == "ACTIVE"
    own = {"ResolverQueryLogConfigId": made["Id"]}
    assert refused(lambda: resolver.delete_resolver_query_log_config(**own)) == (
        "InvalidRequestException"
    )
    resolver.disassociate_resolver_query_log_config(**ends)
    resolver.delete_resolver_query_log_config(**own)
    assert refused(lambda: resolver.get_resolver_query_log_config(**own)) == (
        "ResourceNotFoundException"
    )
