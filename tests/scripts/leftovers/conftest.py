"""Each test has a pretended account of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripts.leftovers.accounts import PretendedAccount, pretended


@pytest.fixture
def account() -> Iterator[PretendedAccount]:
    """An account in memory."""
    yield from pretended()
