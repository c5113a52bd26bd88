"""An organisation in moto's state, for one test each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.moto_api._internal import moto_api_backend
from moto.organizations import organizations_backends

from tests.twin.authorization.live.world import (
    MANAGEMENT,
    ONE,
    ORGANIZATION,
    REGION,
    TWO,
    UNITS,
    World,
)
from twin.registry import Registry
from twin.twin import Settings, Twin


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A twin without a server; what it made in this process is gone afterwards."""
    settings = Settings(
        folder=tmp_path,
        port=1,
        management_account_id=MANAGEMENT,
        account_ids=(ONE, TWO),
        path="",
        region=REGION,
        organization_id=ORGANIZATION,
        units=UNITS,
    )
    twin = Twin(settings, Registry())
    twin.open_accounts()
    yield World(twin)
    twin.audit.close()
    moto_api_backend.reset()
    organizations_backends.master_accounts.clear()
