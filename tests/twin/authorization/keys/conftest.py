"""A twin in this process, whose live state tests fill themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.moto_api._internal import moto_api_backend

from tests.twin.authorization.keys.asking import ACCOUNT, ORGANIZATION, OTHER, REGION, Asking
from twin.registry import Registry
from twin.twin import Settings, Twin
from twin.unit import Unit

_UNITS = (
    Unit("building", "ou-a1b2-11111111", (ACCOUNT,)),
    Unit("serving", "ou-a1b2-22222222", (OTHER,)),
)


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Asking]:
    """How to ask a twin of two member accounts, empty but for their access roles."""
    settings = Settings(
        folder=tmp_path,
        port=0,
        management_account_id="999999999999",
        account_ids=(ACCOUNT, OTHER),
        path="/usr/bin",
        region=REGION,
        organization_id=ORGANIZATION,
        units=_UNITS,
    )
    twin = Twin(settings, Registry())
    twin.reset()
    yield Asking(twin)
    twin.stop()
    # What moto holds belongs to the process, not to the twin.
    moto_api_backend.reset()
