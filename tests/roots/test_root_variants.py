"""Every variant of the guide is one file: checked by the command and planned by its roots."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pipelines.naming import Naming
from pipelines.organization import load_organization
from tests.roots import variants
from tests.roots.plans import RootPlan, as_list, plan_root
from tests.scripts.command_line import CommandLine, copied_checkout

pytestmark = [pytest.mark.terraform, pytest.mark.long]

BLOCKS = variants.blocks()
Planner = Callable[[str, str], RootPlan]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    """Plan an account of a variant with the root of its kind, once."""
    plans: dict[tuple[str, str], RootPlan] = {}

    def plan(variant: str, account: str) -> RootPlan:
        if (variant, account) not in plans:
            organization = variants.organization_with(BLOCKS[variant])
            root = yaml.safe_load(organization)["accounts"][account]["kind"]
            folder = tmp_path_factory.mktemp("variant") / "checkout"
            plans[variant, account] = plan_root(folder, root, account, organization)
        return plans[variant, account]

    return plan


@pytest.mark.parametrize("variant", BLOCKS)
def test_the_command_takes_every_variant(variant: str, tmp_path: Path) -> None:
    root = _checkout_with(variant, tmp_path / "checkout")
    told = CommandLine(tmp_path / "state", root)("doctor", "--json")
    found = next(row for row in json.loads(told.out) if row["what"] == "organization")
    accounts = len(load_organization(root).accounts)
    assert found["verdict"] == "fine", found
    assert found["found"].startswith(f"{accounts} accounts"), found


def test_a_release_reaches_every_target_in_its_own_region(planned: Planner) -> None:
    home, abroad = planned("targets", "data-science"), planned("targets", "production-us")
    found = home.of_type("aws_codepipeline")
    (pipeline,) = (one for one in found if ".rollback[" not in one.address)
    stores = {store["region"]: store["location"] for store in pipeline.values["artifact_store"]}
    assert stores == {
        "eu-west-1": "gatehouse-data-science-artifacts-111111111111",
        "us-east-1": "gatehouse-data-science-us-east-1-111111111111",
    }
    production = next(s for s in pipeline.values["stage"] if s["name"] == "Production")["action"]
    assert [
        (found["name"], found.get("region")) for found in production if found.get("region")
    ] == [("production-us-Deploy", "us-east-1")]
    assert [found["run_order"] for found in production] == [1, 2, 3]
    text = "".join(text for _, _, text in variants.documents(abroad))
    assert stores["us-east-1"] in text
    assert stores["eu-west-1"] not in text


def test_a_store_of_another_region_lets_the_targets_there_in_and_nobody_else(
    planned: Planner,
) -> None:
    home = planned("targets", "data-science")
    address = 'module.artifact_replica["us-east-1"].aws_s3_bucket_policy.this'
    allowed = [
        arn
        for where, statement in home.statements()
        if where.startswith(address) and statement["Effect"] == "Allow"
        for arn in as_list(statement["Condition"].get("ArnEquals", {}).get("aws:PrincipalArn", []))
    ]
    assert {arn.split(":")[4] for arn in allowed} == {"111111111111", "555555555555"}


def test_a_network_that_exists_is_used_and_not_made(planned: Planner) -> None:
    plan = planned("network", "staging")
    assert not plan.of_type("aws_vpc", "aws_subnet", "aws_route_table")
    vpcs = {found.values["vpc_id"] for found in plan.of_type("aws_vpc_endpoint")}
    assert vpcs == {"vpc-0a1b2c3d4e5f60718"}


@pytest.mark.parametrize(
    ("account", "others"),
    [
        ("data-science", ("risk-lab", "risk-test", "risk-live")),
        ("production", ("risk-lab", "risk-test", "risk-live")),
        ("risk-lab", ("data-science", "staging", "production")),
        ("risk-live", ("data-science", "staging", "production")),
    ],
)
def test_no_policy_of_a_business_unit_names_another(
    account: str, others: tuple[str, ...], planned: Planner, tmp_path: Path
) -> None:
    naming = Naming(load_organization(_checkout_with("units", tmp_path / "checkout")))
    plan = planned("units", account)
    for resource, attribute, text in variants.documents(plan):
        for other in others:
            strangers = (naming.organization.account(other).id, naming.account_prefix(other) + "-")
            assert not [name for name in strangers if name in text], (resource.address, attribute)


def test_a_business_unit_has_its_own_models_and_people(planned: Planner) -> None:
    main, risk = planned("units", "data-science"), planned("units", "risk-lab")
    for plan, model, people in (
        (main, "breast-cancer", {"sofia", "lena", "milo"}),
        (risk, "credit-default", {"rosa", "rolf", "lena", "milo"}),
    ):
        groups = plan.of_type("aws_sagemaker_model_package_group")
        assert [found.values["model_package_group_name"] for found in groups] == [
            f"gatehouse-{model}"
        ]
        profiles = plan.of_type("aws_sagemaker_user_profile")
        assert {str(found.values["user_profile_name"]) for found in profiles} == people


def test_nothing_of_a_trial_collides_in_its_one_account(planned: Planner) -> None:
    accounts = ("data-science", "staging", "production")
    assert not variants.collisions(planned("trial", account) for account in accounts)


def test_roots_that_share_an_account_would_collide_without_their_keys(planned: Planner) -> None:
    twice = [planned("trial", "staging"), planned("trial", "staging")]
    types = {found.split()[0] for found in variants.collisions(twice)}
    assert types >= {
        "aws_cloudwatch_log_group",
        "aws_codebuild_project",
        "aws_ecr_repository",
        "aws_iam_role",
        "aws_kms_alias",
        "aws_s3_bucket",
        "aws_ssm_parameter",
    }


def test_only_one_root_of_a_trial_lays_out_what_an_account_has_once(planned: Planner) -> None:
    keepers = {
        account
        for account in ("data-science", "staging", "production")
        if planned("trial", account).of_type("aws_s3_account_public_access_block")
    }
    assert keepers == {"data-science"}


def test_only_a_target_of_code_has_what_training_takes(
    planned: Planner, staging: RootPlan, production: RootPlan
) -> None:
    made = set(planned("code", "production").resources) - set(production.resources)
    assert {address for address in made if address.startswith("module.retraining")}
    assert 'aws_ssm_parameter.string["models/breast-cancer/promotes"]' in made
    assert not set(production.resources) - set(planned("code", "production").resources)
    assert not [one for one in (*staging.resources, *production.resources) if "retraining" in one]


def test_of_a_target_only_the_build_that_deploys_starts_training(planned: Planner) -> None:
    plan = planned("code", "production")
    started = {
        where
        for where, statement in plan.statements()
        if statement["Effect"] == "Allow"
        and {"sagemaker:StartPipelineExecution", "sagemaker:UpdatePipeline"}
        & set(as_list(statement["Action"]))
        and "aws_vpc_endpoint" not in where
        and "boundary" not in where
    }
    assert {where.partition(" ")[0] for where in started} == {
        'aws_iam_role_policy.retraining["gatehouse-production-release"]'
    }, started


def _checkout_with(variant: str, folder: Path) -> Path:
    organization = variants.organization_with(BLOCKS[variant])
    (copied_checkout(folder) / "accounts" / "organization.yaml").write_text(organization, "utf-8")
    return folder
