"""Plans of the roots, made offline by the real provider on fake credentials."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tftest

from scripts.offline_root import cut_off
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.platform_plans import platform_plan

CHECKOUT = Path(__file__).resolve().parents[2]

# The documents that decide who may do what, by the type of resource and its attribute.
_POLICIES = {
    "aws_cloudwatch_log_resource_policy": "policy_document",
    "aws_codeartifact_domain_permissions_policy": "policy_document",
    "aws_codeartifact_repository_permissions_policy": "policy_document",
    "aws_ecr_repository_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_sagemaker_model_package_group_policy": "resource_policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue": "policy",
    "aws_vpc_endpoint": "policy",
}


@dataclass(frozen=True)
class Resource:
    """A resource that a plan creates: its known values, and which are not known yet."""

    address: str
    type: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]


@dataclass(frozen=True)
class RootPlan:
    """What a root would create."""

    resources: Mapping[str, Resource]
    configuration: Mapping[str, Any] = field(default_factory=dict)
    """What the files say, where a value is not known yet: expressions with their references."""

    def of_type(self, *types: str) -> list[Resource]:
        """Return the resources of some types, by address."""
        return [found for found in self.resources.values() if found.type in types]

    def policies(self) -> Iterator[tuple[Resource, dict[str, Any] | None]]:
        """Give every policy document with its resource; None where it is not known."""
        for resource in self.of_type(*_POLICIES):
            attribute = _POLICIES[resource.type]
            document = resource.values.get(attribute)
            yield resource, json.loads(document) if document else None

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give every statement of every policy, addressed by resource and Sid."""
        for resource, document in self.policies():
            for statement in (document or {}).get("Statement", []):
                yield f"{resource.address} {statement.get('Sid', '(no Sid)')}", statement


def plan_root(folder: Path, root: str, account: str, organization: str | None = None) -> RootPlan:
    """Plan a copy of a root, with another organization.yaml where given."""
    return planned_by(set_up_root(folder, root, organization), account)


def set_up_root(folder: Path, root: str, organization: str | None = None) -> tftest.TerraformTest:
    """Copy a root, below accounts/ or by its path, and initialise it, cut off from any account."""
    for part in ("accounts", "modules", "policies/guardrails", "terraform"):
        shutil.copytree(
            CHECKOUT / part, folder / part, ignore=shutil.ignore_patterns(".terraform", "*.tfstate")
        )
    if organization is not None:
        (folder / "accounts" / "organization.yaml").write_text(organization, "utf-8")
    path = folder / root if "/" in root else folder / "accounts" / root
    cut_off(path)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {
        name: value for name, value in environment.variables.items() if not name.startswith("AWS_")
    }
    terraform = tftest.TerraformTest(str(path), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform


def planned_by(terraform: tftest.TerraformTest, account: str) -> RootPlan:
    """Plan an account with a root that is set up."""
    output = terraform.plan(output=True, tf_vars={"account": account})
    return _root_plan(output.resource_changes.values(), output.configuration)


def plan_of_the_platform(name: str) -> RootPlan:
    """Return the plan of a root for the organisation as it is, made once for a run of the tests."""
    plan = platform_plan(name)
    return _root_plan(plan["resource_changes"], plan["configuration"])


def _root_plan(changes: Iterable[Mapping[str, Any]], configuration: Mapping[str, Any]) -> RootPlan:
    return RootPlan(
        {
            change["address"]: Resource(
                change["address"],
                change["type"],
                change["change"]["after"],
                change["change"]["after_unknown"],
            )
            for change in sorted(changes, key=lambda each: str(each["address"]))
            if change["mode"] == "managed"
        },
        configuration["root_module"],
    )


def as_list(value: object) -> list[Any]:
    """Return the list that IAM writes as a single value where it has one member."""
    return value if isinstance(value, list) else [value]
