"""A twin for tests: started on a free port, with clients of its accounts, ended afterwards."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from twin import access, lifecycle
from twin.credentials import Credentials
from twin.unit import Unit

REGION = "eu-west-1"
MANAGEMENT = "999999999999"
DATA_SCIENCE = "111111111111"
STAGING = "222222222222"
PRODUCTION = "333333333333"
ACCOUNTS = (DATA_SCIENCE, STAGING, PRODUCTION)
ORGANIZATION = "o-a1b2c3d4e5"
UNITS = (
    Unit("building", "ou-a1b2-11111111", (DATA_SCIENCE,)),
    Unit("serving", "ou-a1b2-22222222", (STAGING, PRODUCTION)),
)


@dataclass(frozen=True)
class RunningTwin:
    """A twin that runs for tests."""

    folder: Path
    running: lifecycle.Running

    @property
    def url(self) -> str:
        """The address of the twin."""
        return self.running.url

    def session(self, account_id: str, role_name: str | None = None, **more: Any) -> Credentials:
        """Return keys of a role in an account, by default of its access role."""
        return access.session(self.folder, account_id, role_name, **more)

    def client(
        self, service: str, account_id: str = DATA_SCIENCE, credentials: Credentials | None = None
    ) -> Any:
        """Return a client in an account, by default as its access role."""
        return client(self.url, service, credentials or self.session(account_id))

    def environment(self, account_id: str) -> dict[str, str]:
        """Return the environment in which a program meets the twin as an account's access role."""
        made = access.environment(self.running, self.session(account_id), REGION)
        return {**made, "PATH": os.environ["PATH"], "HOME": str(self.folder)}


@contextmanager
def running_twin(folder: Path) -> Iterator[RunningTwin]:
    """Run a twin with its state in a folder, for as long as the block or this process lasts."""
    wanted = lifecycle.Wanted(
        free_port(),
        MANAGEMENT,
        ACCOUNTS,
        region=REGION,
        organization_id=ORGANIZATION,
        units=UNITS,
    )
    running = lifecycle.up(folder, wanted, parent_pid=os.getpid())
    try:
        yield RunningTwin(folder, running)
    finally:
        lifecycle.down(folder)


def client(url: str, service: str, credentials: Credentials, **more: Any) -> Any:
    """Return a client of the twin with the given keys."""
    settings = {"retries": {"total_max_attempts": 1}, "read_timeout": 60, "proxies": {}}
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
        config=Config(**{**settings, **more}),
    )


def free_port() -> int:
    """Return a port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
