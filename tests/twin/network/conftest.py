"""The twin of this test process, and what it is asked while a test watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.twin.engines.accounts import REGION, Lab
from tests.twin.engines.conftest import lab
from tests.twin.network.ground import Ground
from twin.call import Call, Response
from twin.twin import Twin

__all__ = ["lab"]


class Watched:
    """The calls that were answered while somebody watched."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._watching = False

    def __call__(self, _twin: Twin, call: Call, _response: Response, _code: str | None) -> None:
        if self._watching:
            self._calls.append(call)

    @contextmanager
    def watching(self) -> Iterator[list[Call]]:
        """Keep the calls of a block."""
        self._calls, self._watching = [], True
        try:
            yield self._calls
        finally:
            self._watching = False


@pytest.fixture(scope="module")
def watched(lab: Lab) -> Watched:
    """A watcher of the twin's calls."""
    made = Watched()
    lab.twin.registry.watches(made)
    return made


@pytest.fixture(scope="module")
def ground(lab: Lab) -> Ground:
    """A VPC in the tools account, with endpoints for KMS, STS, SSM and S3."""
    made = Ground(lab.client("ec2"), REGION).lay_out()
    made.open_groups()
    for service in ("kms", "ssm", "sts"):
        made.interface(service)
    made.gateway(made.table)
    made.let_out(IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    return made
