"""What is recorded of a plan: how many of each type, every address, what decides security."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.roots.plans import Resource, RootPlan

INVENTORIES = Path(__file__).parent / "inventories"
RECORD = "python -m tests.roots.record"

# What a reviewer would ask of a resource, by its type. An attribute that is not known yet is
# recorded as such: it refers to another resource, which is more than null.
_ASKED: Mapping[str, tuple[str, ...]] = {
    "aws_cloudwatch_event_rule": ("event_pattern",),
    "aws_cloudwatch_log_group": ("kms_key_id", "retention_in_days"),
    "aws_codebuild_project": ("encryption_key", "service_role"),
    "aws_codepipeline": ("execution_mode", "pipeline_type"),
    "aws_ecr_repository": ("image_tag_mutability",),
    "aws_kms_key": ("deletion_window_in_days", "enable_key_rotation", "multi_region"),
    "aws_s3_bucket": ("bucket", "force_destroy", "object_lock_enabled"),
    "aws_s3_bucket_public_access_block": (
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
    ),
    "aws_sagemaker_domain": ("app_network_access_type", "auth_mode", "kms_key_id"),
    "aws_sns_topic": ("kms_master_key_id",),
    "aws_ssm_parameter": ("name", "type"),
    "aws_subnet": ("map_public_ip_on_launch",),
    "aws_vpc_endpoint": ("private_dns_enabled", "vpc_endpoint_type"),
}


def inventory(plan: RootPlan) -> dict[str, Any]:
    """Make the record of a plan."""
    return {
        "counts": dict(sorted(Counter(found.type for found in plan.resources.values()).items())),
        "resources": {address: _asked(found) for address, found in plan.resources.items()},
    }


def recorded(root: str) -> Any:
    """Read the record of a root."""
    return yaml.safe_load((INVENTORIES / f"{root}.yaml").read_text("utf-8"))


def record(root: str, plan: RootPlan) -> None:
    """Write the record of a root."""
    text = yaml.safe_dump(inventory(plan), sort_keys=True, width=100)
    header = f"# Recorded from the plan of accounts/{root}; record anew with: {RECORD}\n"
    (INVENTORIES / f"{root}.yaml").write_text(header + text, "utf-8")


def _asked(resource: Resource) -> dict[str, Any]:
    return {name: _value(resource, name) for name in _ASKED.get(resource.type, ())}


def _value(resource: Resource, name: str) -> Any:
    return "(another resource's)" if resource.unknown.get(name) else resource.values.get(name)
