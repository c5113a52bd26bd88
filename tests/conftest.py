"""What holds for every test: only this machine is reached; long files begin, with a worker each."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from tests.platform_plans import share_plans

_CHECKOUT = Path(__file__).resolve().parents[1]
# The longest file bounds a whole run: it begins at once, beside one that plans all roots, which
# others wait for, and one that needs no plans. The rest goes to whichever worker is free.
_FIRST = (
    "tests/journeys/test_release_journey.py",
    "tests/scripts/test_review_of_platform.py",
    "tests/policies/checks/checkov/test_fixtures.py",
    "tests/policies/invariants/test_breaking.py",
    "tests/modules/test_module_runs.py",
    "tests/policies/checks/plan/test_planning.py",
)


class _ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Gives a file to one worker, but each module's Terraform runs to whichever is free."""

    def _split_scope(self, nodeid: str) -> str:
        if "test_module_runs.py" in nodeid:
            return nodeid
        return str(super()._split_scope(nodeid))


def pytest_configure(config: pytest.Config) -> None:
    """Let workers share plans, interrupts reach what tests start, and examples take their time."""
    share_plans(config)
    # How long an example takes tells of the machine and its load, not of what is tested.
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
    # A shell's background job ignores it, and hands that down to every child.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; a file that is not there any more is told."""
    if gone := [name for name in _FIRST if not (_CHECKOUT / name).is_file()]:
        raise pytest.UsageError(f"files to begin with must exist, got {', '.join(gone)}")
    # Sorting is stable: everything else keeps its order.
    items.sort(key=lambda item: _rank(item.nodeid.partition("::")[0]))


def _rank(file: str) -> int:
    return _FIRST.index(file) if file in _FIRST else len(_FIRST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile | None:
    """Schedule by file where that was asked for."""
    return _ByFile(config, log) if config.getoption("dist") == "loadfile" else None


class NetworkUsedError(RuntimeError):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _require_loopback(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _require_loopback(self, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_loopback(host):
            raise NetworkUsedError(f"tests must stay on loopback, got a look-up of {host}")
        return resolve(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(autouse=True)
def _no_ambient_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def _require_loopback(connection: socket.socket, address: Any) -> None:
    if connection.family == socket.AF_UNIX:
        return
    if not _is_loopback(address[0]):
        raise NetworkUsedError(f"tests must stay on loopback, got a connection to {address}")


def _is_loopback(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
