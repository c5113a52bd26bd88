"""No root has a path to the internet, and what it has instead is closed on every side."""

from __future__ import annotations

import fnmatch
import ipaddress
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.roots.plans import CHECKOUT, RootPlan, as_list, plan_root
from tests.roots.reachability import Flow, flows, ways_out

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_EDGE = "module.network_perimeter"
_WORKLOAD, _ENDPOINT = (
    f"{_EDGE}.aws_security_group.workload",
    f"{_EDGE}.aws_security_group.endpoint",
)
_FLOWS = {
    Flow(_WORKLOAD, _ENDPOINT, "tcp 443"),
    Flow(_WORKLOAD, f"{_EDGE}.aws_vpc_endpoint.s3", "tcp 443"),
    # IPsec between the instances of a job.
    Flow(_WORKLOAD, _WORKLOAD, "udp 500"),
    Flow(_WORKLOAD, _WORKLOAD, "50"),
}
# Services of which every account has an endpoint, and those that people in Studio need besides.
_EVERYWHERE = {
    *("ecr.api", "ecr.dkr", "events", "kms", "logs", "monitoring", "sagemaker.api"),
    *("sagemaker.runtime", "secretsmanager", "sns", "ssm", "sts"),
}
_DATA_SCIENCE = _EVERYWHERE | {
    *("codeartifact.api", "codeartifact.repositories", "codepipeline"),
    *("sagemaker.featurestore-runtime", "studio"),
}
# Services that act in the network with a role of ours, and what of such a role's permissions
# never passes an endpoint: to hand over a role is no request of its own, and the service itself
# puts its network interfaces there, takes the traces of a function and keeps what failed.
_ACT_INSIDE = {"codebuild.amazonaws.com", "lambda.amazonaws.com", "sagemaker.amazonaws.com"}
_NO_REQUEST = ("iam:PassRole", "ec2:*", "sqs:SendMessage", "xray:*")
# SageMaker itself carries out what this one's pipelines ask for; nothing of it runs inside.
_ORCHESTRATES = "-data-science-trial"
_LAYERS = "AllowImageLayers"


def test_nothing_leads_out_of_a_network(plan: RootPlan) -> None:
    assert not ways_out(plan)


def test_workloads_reach_endpoints_s3_and_sealed_traffic_only(plan: RootPlan) -> None:
    assert flows(plan) == _FLOWS


def test_no_rule_names_an_address(plan: RootPlan) -> None:
    rules = plan.of_type(
        "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"
    )
    assert rules
    named = [r.address for r in rules if r.values.get("cidr_ipv4") or r.values.get("cidr_ipv6")]
    assert not named


def test_beyond_the_network_only_https_leaves(plan: RootPlan) -> None:
    (own,) = plan.of_type("aws_vpc")
    (acl,) = plan.of_type("aws_network_acl")
    (default,) = plan.of_type("aws_default_network_acl")
    leaving = {
        (rule["protocol"], rule["from_port"], rule["to_port"])
        for rule in acl.values["egress"]
        if rule["cidr_block"] != own.values["cidr_block"]
    }
    assert leaving == {("tcp", 443, 443)}
    assert (default.values["egress"], default.values["ingress"]) == ([], [])


def test_the_default_group_is_empty(plan: RootPlan) -> None:
    (group,) = plan.of_type("aws_default_security_group")
    assert (group.values["egress"], group.values["ingress"]) == ([], [])


def test_every_zone_has_a_subnet_inside_the_network(plan: RootPlan) -> None:
    (own,) = plan.of_type("aws_vpc")
    block = ipaddress.IPv4Network(own.values["cidr_block"])
    subnets = plan.of_type("aws_subnet")
    assert 2 <= len({subnet.values["availability_zone"] for subnet in subnets}) <= 3
    cidrs = [ipaddress.IPv4Network(subnet.values["cidr_block"]) for subnet in subnets]
    assert all(cidr.subnet_of(block) for cidr in cidrs)
    assert not _overlapping(cidrs)
    associated = plan.of_type("aws_route_table_association")
    assert len(associated) == len(subnets)


