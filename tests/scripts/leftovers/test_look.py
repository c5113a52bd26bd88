"""What a plan would make is asked for; every type of the roots is decided one way or another."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.errors import Finding
from scripts import adoption
from scripts.adoption import Place
from scripts.leftovers.look import FINDERS, left_behind
from tests.scripts.command_line import ROOT

_RESOURCE = re.compile(r'^resource "(aws_\w+)"', re.MULTILINE)

# What is set where it belongs, so that setting it again changes nothing.
_SET = {
    *("aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_cloudwatch_metric_alarm"),
    *("aws_cloudwatch_log_metric_filter", "aws_cloudwatch_log_resource_policy"),
    "aws_codeartifact_domain_permissions_policy",
    "aws_codeartifact_repository_permissions_policy",
    *("aws_config_configuration_recorder", "aws_config_configuration_recorder_status"),
    *("aws_config_delivery_channel", "aws_config_retention_configuration"),
    *("aws_default_network_acl", "aws_default_security_group"),
    *("aws_ebs_encryption_by_default", "aws_ebs_snapshot_block_public_access"),
    *("aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults"),
    *("aws_ec2_serial_console_access", "aws_vpc_block_public_access_options"),
    *("aws_ecr_lifecycle_policy", "aws_ecr_repository_policy"),
    "aws_ecr_registry_scanning_configuration",
    *("aws_guardduty_detector_feature", "aws_inspector2_enabler"),
    *("aws_iam_role_policy", "aws_iam_role_policy_attachment"),
    "aws_lambda_function_event_invoke_config",
    "aws_route53_resolver_firewall_config",
    *("aws_s3_account_public_access_block", "aws_s3_object"),
    "aws_sagemaker_model_package_group_policy",
    "aws_sagemaker_servicecatalog_portfolio_status",
    "aws_securityhub_standards_subscription",
    "aws_servicecatalog_principal_portfolio_association",
    "aws_servicecatalog_product_portfolio_association",
    *("aws_sns_topic_policy", "aws_sns_topic_subscription", "aws_ssm_service_setting"),
}
# A release is laid out by a promotion, which imports by name what it finds taken.
_OF_RELEASES = {"aws_sagemaker_model", "aws_sagemaker_endpoint"} | {
    "aws_sagemaker_endpoint_configuration"
}


def test_every_type_of_the_roots_is_found_named_or_only_set() -> None:
    used = {
        kind
        for folder in ("accounts", "modules", "terraform")
        for file in (ROOT / folder).rglob("*.tf")
        for kind in _RESOURCE.findall(file.read_text("utf-8"))
    }
    assert {"aws_vpc", "aws_s3_bucket"} <= used
    named = set(adoption._IDENTIFIERS)
    bucket_parts = {kind for kind in used if kind.startswith("aws_s3_bucket_")}
    assert used == used & (set(FINDERS) | named | _SET | _OF_RELEASES | bucket_parts)
    assert set(FINDERS) <= used
    assert used >= _SET
    assert not set(FINDERS) & named


def _plan(*changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource_changes": [
            {"address": f"it{number}", "type": "aws_vpc", "change": change}
            for number, change in enumerate(changes)
        ]
    }


def _place(*found: str) -> Place:
    return Place("222222222222", "eu-west-1", lambda _kind, _values: found)


@pytest.mark.parametrize(
    "change",
    [
        {"actions": ["no-op"]},
        {"actions": ["update"], "after": {}},
        {"actions": ["delete", "create"], "after": {}},
        {"actions": ["create"], "after": {}, "importing": {"id": "vpc-2"}},
    ],
)
def test_only_what_would_be_made_is_asked_for(change: dict[str, Any]) -> None:
    assert left_behind(_plan(change), _place("vpc-1")) == {}


def test_what_the_plan_imports_already_is_accounted_for() -> None:
    imported = {"actions": ["no-op"], "importing": {"id": "vpc-1"}}
    made = {"actions": ["create"], "after": {}}
    assert left_behind(_plan(imported, made), _place("vpc-1")) == {}
    assert left_behind(_plan(imported, made), _place("vpc-1", "vpc-2")) == {"it1": "vpc-2"}


def test_one_thing_that_two_addresses_may_mean_is_adopted_by_neither() -> None:
    made = {"actions": ["create"], "after": {}}
    with pytest.raises(Finding) as told:
        left_behind(_plan(made, made), _place("vpc-1"))
    assert told.value.address == "it0 and it1"
