"""Each root plans exactly what its recorded inventory says."""

from __future__ import annotations

import pytest

from tests.roots.inventory import RECORD, inventory, recorded
from tests.roots.plans import RootPlan

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

# What would open a way out of the private network, or act outside the platform's roles.
_NEVER = (
    "aws_egress_only_internet_gateway",
    "aws_iam_access_key",
    "aws_iam_role_policy_attachment",
    "aws_iam_user",
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_route",
    "aws_sagemaker_notebook_instance",
    "aws_vpc_peering_connection",
)


@pytest.mark.parametrize("root", ["data-science", "staging", "production"])
def test_a_root_plans_what_is_recorded(root: str, request: pytest.FixtureRequest) -> None:
    plan: RootPlan = request.getfixturevalue(root.replace("-", "_"))
    found, wanted = inventory(plan), recorded(root)
    advice = f"accounts/{root} plans something else than is recorded; if it is meant: {RECORD}"
    assert found["counts"] == wanted["counts"], advice
    assert found["resources"] == wanted["resources"], advice


def test_no_root_has_a_way_to_the_internet_or_a_user(plan: RootPlan) -> None:
    assert not [found.address for found in plan.of_type(*_NEVER)]


def test_production_plans_the_same_as_staging_but_the_key_of_its_test(
    staging: RootPlan, production: RootPlan
) -> None:
    assert set(production.resources) <= set(staging.resources)
    assert set(staging.resources) - set(production.resources) == {
        'aws_ssm_parameter.string["keys/test-signing-arn"]',
        'module.signing_key["test-signing"].aws_kms_alias.this',
        'module.signing_key["test-signing"].aws_kms_key.this',
    }


def test_no_build_is_privileged_or_outside_the_network(plan: RootPlan) -> None:
    builds = plan.of_type("aws_codebuild_project")
    assert builds
    for build in builds:
        assert [found["privileged_mode"] for found in build.values["environment"]] == [False]
        assert len(build.values["vpc_config"]) == 1, build.address
        assert build.values["artifacts"][0]["encryption_disabled"] is False


def test_every_build_of_a_target_encrypts_with_the_artefact_key(
    staging: RootPlan, production: RootPlan
) -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:alias/gatehouse-data-science-artifacts"
    for plan in (staging, production):
        keys = {found.values["encryption_key"] for found in plan.of_type("aws_codebuild_project")}
        assert keys == {key}


def test_every_build_brings_its_commands_in_its_project(plan: RootPlan) -> None:
    for build in plan.of_type("aws_codebuild_project"):
        (source,) = build.values["source"]
        assert "python -m pipelines." in source["buildspec"], build.address


def test_evidence_and_what_was_released_cannot_be_removed_for_a_year(
    staging: RootPlan, production: RootPlan
) -> None:
    for plan, mode in ((staging, "GOVERNANCE"), (production, "COMPLIANCE")):
        locks = {
            lock.address.split('"')[1]: lock.values["rule"][0]["default_retention"][0]
            for lock in plan.of_type("aws_s3_bucket_object_lock_configuration")
        }
        assert set(locks) == {"evidence", "models", "trail"}
        assert {(lock["mode"], lock["days"]) for lock in locks.values()} == {(mode, 365)}