def test_the_networks_of_accounts_are_disjoint(
    data_science: RootPlan, staging: RootPlan, production: RootPlan
) -> None:
    cidrs = [
        ipaddress.IPv4Network(vpc.values["cidr_block"])
        for plan in (data_science, staging, production)
        for vpc in plan.of_type("aws_vpc")
    ]
    assert len(cidrs) == 3
    assert not _overlapping(cidrs)


def test_every_account_has_the_endpoints_of_its_kind(
    data_science: RootPlan, staging: RootPlan, production: RootPlan
) -> None:
    assert _services(data_science) == _DATA_SCIENCE
    assert _services(staging) == _services(production) == _EVERYWHERE


def test_every_endpoint_answers_to_the_services_own_name(plan: RootPlan) -> None:
    for endpoint in plan.of_type("aws_vpc_endpoint"):
        if endpoint.values["vpc_endpoint_type"] == "Interface":
            assert endpoint.values["private_dns_enabled"] is True, endpoint.address


def test_every_endpoint_passes_the_organisation_only(plan: RootPlan) -> None:
    checked = 0
    for address, statement in plan.statements():
        if ".aws_vpc_endpoint." not in address or statement["Sid"] == _LAYERS:
            continue
        checked += 1
        equal = statement["Condition"]["StringEquals"]
        assert equal["aws:ResourceOrgID"] == "o-a1b2c3d4e5", address
        assert {"aws:PrincipalOrgID", "aws:SourceOrgID"} & set(equal), address
        # A missing key must never open anything.
        assert set(statement["Condition"]) <= {"Bool", "StringEquals"}, address
        assert not [action for action in as_list(statement["Action"]) if "*" in action], address
    assert checked == 2 * len(plan.of_type("aws_vpc_endpoint"))


def test_beyond_the_organisation_only_image_layers_are_read(plan: RootPlan) -> None:
    (layers,) = (s for _, s in plan.statements() if s["Sid"] == _LAYERS)
    assert (layers["Action"], layers["Resource"]) == (
        "s3:GetObject",
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
    )


def test_no_role_that_acts_inside_is_stopped_by_an_endpoint(plan: RootPlan) -> None:
    """A role may need what no endpoint passes: then a line is missing in network-perimeter."""
    passed = {
        action.lower()
        for endpoint in plan.of_type("aws_vpc_endpoint")
        for statement in json.loads(endpoint.values["policy"])["Statement"]
        for action in as_list(statement["Action"])
    }
    stopped = {
        f"{role}: {action}"
        for role, action in _permissions_inside(plan)
        if action.lower() not in passed
        and not any(fnmatch.fnmatch(action, pattern) for pattern in _NO_REQUEST)
    }
    assert not sorted(stopped)


def test_names_are_blocked_unless_allowed_and_the_firewall_fails_closed(plan: RootPlan) -> None:
    lists = {
        r.address.split("[")[-1]: r.values["domains"]
        for r in plan.of_type("aws_route53_resolver_firewall_domain_list")
    }
    rules = sorted(
        (r.values for r in plan.of_type("aws_route53_resolver_firewall_rule")),
        key=lambda values: values["priority"],
    )
    assert [rule["action"] for rule in rules] == ["ALLOW", "BLOCK"]
    assert lists['"everything-else"]'] == ["*."]
    allowed = lists['"aws-services"]']
    assert all(name.endswith((".amazonaws.com.", ".sagemaker.aws.")) for name in allowed)
    # Each name is of this region: no other one, and none of the whole service, resolves.
    assert all(".eu-west-1." in name for name in allowed)
    (config,) = plan.of_type("aws_route53_resolver_firewall_config")
    assert config.values["firewall_fail_open"] == "DISABLED"
    assert len(plan.of_type("aws_route53_resolver_firewall_rule_group_association")) == 1


