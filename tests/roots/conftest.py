"""The plan of each root, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.roots.plans import RootPlan, plan_root


@pytest.fixture(scope="session")
def data_science(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    return plan_root(_folder(tmp_path_factory), "data-science", "data-science")


@pytest.fixture(scope="session")
def staging(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    return plan_root(_folder(tmp_path_factory), "staging", "staging")


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> RootPlan:
    return plan_root(_folder(tmp_path_factory), "production", "production")


@pytest.fixture(params=["data-science", "staging", "production"])
def plan(request: pytest.FixtureRequest) -> RootPlan:
    found: RootPlan = request.getfixturevalue(request.param.replace("-", "_"))
    return found


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("root") / "checkout"
