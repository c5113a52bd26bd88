"""The plan of each root, made once."""

from __future__ import annotations

import pytest

from tests.roots.plans import RootPlan, plan_of_the_platform


@pytest.fixture(scope="session")
def data_science() -> RootPlan:
    return plan_of_the_platform("data-science")


@pytest.fixture(scope="session")
def staging() -> RootPlan:
    return plan_of_the_platform("staging")


@pytest.fixture(scope="session")
def production() -> RootPlan:
    return plan_of_the_platform("production")


@pytest.fixture(params=["data-science", "staging", "production"])
def plan(request: pytest.FixtureRequest) -> RootPlan:
    found: RootPlan = request.getfixturevalue(request.param.replace("-", "_"))
    return found
