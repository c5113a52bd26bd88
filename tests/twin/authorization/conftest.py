"""A twin that refuses what the policies in it do not allow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.twin.authorization.strict import Strict
from tests.twin.engines.laboratory import laboratory


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    """Serve a refusing twin for the tests of one module."""
    with laboratory(tmp_path_factory.mktemp("twin")) as lab:
        yield Strict(lab)
