"""What a plan's JSON tells of the state that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# What writes into buckets or holds on to the network for as long as it is there.
FIRST_TO_GO = (
    "aws_cloudtrail",
    "aws_config_configuration_recorder",
    "aws_config_configuration_recorder_status",
    "aws_sagemaker_domain",
)


def resources(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each resource of the state with the address of its module."""
    root = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    yield from _below(root)


def first_to_go(plan: Mapping[str, Any]) -> list[str]:
    """List the addresses of what must be gone before the rest can go."""
    return [str(found["address"]) for _, found in resources(plan) if found["type"] in FIRST_TO_GO]


def modules_of(plan: Mapping[str, Any], buckets: Iterable[str]) -> list[str]:
    """List the modules that hold these buckets and the keys that encrypt them."""
    kept = set(buckets)
    keys = {
        str(by.get("kms_master_key_id"))
        for _, found in resources(plan)
        if found["type"] == "aws_s3_bucket_server_side_encryption_configuration"
        and found["values"].get("bucket") in kept
        for rule in found["values"].get("rule", [])
        for by in rule.get("apply_server_side_encryption_by_default", [])
    }
    return sorted(
        {
            module
            for module, found in resources(plan)
            if (found["type"] == "aws_s3_bucket" and found["values"].get("bucket") in kept)
            or (found["type"] == "aws_kms_key" and found["values"].get("arn") in keys)
        }
        - {""}
    )


def _below(module: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for found in module.get("resources", []):
        if found.get("mode") == "managed":
            yield str(module.get("address", "")), found
    for child in module.get("child_modules", []):
        yield from _below(child)
