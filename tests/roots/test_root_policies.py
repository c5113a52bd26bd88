"""Every policy of every root is known before it exists, and says no more than it must."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.roots.plans import RootPlan, as_list

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_LIMITS = {
    "aws_iam_role": 2048,
    "aws_iam_role_policy": 10240,
    "aws_kms_key": 32768,
    "aws_s3_bucket_policy": 20480,
    "aws_vpc_endpoint": 20480,
}
# Statements that must name every resource, because AWS lets their actions name none.
_UNSCOPED = {
    "CheckTemplates",
    "DenyNetworkToTheCode",  # denies
    "FindBranches",
    "FindEndpoints",
    "FindLogs",
    "FindPipelines",
    "FindProducts",
    "KeepOwnProducts",
    "ListEverything",
    "ListStudio",
    "SeeMetrics",
    "SeeNetwork",
    "SignInToImageRegistry",
    "SignInToPackages",
    "SignInToRegistry",
    "WriteEndpointMetrics",
    "WriteJobMetrics",
    "WriteMonitoringMetrics",
    "WriteTraces",
}
_KEY_USE = {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}


def test_every_policy_is_known_when_it_is_planned(plan: RootPlan) -> None:
    unknown = [found.address for found, document in plan.policies() if document is None]
    assert not unknown


def test_every_statement_has_a_sid(plan: RootPlan) -> None:
    assert not [address for address, statement in plan.statements() if not statement.get("Sid")]


def test_no_statement_allows_everybody(plan: RootPlan) -> None:
    wide = [
        address
        for address, statement in _allows(plan)
        if "*" in _principals(statement) and "aws_vpc_endpoint" not in address
    ]
    assert not wide
    assert not [address for address, statement in plan.statements() if "NotPrincipal" in statement]


def test_no_trusted_account_is_trusted_as_a_whole(plan: RootPlan) -> None:
    for address, statement in _allows(plan):
        if any(str(found).endswith(":root") for found in _principals(statement)):
            named = statement.get("Condition", {}).get("ArnEquals", {}).get("aws:PrincipalArn")
            assert named, address
            assert not [arn for arn in as_list(named) if "*" in arn], address


def test_no_policy_allows_all_actions_of_a_service(plan: RootPlan) -> None:
    wide = [
        address
        for address, statement in _allows(plan)
        if "aws_vpc_endpoint" not in address
        and ("NotAction" in statement or any("*" in act for act in as_list(statement["Action"])))
    ]
    assert not wide


def test_only_actions_without_resources_name_every_resource(plan: RootPlan) -> None:
    for resource, document in plan.policies():
        if resource.type != "aws_iam_role_policy" or document is None:
            continue
        for statement in document["Statement"]:
            if "*" in as_list(statement["Resource"]):
                assert statement["Sid"] in _UNSCOPED, f"{resource.address} {statement['Sid']}"


def test_no_policy_exceeds_the_size_that_aws_takes(plan: RootPlan) -> None:
    for resource, document in plan.policies():
        limit = _LIMITS.get(resource.type)
        if limit is not None:
            assert len(json.dumps(document, separators=(",", ":"))) <= limit, resource.address


def test_every_service_that_takes_a_role_does_so_for_this_account_only(plan: RootPlan) -> None:
    for resource, document in plan.policies():
        if resource.type != "aws_iam_role" or document is None:
            continue
        for statement in document["Statement"]:
            if "Service" in statement.get("Principal", {}):
                conditions = statement.get("Condition", {})
                assert "aws:SourceAccount" in conditions.get("StringEquals", {}), resource.address


def test_every_passed_role_is_one_role_for_one_service(plan: RootPlan) -> None:
    for address, statement in _allows(plan):
        if "iam:PassRole" in as_list(statement["Action"]):
            assert not [arn for arn in as_list(statement["Resource"]) if "*" in arn], address
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"], address


def test_no_role_uses_a_key_but_by_its_alias(plan: RootPlan) -> None:
    for resource, document in plan.policies():
        if resource.type != "aws_iam_role_policy" or document is None:
            continue
        for statement in document["Statement"]:
            if _KEY_USE & set(as_list(statement["Action"])):
                aliases = statement["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
                assert all(re.match(r"alias/gatehouse-", alias) for alias in as_list(aliases))


def test_only_the_promotion_role_enters_a_target(staging: RootPlan, production: RootPlan) -> None:
    for plan in (staging, production):
        trusted = {
            arn
            for resource, document in plan.policies()
            if resource.type == "aws_iam_role" and document is not None
            for statement in document["Statement"]
            if "111111111111" in json.dumps(statement.get("Principal", {}))
            for arn in as_list(statement["Condition"]["ArnEquals"]["aws:PrincipalArn"])
        }
        assert trusted == {"arn:aws:iam::111111111111:role/gatehouse-data-science-promotion"}


def test_only_the_promotion_role_leaves_data_science(data_science: RootPlan) -> None:
    leaving = {
        address.split()[0]
        for address, statement in _allows(data_science)
        if "sts:AssumeRole" in as_list(statement["Action"])
        and any(
            account in json.dumps(statement.get("Resource", ""))
            for account in ("222222222222", "333333333333")
        )
    }
    assert leaving == {"module.promotion_pipeline.aws_iam_role_policy.promotion"}


def _allows(plan: RootPlan) -> list[tuple[str, dict[str, Any]]]:
    return [(where, found) for where, found in plan.statements() if found["Effect"] == "Allow"]


def _principals(statement: dict[str, Any]) -> list[Any]:
    principal = statement.get("Principal", {})
    if not isinstance(principal, dict):
        return as_list(principal)
    return [found for value in principal.values() for found in as_list(value)]


def test_an_organisation_without_forecasts_has_nothing_of_them(data_science: RootPlan) -> None:
    assert not [address for address in data_science.resources if "forecast" in address]
    text = " ".join(json.dumps(one) for _, one in data_science.statements())
    assert "forecast" not in text
