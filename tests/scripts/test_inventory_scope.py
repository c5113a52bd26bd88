"""Whose a name is: the account with the longest prefix, and the builders' account for the rest."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.inventory.item import Inventory, Item
from scripts.inventory.scope import Scope
from tests.scripts.command_line import ROOT

ORGANIZATION = load_organization(ROOT)


@pytest.mark.parametrize(
    "name",
    [
        "gatehouse-staging-deploy",
        "alias/gatehouse-staging-models",
        "/aws/codebuild/gatehouse-staging-deploy",
        "/aws/sagemaker/Endpoints/gatehouse-staging-breast-cancer",
        "gatehouse-staging/model",
        "/gatehouse/staging/keys/models-arn",
        "arn:aws:sns:eu-west-1:222222222222:gatehouse-staging-alarms",
    ],
)
def test_an_account_owns_what_begins_with_its_prefix(name: str) -> None:
    assert _scope("staging").owns(name)


@pytest.mark.parametrize("name", ["gatehouses-staging", "other-gatehouse-staging", "staging", ""])
def test_nobody_owns_what_only_resembles_a_name(name: str) -> None:
    assert not _scope("staging").owns(name)


def test_what_has_no_account_in_its_name_is_of_the_account_that_builds() -> None:
    assert _scope("data-science").owns("gatehouse-breast-cancer-promotion")


def test_accounts_that_share_one_account_of_aws_do_not_own_each_others_things() -> None:
    accounts = {
        name: replace(account, id="111111111111") for name, account in ORGANIZATION.accounts.items()
    }
    accounts["staging-eu"] = replace(accounts["staging"], name="staging-eu")
    shared = Naming(replace(ORGANIZATION, accounts=MappingProxyType(accounts)))
    owners = {
        thing: [name for name in accounts if Scope(shared, accounts[name]).owns(thing)]
        for thing in (
            "gatehouse-staging-eu-deploy",
            "gatehouse-staging-deploy",
            "gatehouse-breast-cancer",
            "/gatehouse/staging-eu/x",
        )
    }
    assert owners == {
        "gatehouse-staging-eu-deploy": ["staging-eu"],
        "gatehouse-staging-deploy": ["staging"],
        "gatehouse-breast-cancer": ["data-science"],
        "/gatehouse/staging-eu/x": ["staging-eu"],
    }


@pytest.mark.parametrize(
    "name",
    [
        "gatehouse-staging-tfstate-222222222222",
        "alias/gatehouse-staging-tfstate",
        "gatehouse-staging-plan",
        "gatehouse-staging-apply",
        "gatehouse-staging-boundary-workload",
    ],
)
def test_what_was_there_before_the_root_is_told_apart(name: str) -> None:
    assert _scope("staging").is_bootstrap(name)


def test_what_ends_by_itself_and_what_was_there_before_do_not_count() -> None:
    found = Inventory.of(
        "staging",
        [
            Item("key", "a", is_ending=True),
            Item("role", "b", is_bootstrap=True),
            Item("bucket content", "c", is_data=True),
            Item("role", "d"),
        ],
        [],
    )
    assert [item.name for item in found.laid_out] == ["c", "d"]
    assert [item.name for item in found.data] == ["c"]
    assert [item.name for item in found.but(["c"], "kept").laid_out] == ["d"]


def test_what_is_found_twice_counts_once_as_it_was_found_last() -> None:
    found = Inventory.of(
        "staging", [Item("tagged", "x", arn="arn:x"), Item("role", "y", arn="arn:x")], []
    )
    assert [item.kind for item in found.items] == ["role"]


def _scope(account: str) -> Scope:
    return Scope(Naming(ORGANIZATION), ORGANIZATION.account(account))


@pytest.mark.parametrize(
    "name",
    ["gatehouse-data-science-catalog-111111111111", "gatehouse-data-science-boundary-persona"],
)
def test_what_the_set_up_made_is_told_from_what_the_root_made(name: str) -> None:
    assert _scope("data-science").is_bootstrap(name)
    assert not _scope("data-science").is_bootstrap(name.replace("-science-", "-science-x") + "-x")
