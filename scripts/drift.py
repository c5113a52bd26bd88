"""What differs between an account and what its root says, read from a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scripts.drift_beside import added_beside
from scripts.drift_strangers import bears_policy as is_policy
from scripts.drift_strangers import strangers
from scripts.inventory.item import Inventory
from scripts.inventory.scope import Scope

# Types that decide who may do what, or what reaches what, beside those that are called policies.
_POLICY_BEARING = frozenset(
    {
        "aws_default_network_acl",
        "aws_default_security_group",
        "aws_ecr_registry_policy",
        "aws_iam_openid_connect_provider",
        "aws_iam_role",
        "aws_kms_alias",
        "aws_kms_grant",
        "aws_kms_key",
        "aws_network_acl",
        "aws_network_acl_rule",
        "aws_route",
        "aws_route_table",
        "aws_s3_account_public_access_block",
        "aws_s3_bucket_acl",
        "aws_s3_bucket_object_lock_configuration",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_sagemaker_domain",
        "aws_sagemaker_user_profile",
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_endpoint",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
    }
)
_POLICY_TYPES = ("_policy", "_policy_attachment", "_permission", "_firewall_rule")
# What nobody sets and AWS moves by itself.
_MOVING = frozenset({"tags_all"})


class Difference(StrEnum):
    """How a resource differs from what the root says."""

    ADDED_TO = "added to"
    BESIDE = "beside the root"
    CHANGED = "changed"
    GONE = "gone"
    NOT_THERE = "not there"
    REPLACED = "must be replaced"
    TOO_MUCH = "not in the root"


@dataclass(frozen=True)
class Drifted:
    """One resource that differs."""

    address: str
    difference: Difference
    attributes: tuple[str, ...]
    bears_policy: bool

    def row(self, account: str) -> dict[str, Any]:
        """Write it for people and programs; values stay out, they may be secret."""
        return {
            "account": account,
            "address": self.address,
            "difference": str(self.difference),
            "attributes": list(self.attributes),
            "policy": self.bears_policy,
        }


def drifted(plan: Mapping[str, Any]) -> list[Drifted]:
    """List what differs: what an apply would change, and what somebody added beside it."""
    outside = {str(found["address"]) for found in plan.get("resource_drift", [])}
    found = {each.address: each for each in _planned(plan, outside)}
    for address, attributes in added_beside(plan).items():
        if address not in found:
            found[address] = Drifted(address, Difference.ADDED_TO, attributes, True)
    return sorted(found.values(), key=lambda each: (not each.bears_policy, each.address))


def beside(found: Inventory, plan: Mapping[str, Any], scope: Scope) -> list[Drifted]:
    """List what stands there under the platform's names and is neither of the root nor its work."""
    listed = [
        Drifted(f"{item.kind} {item.name}", Difference.BESIDE, (), is_policy(item))
        for item in strangers(found, plan, scope)
    ]
    return sorted(listed, key=lambda each: (not each.bears_policy, each.address))


def bears_policy(kind: str) -> bool:
    """Tell whether a type decides who may do what, or what reaches what."""
    return kind in _POLICY_BEARING or kind.endswith(_POLICY_TYPES)


def _planned(plan: Mapping[str, Any], outside: set[str]) -> Iterator[Drifted]:
    for found in plan.get("resource_changes", []):
        actions = found["change"]["actions"]
        if found.get("mode") != "managed" or actions in (["no-op"], ["read"]):
            continue
        address = str(found["address"])
        yield Drifted(
            address,
            _difference(actions, gone=address in outside),
            _attributes(found["change"]) if len(actions) == 1 and "update" in actions else (),
            bears_policy(str(found["type"])),
        )


def _difference(actions: list[str], *, gone: bool) -> Difference:
    if actions == ["create"]:
        return Difference.GONE if gone else Difference.NOT_THERE
    if actions == ["delete"]:
        return Difference.TOO_MUCH
    return Difference.CHANGED if actions == ["update"] else Difference.REPLACED


def _attributes(change: Mapping[str, Any]) -> tuple[str, ...]:
    before, after = change.get("before") or {}, change.get("after") or {}
    unknown = change.get("after_unknown") or {}
    names = {*before, *after}
    differing = {
        name for name in names if before.get(name) != after.get(name) and not unknown.get(name)
    }
    return tuple(sorted(differing - _MOVING))
