"""A twin within the test's process, with three accounts and short ways to their resources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.twin.engines.accounts import Lab
from tests.twin.engines.laboratory import laboratory


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a twin for the tests of one module."""
    with laboratory(tmp_path_factory.mktemp("twin")) as lab:
        yield lab
