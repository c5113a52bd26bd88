"""A small forecast, made once."""

from __future__ import annotations

import pytest

from tests.pipelines.forecast_models import Built, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Run the three steps on simulated hours."""
    return build(tmp_path_factory.mktemp("forecast"))
