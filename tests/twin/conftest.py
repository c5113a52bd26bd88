"""One twin for all tests of the local AWS in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.twins import RunningTwin
from tests.twins import running_twin as run_twin


@pytest.fixture(scope="session")
def running_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    """A twin with three accounts; tests share it, so names in them are their own."""
    with run_twin(tmp_path_factory.mktemp("twin")) as twin:
        yield twin
