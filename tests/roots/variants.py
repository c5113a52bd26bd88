"""The variants of the guide: what each block of it adds to the committed organization.yaml."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from tests.roots.plans import CHECKOUT, Resource, RootPlan

GUIDE = CHECKOUT / "docs" / "guides" / "variants.md"
_BLOCK = re.compile(r"^```yaml variant=(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What gives a resource its name within an account and region, alone or together.
_NAMES = (
    *(
        "alias",
        "bucket",
        "cluster_name",
        "dashboard_name",
        "domain",
        "domain_name",
        "event_bus_name",
    ),
    *("family", "function_name", "log_group_name", "model_package_group_name", "name"),
    *("pipeline_name", "policy_arn", "policy_name", "project_name", "repository", "role", "rule"),
    *("setting_id", "statement_id", "studio_lifecycle_config_name", "target_id", "topic_arn"),
    *("url", "user_profile_name"),
)
# What AWS has once per account, or once per account and region.
_ONCE = {
    "aws_cloudwatch_log_account_policy",
    "aws_config_configuration_recorder",
    "aws_config_configuration_recorder_status",
    "aws_config_delivery_channel",
    "aws_ebs_default_kms_key",
    "aws_ebs_encryption_by_default",
    "aws_ebs_snapshot_block_public_access",
    "aws_ec2_image_block_public_access",
    "aws_ec2_instance_metadata_defaults",
    "aws_ec2_serial_console_access",
    "aws_ecr_account_setting",
    "aws_ecr_registry_policy",
    "aws_ecr_registry_scanning_configuration",
    "aws_guardduty_detector",
    "aws_iam_account_alias",
    "aws_iam_account_password_policy",
    "aws_inspector2_enabler",
    "aws_macie2_account",
    "aws_s3_account_public_access_block",
    "aws_sagemaker_servicecatalog_portfolio_status",
    "aws_securityhub_account",
    "aws_vpc_block_public_access_options",
}
# By what a child is told apart from one of the same name, where that is not known yet.
_PARENTS = ("bucket", "firewall_rule_group_id", "role")

# A feature group, which the committed organisation has none of.
FEATURES: dict[str, Any] = {
    "features": {
        "image": f"sha256:{'a' * 64}",
        "groups": {
            "claims": {
                "description": "Claims of motor insurance.",
                "owner": "sofia",
                "record_id": "claim",
                "columns": {"amount": "number", "claim": "integer", "region": "text"},
            }
        },
    }
}


def blocks() -> dict[str, dict[str, Any]]:
    """Read the variants that the guide shows, by name."""
    found = _BLOCK.findall(GUIDE.read_text("utf-8"))
    return {name: yaml.safe_load(text) for name, text in found}


def organization_with(variant: Mapping[str, Any]) -> str:
    """Write organization.yaml as an adopter does who follows a block of the guide."""
    content = yaml.safe_load((CHECKOUT / "accounts" / "organization.yaml").read_text("utf-8"))
    for section, entries in variant.items():
        content[section] = content.get(section, {}) | entries
    return str(yaml.safe_dump(content, sort_keys=False))


def enlarged(targets: int, models: int) -> dict[str, Any]:
    """Describe further production accounts and models, to these numbers with the committed ones."""
    return {
        "accounts": {
            f"production-{number:02}": {
                "kind": "production",
                "id": f"{700000000000 + number}",
                "network": {"cidr": f"10.{20 + number}.0.0/16", "zones": ["a", "b"]},
            }
            for number in range(targets - 2)
        },
        "models": {
            f"model-{number:02}": {"description": "One of many models.", "owner": "sofia"}
            for number in range(models - 1)
        },
    }


def documents(plan: RootPlan) -> Iterator[tuple[Resource, str, str]]:
    """Give every policy that a plan knows, wherever it stands: resource, attribute and text."""
    for resource in plan.resources.values():
        for attribute, value in resource.values.items():
            if isinstance(value, str) and '"Statement"' in value:
                yield resource, attribute, json.dumps(json.loads(value), separators=(",", ":"))


def collisions(plans: Iterable[RootPlan]) -> list[str]:
    """Name what several roots would make under one name in one account."""
    found = Counter(
        identity
        for plan in plans
        for resource in plan.resources.values()
        if (identity := _identity(resource)) is not None
    )
    return sorted(identity for identity, times in found.items() if times > 1)


def _identity(resource: Resource) -> str | None:
    if resource.type in _ONCE:
        return resource.type
    named = {
        name: value
        for name in _NAMES
        if isinstance(value := resource.values.get(name), str) and value
    }
    if not named or any(resource.unknown.get(parent) is True for parent in _PARENTS):
        return None
    return f"{resource.type} {' '.join(f'{name}={value}' for name, value in named.items())}"
