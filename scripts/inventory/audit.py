"""What records and judges, and what a network says of names: by name, or by the tags it carries."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.inventory.item import Item
from scripts.inventory.listing import Listing, ask_all
from scripts.inventory.scope import Clients, Scope, pages

_NAMED = (
    Listing("trail", "cloudtrail", "list_trails", "Trails", "Name", "TrailARN"),
    Listing(
        "configuration recorder",
        "config",
        "describe_configuration_recorders",
        "ConfigurationRecorders",
        "name",
    ),
    Listing(
        "delivery channel",
        "config",
        "describe_delivery_channels",
        "DeliveryChannels",
        "name",
    ),
    Listing(
        "configuration rule",
        "config",
        "describe_config_rules",
        "ConfigRules",
        "ConfigRuleName",
        "ConfigRuleArn",
    ),
    Listing("analyzer", "accessanalyzer", "list_analyzers", "analyzers", "name", "arn"),
    Listing("queue", "sqs", "list_queues", "QueueUrls"),
    Listing(
        "log resource policy",
        "logs",
        "describe_resource_policies",
        "resourcePolicies",
        "policyName",
    ),
    Listing(
        "query log configuration",
        "route53resolver",
        "list_resolver_query_log_configs",
        "ResolverQueryLogConfigs",
        "Name",
        "Arn",
    ),
    Listing(
        "firewall rule group",
        "route53resolver",
        "list_firewall_rule_groups",
        "FirewallRuleGroups",
        "Name",
        "Arn",
    ),
    Listing(
        "firewall domain list",
        "route53resolver",
        "list_firewall_domain_lists",
        "FirewallDomainLists",
        "Name",
        "Arn",
    ),
    Listing("package domain", "codeartifact", "list_domains", "domains", "name", "arn"),
    Listing(
        "package repository", "codeartifact", "list_repositories", "repositories", "name", "arn"
    ),
)


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List trails, recorders, rules, detectors, scans, analyzers, firewalls and package sources."""
    yield from ask_all(_NAMED, clients, scope)
    yield from _detectors(clients, scope)
    yield from _classification_jobs(clients, scope)


def _detectors(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List detectors by their tags: they have no name, and an organisation may have its own."""
    client = clients("guardduty")
    for page in pages(client, "list_detectors"):
        for identifier in page["DetectorIds"]:
            tags = client.get_detector(DetectorId=identifier).get("Tags") or {}
            if dict(scope.tags).items() <= tags.items():
                yield Item("threat detector", str(identifier))


def _classification_jobs(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List Macie's jobs by name; those that were cancelled cannot be deleted, and do nothing."""
    client = clients("macie2")
    try:
        found = [job for page in pages(client, "list_classification_jobs") for job in page["items"]]
    except client.exceptions.AccessDeniedException as error:
        # So Macie answers where nobody switched it on; otherwise a permission is missing.
        if "not enabled" not in str(error):
            raise
        return
    for job in found:
        if scope.owns(job["name"]) and job["jobStatus"] != "CANCELLED":
            yield Item("classification job", str(job["jobId"]))