def test_traffic_and_questions_are_written_down_encrypted_for_a_year(plan: RootPlan) -> None:
    (flow_log,) = plan.of_type("aws_flow_log")
    assert flow_log.values["traffic_type"] == "ALL"
    assert len(plan.of_type("aws_route53_resolver_query_log_config_association")) == 1
    groups = {
        r.values["name"].rsplit("/", 1)[-1]: r
        for r in plan.of_type("aws_cloudwatch_log_group")
        if "/network/" in r.values["name"]
    }
    assert set(groups) == {"dns", "flow"}
    for group in groups.values():
        assert group.values["retention_in_days"] >= 365
        assert group.values.get("kms_key_id") or group.unknown["kms_key_id"]


def test_a_brought_network_is_closed_and_not_made(tmp_path: Path) -> None:
    path = CHECKOUT / "accounts" / "organization.yaml"
    organization = yaml.safe_load(path.read_text("utf-8"))
    brought = {
        "cidr": "10.17.0.0/16",
        "domains": ["*.git.example.com"],
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "route_table_ids": ["rtb-0123456789abcdef0"],
    }
    organization["accounts"]["staging"]["network"] = brought

    plan = plan_root(tmp_path / "root", "staging", "staging", yaml.safe_dump(organization))

    made = ("aws_vpc", "aws_subnet", "aws_route_table", "aws_network_acl", "aws_flow_log")
    assert not plan.of_type(*made)
    assert not ways_out(plan)
    assert flows(plan) == _FLOWS
    endpoints = {r.address.rsplit(".", 1)[-1]: r.values for r in plan.of_type("aws_vpc_endpoint")}
    assert {values["vpc_id"] for values in endpoints.values()} == {brought["vpc_id"]}
    assert endpoints["s3"]["route_table_ids"] == brought["route_table_ids"]
    (association,) = plan.of_type("aws_route53_resolver_firewall_rule_group_association")
    assert association.values["vpc_id"] == brought["vpc_id"]
    rules = plan.of_type("aws_route53_resolver_firewall_rule")
    by_priority = sorted(rules, key=lambda rule: int(rule.values["priority"]))
    assert [rule.values["action"] for rule in by_priority] == ["ALLOW", "ALLOW", "BLOCK"]
    (subnets,) = (
        r.values["value"]
        for r in plan.of_type("aws_ssm_parameter")
        if r.values["name"].endswith("/network/subnet-ids")
    )
    assert subnets == ",".join(brought["subnet_ids"])


def _services(plan: RootPlan) -> set[str]:
    names = {
        endpoint.values["service_name"]
        for endpoint in plan.of_type("aws_vpc_endpoint")
        if endpoint.values["vpc_endpoint_type"] == "Interface"
    }
    return {name.split("eu-west-1.", 1)[1] for name in names}


def _overlapping(cidrs: list[ipaddress.IPv4Network]) -> list[tuple[str, str]]:
    return [
        (str(one), str(other))
        for index, one in enumerate(cidrs)
        for other in cidrs[index + 1 :]
        if one.overlaps(other)
    ]


def _permissions_inside(plan: RootPlan) -> list[tuple[str, str]]:
    """Give role and action of everything that roles may do which act in the network."""
    inside = {
        role.values["name"]
        for role in plan.of_type("aws_iam_role")
        for statement in json.loads(role.values["assume_role_policy"])["Statement"]
        if _ACT_INSIDE & {*as_list(_services_of(statement))}
        and not role.values["name"].endswith(_ORCHESTRATES)
    }
    assert inside
    return [
        (role, action)
        for policy in plan.of_type("aws_iam_role_policy")
        if (role := policy.values["role"]) in inside
        for statement in json.loads(policy.values["policy"])["Statement"]
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    ]


def _services_of(statement: dict[str, Any]) -> Any:
    principal = statement.get("Principal", {})
    return principal.get("Service", []) if isinstance(principal, dict) else []
