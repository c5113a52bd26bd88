"""A twin that serves nobody, for what calls ask for, and accounts in moto that end with a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.backends import get_backend
from moto.s3.models import s3_backends

from tests.twin.authorization.actions.calls import OTHER, OWN, idle_twin
from twin.twin import Twin

_USED = ("iam", "kms", "ec2", "config", "secretsmanager", "organizations", "s3", "efs")


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    made = idle_twin(tmp_path_factory.mktemp("idle"))
    yield made
    made.stop()


@pytest.fixture
def _accounts() -> Iterator[None]:
    """Forget what a test made in moto, which all tests of this process share."""
    yield
    for account in (OWN, OTHER):
        for service in _USED:
            if account in get_backend(service):
                del get_backend(service)[account]
    for name in [n for n, made in s3_backends.bucket_accounts.items() if made[1] in (OWN, OTHER)]:
        del s3_backends.bucket_accounts[name]
