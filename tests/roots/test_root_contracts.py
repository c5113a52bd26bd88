"""What an account publishes is what the code that runs in it asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tftest
import yaml

from pipelines.promotion import target
from tests.roots.plans import CHECKOUT, RootPlan, plan_root

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_ACCOUNTS = CHECKOUT / "accounts"
_COMPILED = CHECKOUT / "pipelines" / "definitions" / "compiled"


def test_data_science_publishes_every_value_that_a_definition_asks_for(
    data_science: RootPlan,
) -> None:
    asked = {
        token
        for path in _COMPILED.glob("*.json")
        for token in re.findall(r"contract:([a-z0-9/-]+)", path.read_text("utf-8"))
    }
    assert asked
    assert asked <= _published(data_science, "data-science")


def test_a_target_publishes_every_value_that_a_deployment_asks_for(
    staging: RootPlan, production: RootPlan
) -> None:
    assert set(target._PATHS) <= _published(staging, "staging")
    both = _published(staging, "staging") - {"keys/test-signing-arn"}
    assert _published(production, "production") == both


def test_nobody_is_trusted_before_a_key_was_pinned(staging: RootPlan, production: RootPlan) -> None:
    for plan in (staging, production):
        (trusted,) = [
            found
            for found in plan.of_type("aws_ssm_parameter")
            if found.values["name"].endswith("/release/trusted-keys")
        ]
        assert json.loads(trusted.values["value"]) == {"keys": [], "schema_version": 1}


def test_nothing_that_is_published_is_a_secret(plan: RootPlan) -> None:
    types = {found.values["type"] for found in plan.of_type("aws_ssm_parameter")}
    assert types == {"String", "StringList"}


def test_the_roots_of_targets_are_the_same_text() -> None:
    for path in sorted((_ACCOUNTS / "staging").glob("*.tf")):
        twin = _ACCOUNTS / "production" / path.name
        assert twin.read_text("utf-8") == path.read_text("utf-8").replace(
            '"staging"', '"production"'
        ).replace("kind staging", "kind production"), path.name


def test_a_second_production_account_needs_only_an_entry(tmp_path: Path) -> None:
    organization = _two_productions()
    added = plan_root(tmp_path / "added", "production", "production-us", organization)
    home = plan_root(tmp_path / "home", "data-science", "data-science", organization)
    names = {found.values["name"] for found in added.of_type("aws_codebuild_project")}
    assert names == {f"gatehouse-production-us-{step}" for step in ("deploy", "test", "verify")}
    pipeline, rollback = sorted(
        home.of_type("aws_codepipeline"), key=lambda found: str(found.values["name"])
    )
    stages = {stage["name"]: stage["action"] for stage in pipeline.values["stage"]}
    assert [(found["name"], found["run_order"]) for found in stages["Production"]] == [
        ("production-Deploy", 1),
        ("production-us-Deploy", 2),
    ]
    back = {stage["name"]: stage["action"] for stage in rollback.values["stage"]}
    assert [found["run_order"] for found in back["Rollback"]] == [1, 2]
    assert all(
        "444444444444" in str(dict(home.statements())[address])
        for address in (
            'module.bucket["artifacts"].aws_s3_bucket_policy.this AllowWrite',
            'module.key["artifacts"].aws_kms_key.this AllowUseByTargets',
            'module.model_registry.aws_sagemaker_model_package_group_policy.this["breast-cancer"]'
            " AllowReleasesToReadPackages",
            "module.promotion_pipeline.aws_iam_role_policy.promotion TakeDeployRoles",
        )
    )


@pytest.mark.parametrize("account", ["data-science", "productoin"])
def test_a_root_refuses_an_account_of_another_kind(tmp_path: Path, account: str) -> None:
    with pytest.raises(tftest.TerraformTestError) as refusal:
        plan_root(tmp_path / "root", "production", account)
    sentence = " ".join(str(refusal.value).replace("\\n", " ").split())
    assert f"account of kind production in organization.yaml, got {account}." in sentence


def _two_productions() -> str:
    organization = yaml.safe_load((_ACCOUNTS / "organization.yaml").read_text("utf-8"))
    organization["accounts"]["production-us"] = {
        "kind": "production",
        "id": "444444444444",
        "network": {"cidr": "10.19.0.0/16", "zones": ["a", "b"]},
    }
    return str(yaml.safe_dump(organization))


def _published(plan: RootPlan, account: str) -> set[str]:
    """Name what an account publishes below its root; what a module keeps elsewhere is its own."""
    root = f"/gatehouse/{account}/"
    names = [str(found.values["name"]) for found in plan.of_type("aws_ssm_parameter")]
    return {name.removeprefix(root) for name in names if name.startswith(root)}
