"""Every account records what happens, judges it, tells people, and stops what slipped past."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.roots.plans import CHECKOUT, RootPlan

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_ADDRESSES = {"omar@example.com", "petra@example.com"}
_DATA_BUCKETS = {
    "data-science": ("artifacts", "catalog", "data", "decisions", "models", "source"),
    # Of data, which a target has where code is promoted, from the day on which it has them.
    "production": ("capture", "data", "evidence", "models", "releases"),
    "staging": ("capture", "data", "evidence", "models", "releases"),
}


def test_the_trail_records_every_region_and_cannot_be_rewritten(plan: RootPlan) -> None:
    trail = _one(plan, "aws_cloudtrail")

    assert trail["is_multi_region_trail"] is True
    assert trail["enable_log_file_validation"] is True
    assert trail["enable_logging"] is True
    assert "trail" in trail["s3_bucket_name"]
    locked = [
        found
        for found in plan.of_type("aws_s3_bucket_object_lock_configuration")
        if '"trail"' in found.address
    ]
    assert len(locked) == 1


def test_the_trail_records_each_access_to_data(plan: RootPlan) -> None:
    trail = _one(plan, "aws_cloudtrail")
    account = trail["name"].removeprefix("gatehouse-")
    patterns = {
        pattern
        for selector in trail["advanced_event_selector"]
        for field in selector["field_selector"]
        if field["field"] == "resources.ARN"
        for pattern in field["starts_with"]
    }

    assert len(patterns) == len(_DATA_BUCKETS[account])
    for purpose in _DATA_BUCKETS[account]:
        assert any(f"gatehouse-{account}-{purpose}-" in pattern for pattern in patterns), purpose
    assert not any("-trail-" in pattern for pattern in patterns)


def test_every_log_group_is_kept_for_a_year(plan: RootPlan) -> None:
    short = [
        group.address
        for group in plan.of_type("aws_cloudwatch_log_group")
        if group.values["retention_in_days"] < 365
    ]
    assert not short


def test_every_log_group_has_a_customer_key(plan: RootPlan) -> None:
    plain = [
        group.address
        for group in plan.of_type("aws_cloudwatch_log_group")
        if not group.values.get("kms_key_id") and not group.unknown.get("kms_key_id")
    ]
    assert not plain


def test_every_topic_and_queue_has_a_customer_key(plan: RootPlan) -> None:
    plain = [
        found.address
        for found in plan.of_type("aws_sns_topic", "aws_sqs_queue")
        if not found.values.get("kms_master_key_id") and not found.unknown.get("kms_master_key_id")
    ]
    assert not plain


def test_those_who_look_after_the_account_and_auditors_hear_of_alarms(plan: RootPlan) -> None:
    heard = {
        found.values["endpoint"]
        for found in plan.of_type("aws_sns_topic_subscription")
        if "security_alarms" in found.address
    }
    assert heard == _ADDRESSES


def test_a_release_is_the_only_change_of_an_endpoint_that_raises_no_alarm(plan: RootPlan) -> None:
    (found,) = [
        one
        for one in plan.of_type("aws_cloudwatch_log_metric_filter")
        if '"endpoint-changes"' in one.address
    ]
    pattern = found.values["pattern"]
    account = found.values["name"].removeprefix("gatehouse-").removesuffix("-endpoint-changes")

    # In data-science a trial of an approved version is one, too.
    role = "trial-function" if account == "data-science" else "release"
    assert pattern.count("!=") == 1
    assert f"role/gatehouse-{account}-{role}" in pattern


def test_every_rule_of_the_packs_is_there(plan: RootPlan) -> None:
    found = {
        rule.values["source"][0]["source_identifier"]
        for rule in plan.of_type("aws_config_config_rule")
        if rule.values["source"][0]["owner"] == "AWS"
    }
    assert len(found) >= 55
    assert {
        "CLOUD_TRAIL_ENABLED",
        "SAGEMAKER_DOMAIN_IN_VPC",
        "SAGEMAKER_MODEL_ISOLATION_ENABLED",
        "SECURITYHUB_ENABLED",
    } <= found


def test_threats_settings_and_access_are_looked_for(plan: RootPlan) -> None:
    assert _one(plan, "aws_guardduty_detector")["enable"] is True
    features = plan.of_type("aws_guardduty_detector_feature")
    assert {one.values["status"] for one in features} == {"ENABLED"}
    assert len(features) == 6
    standards = plan.of_type("aws_securityhub_standards_subscription")
    assert len(standards) == 2
    analyzers = {one.values["type"] for one in plan.of_type("aws_accessanalyzer_analyzer")}
    assert analyzers == {"ACCOUNT", "ACCOUNT_UNUSED_ACCESS"}


def test_the_detective_function_is_bound_and_can_only_stop_and_delete(plan: RootPlan) -> None:
    functions = [one.values for one in plan.of_type("aws_lambda_function")]
    [function] = [one for one in functions if one["function_name"].endswith("-detective")]
    assert function["reserved_concurrent_executions"] > 0
    assert function["tracing_config"][0]["mode"] == "Active"
    assert not function.get("environment")
    assert not plan.of_type("aws_lambda_function_url")
    (role,) = [
        one for one in plan.of_type("aws_iam_role") if one.values["name"].endswith("-detective")
    ]
    assert role.values["permissions_boundary"].endswith("-boundary-service")
    changes = {
        action
        for address, statement in plan.statements()
        if "detective_control" in address and statement["Effect"] == "Allow"
        for action in _list(statement["Action"])
        if action.startswith("sagemaker:")
        and not action.startswith(("sagemaker:Describe", "sagemaker:List"))
    }
    assert all(action.startswith(("sagemaker:Stop", "sagemaker:Delete")) for action in changes)


def test_a_trial_ends_before_its_step_loses_the_connection(data_science: RootPlan) -> None:
    functions = [one.values for one in data_science.of_type("aws_lambda_function")]
    [function] = [one for one in functions if one["function_name"].endswith("-trial")]
    assert function["timeout"] < 6 * 60


def test_only_rules_of_the_account_invoke_the_function(plan: RootPlan) -> None:
    for permission in plan.of_type("aws_lambda_permission"):
        assert permission.values["principal"] == "events.amazonaws.com"
        assert len(permission.values["source_account"]) == 12


@pytest.mark.parametrize("root", ["data-science", "staging", "production"])
def test_the_audit_of_every_root_is_the_same_text(root: str) -> None:
    first = CHECKOUT / "accounts" / "data-science" / "audit.tf"
    assert _text(CHECKOUT / "accounts" / root / "audit.tf") == _text(first)


def _one(plan: RootPlan, kind: str) -> dict[str, Any]:
    (found,) = plan.of_type(kind)
    return dict(found.values)


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _text(path: Path) -> str:
    return json.dumps(path.read_text("utf-8"))
