"""What was made by hand beside a root is told from what is of the root and from what work makes."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.drift import Difference, beside
from scripts.drift_strangers import strangers
from scripts.inventory.item import Inventory, Item
from scripts.inventory.scope import Scope
from scripts.inventory.tagged import LAGS
from tests.scripts.command_line import ROOT

_NAMING = Naming(load_organization(ROOT))
_STATE = {
    "aws_iam_role": {"name": "gatehouse-staging-deploy", "arn": "arn:role/deploy"},
    "aws_cloudwatch_log_group": {"name": "/gatehouse-staging/flow", "arn": "arn:log:flow"},
    "aws_codebuild_project": {"name": "gatehouse-staging-test"},
    "aws_vpc_endpoint": {"id": "vpce-1", "network_interface_ids": ["eni-1"]},
    "aws_sagemaker_user_profile": {"domain_id": "d-1", "user_profile_name": "sofia"},
}


@pytest.mark.parametrize(
    "item",
    [
        Item("role", "gatehouse-staging-deploy"),
        Item("role", "another name", arn="arn:role/deploy"),
        Item("log group", "/gatehouse-staging/flow", arn="arn:log:flow:*"),
        Item("vpc endpoint", "vpce-1"),
        Item("user profile", "d-1/sofia"),
    ],
    ids=lambda item: item.kind,
)
def test_what_the_state_knows_is_no_stranger(item: Item) -> None:
    assert _strangers(item) == []


@pytest.mark.parametrize(
    "item",
    [
        Item("endpoint", "gatehouse-staging-breast-cancer"),
        Item("model", "gatehouse-staging-breast-cancer-0123456789ab"),
        Item("data quality job definition", "gatehouse-staging-breast-cancer-quality"),
        Item("log group", "/aws/codebuild/gatehouse-staging-test", is_data=True),
        Item("log group", "/aws/sagemaker/Endpoints/gatehouse-staging-breast-cancer", is_data=True),
        Item("bucket content", "gatehouse-staging-models-222222222222", is_data=True),
        Item("network interface", "eni-2"),
        Item("training job", "pipelines-1"),
        Item("sns", "gone", note=LAGS),
        Item("role", "gatehouse-staging-plan", is_bootstrap=True),
        Item("key", "alias/gatehouse-staging-old", is_ending=True),
    ],
    ids=lambda item: f"{item.kind} {item.name}",
)
def test_what_releases_jobs_and_services_make_is_no_stranger(item: Item) -> None:
    assert _strangers(item) == []


@pytest.mark.parametrize(
    "item",
    [
        Item("endpoint", "gatehouse-staging-by-hand"),
        Item("endpoint", "gatehouse-staging-breast-cancers"),
        Item("model", "gatehouse-staging-by-hand"),
        Item("log group", "/gatehouse-staging/by-hand", is_data=True),
        Item("log group", "/aws/lambda/gatehouse-staging-by-hand", is_data=True),
        Item("log group", "gatehouse-staging-test-by-hand", is_data=True),
        Item("role", "gatehouse-staging-by-hand"),
        Item("SageMaker pipeline", "gatehouse-staging-by-hand"),
        Item("user profile", "d-1/stranger"),
    ],
    ids=lambda item: f"{item.kind} {item.name}",
)
def test_what_somebody_made_by_hand_is_told(item: Item) -> None:
    assert _strangers(item) == [item]


@pytest.mark.parametrize(
    "item",
    [
        Item("model package group", "gatehouse-x-idea"),
        Item("log group", "/gatehouse-data-science/x/idea", is_data=True),
        Item("parameter", "/gatehouse/data-science/x/idea"),
        Item("launched product", "idea", is_data=True),
        Item("SageMaker pipeline", "gatehouse-breast-cancer"),
    ],
    ids=lambda item: item.kind,
)
def test_what_people_launch_and_builds_publish_is_no_stranger(item: Item) -> None:
    assert _strangers(item, "data-science") == []


def test_what_decides_who_may_do_what_comes_first() -> None:
    found = _inventory(
        Item("log group", "/gatehouse-staging/a"), Item("role", "gatehouse-staging-z")
    )
    told = beside(found, _plan(), _scope("staging"))
    assert [(row.address, row.bears_policy) for row in told] == [
        ("role gatehouse-staging-z", True),
        ("log group /gatehouse-staging/a", False),
    ]
    assert {row.difference for row in told} == {Difference.BESIDE}


def _strangers(item: Item, account: str = "staging") -> list[Item]:
    return strangers(_inventory(item), _plan(), _scope(account))


def _inventory(*items: Item) -> Inventory:
    return Inventory.of("staging", items, ())


def _scope(account: str) -> Scope:
    return Scope(_NAMING, _NAMING.organization.account(account))


def _plan() -> dict[str, Any]:
    managed = [
        {"address": kind, "mode": "managed", "type": kind, "values": values}
        for kind, values in _STATE.items()
    ]
    return {"prior_state": {"values": {"root_module": {"resources": managed}}}}
