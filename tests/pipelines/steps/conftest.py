"""Built models of every kind, made once."""

from __future__ import annotations

import pytest

from tests.pipelines.tabular_models import KINDS, Built, Case, build, case_of


@pytest.fixture(scope="session", params=sorted(KINDS))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Give a case of each kind."""
    return case_of(request.param, tmp_path_factory.mktemp(f"case-{request.param}"))


@pytest.fixture(scope="session")
def built(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Run the steps on a case of each kind."""
    return build(case.model, case.csv, tmp_path_factory.mktemp("built"))
