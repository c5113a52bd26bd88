"""Guardrails are rendered alike by Python and by Terraform, and refuse what cannot be rendered."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tftest

from pipelines.errors import InvalidInput
from policies.guardrails import rendering
from policies.guardrails.organization_tokens import organization_tokens
from scripts.offline_root import cut_off
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.platform_plans import platform_plan
from tests.policies.guardrails.guardrails import CHECKOUT, FOLDER, naming, tokens

_SINGLE_SIGN_ON = (
    "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_0123456789abcdef"
)
_UNITS = ("data-science", "production", "staging")


@pytest.fixture(scope="module")
def planned() -> dict[str, Any]:
    """The resources of terraform/organization as they are planned, by address."""
    changes = platform_plan("organization")["resource_changes"]
    return {each["address"]: each["change"]["after"] for each in changes}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same for an organisation of one unit, where people arrive through Identity Center."""
    organization = naming().organization
    text = (CHECKOUT / "accounts" / "organization.yaml").read_text("utf-8")
    for kind in ("data-science", "staging"):
        text = text.replace(organization.units[kind], organization.units["production"])
    text = text.replace(organization.sign_in_role, _SINGLE_SIGN_ON)
    return _plan(tmp_path_factory.mktemp("elsewhere"), text)


@pytest.mark.terraform
def test_python_writes_the_bytes_that_terraform_plans(planned: dict[str, Any]) -> None:
    groups = rendering.read_groups(FOLDER)
    expected = {group.name: rendering.render_group(FOLDER, group, tokens()) for group in groups}
    assert _contents(planned) == expected


@pytest.mark.terraform
def test_every_unit_gets_what_its_kind_of_account_gets(planned: dict[str, Any]) -> None:
    units = naming().organization.units
    found = {
        (address.split('"')[1].split("/")[0], values["target_id"])
        for address, values in planned.items()
        if ".aws_organizations_policy_attachment.this" in address
    }
    groups = rendering.read_groups(FOLDER)
    assert found == {(group.name, units[unit]) for group in groups for unit in group.units}


@pytest.mark.terraform
def test_kinds_that_share_a_unit_get_what_all_of_them_get(elsewhere: dict[str, Any]) -> None:
    attached = {address.split('"')[1] for address in elsewhere if "attachment" in address}
    common = rendering.groups_of_unit(rendering.read_groups(FOLDER), _UNITS)
    assert attached == {f"{group.name}/data-science+production+staging" for group in common}
    assert {group.name for group in common} >= {"foundation", "protection", "access", "data"}


@pytest.mark.terraform
def test_a_sign_in_role_of_identity_center_is_named_without_its_own_ending(
    elsewhere: dict[str, Any],
) -> None:
    changed = replace(naming().organization, sign_in_role=_SINGLE_SIGN_ON)
    changed = replace(
        changed,
        accounts={
            name: replace(account, sign_in_role=_SINGLE_SIGN_ON)
            for name, account in changed.accounts.items()
        },
    )
    expected = organization_tokens(changed)
    assert expected["sign-in-roles"] == [
        "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Platform_*"
    ]
    found = _contents(elsewhere)
    for group in rendering.read_groups(FOLDER):
        assert found[group.name] == rendering.render_group(FOLDER, group, expected)


def test_a_list_stands_as_its_members() -> None:
    text = '{"a": ["<regions>"], "b": "<prefix>-*"}'
    rendered = rendering.render("x", text, {"regions": ["r-1", "r-2"], "prefix": "acme"})
    assert rendered == {"a": ["r-1", "r-2"], "b": "acme-*"}


def test_variables_of_iam_stay() -> None:
    assert rendering.render("x", '{"a": "${aws:PrincipalAccount}"}', {}) == {
        "a": "${aws:PrincipalAccount}"
    }


def test_a_token_without_a_value_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must contain no token without a value, got <prefix>"):
        rendering.render("x", '{"a": "<prefix>"}', {"partition": "aws"})


@pytest.mark.parametrize("text", ["{", "[]"])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        rendering.render("x", text, {})


def _contents(planned: dict[str, Any]) -> dict[str, str]:
    return {
        address.split('"')[1]: values["content"]
        for address, values in planned.items()
        if ".aws_organizations_policy.this" in address
    }


def _plan(folder: Path, organization: str | None = None) -> dict[str, Any]:
    for part in ("accounts", "modules", "policies/guardrails", "terraform/organization"):
        ignored = shutil.ignore_patterns(".terraform", "*.tfstate", "__pycache__")
        shutil.copytree(CHECKOUT / part, folder / part, ignore=ignored)
    if organization is not None:
        (folder / "accounts" / "organization.yaml").write_text(organization, "utf-8")
    path = folder / "terraform" / "organization"
    cut_off(path)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {k: v for k, v in environment.variables.items() if not k.startswith("AWS_")}
    terraform = tftest.TerraformTest(str(path), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    changes = terraform.plan(output=True).resource_changes
    return {address: change["change"]["after"] for address, change in changes.items()}
