"""The twin of this checkout, through the package that knows it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from pipelines.errors import EnvironmentFault
from pipelines.organization import Organization
from scripts.access import Access
from twin import access as twin_access
from twin import clock, lifecycle
from twin.control_client import ControlClient
from twin.errors import TwinError
from twin.unit import Unit

DEFAULT_PORT = 5566
Seat = twin_access.Seat
ON_THE_INTERNET = Seat()
SLOWEST, FASTEST = clock.SLOWEST, clock.FASTEST


def start(
    folder: Path,
    organization: Organization,
    port: int,
    *,
    parent_pid: int | None = None,
    pace: float | None = None,
) -> lifecycle.Running:
    """Start the twin of a folder, or find it running as it shall be.

    ``pace`` is that of its clock; without one, a twin that runs already keeps its own.
    """
    wanted = lifecycle.Wanted(
        port=port,
        management_account_id=organization.management_account_id,
        account_ids=tuple(dict.fromkeys(found.id for found in organization.accounts.values())),
        access_role=organization.sign_in_role,
        region=organization.region,
        organization_id=organization.id,
        units=_units(organization),
        pace=1.0 if pace is None else pace,
    )
    with twin_errors():
        running = lifecycle.up(folder, wanted, parent_pid=parent_pid)
        if pace is not None and not running.started_now:
            set_pace(folder, pace)
    return running


def _units(organization: Organization) -> tuple[Unit, ...]:
    """List the units with the accounts of their kind; an account is in one unit only."""
    placed: set[str] = set()
    units = []
    for kind, identifier in organization.units.items():
        found = {
            account.id for account in organization.accounts.values() if account.kind.value == kind
        }
        units.append(Unit(kind, identifier, tuple(sorted(found - placed))))
        placed |= found
    return tuple(units)


def status(folder: Path) -> lifecycle.Running | None:
    """Give the twin of a folder if it runs."""
    with twin_errors():
        return lifecycle.status(folder)


def require(folder: Path) -> lifecycle.Running:
    """Give the twin of a folder; refuse where none runs."""
    with twin_errors():
        return lifecycle.require(folder)


def stop(folder: Path) -> bool:
    """End the twin of a folder; tell whether there was one."""
    with twin_errors():
        return lifecycle.down(folder)


def reset(folder: Path) -> lifecycle.Running:
    """Empty the accounts of the twin of a folder."""
    with twin_errors():
        return lifecycle.reset(folder)


def set_pace(folder: Path, pace: float) -> None:
    """Let the clock of the twin of a folder go at another pace."""
    with twin_errors():
        ControlClient(lifecycle.require(folder).url, folder.resolve()).post("pace", {"pace": pace})


def pace(folder: Path) -> float:
    """Give the pace of the clock of the twin of a folder."""
    with twin_errors():
        found = ControlClient(lifecycle.require(folder).url, folder.resolve()).get("status")
    return float(found["pace"])


def variables(folder: Path, region: str, seat: Seat = ON_THE_INTERNET) -> dict[str, str]:
    """Give the variables with which programs meet the twin as its administrator, from a seat."""
    with twin_errors():
        running = twin_access.reached_from(folder, seat)
        return twin_access.environment(running, twin_access.administrator(folder), region)


def administrator(folder: Path, region: str, seat: Seat = ON_THE_INTERNET) -> Access:
    """Give the identity of the management account's administrator on the twin, from a seat."""
    found = variables(folder, region, seat)
    session = boto3.session.Session(
        found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], region_name=region
    )
    return Access(session, found["AWS_ENDPOINT_URL"], "the administrator")


def forget_work(folder: Path) -> None:
    """Remove Terraform's memory of accounts that are empty now."""
    shutil.rmtree(folder, ignore_errors=True)


def free_port(preferred: int) -> int:
    """Give the preferred port if it is free, else one that is."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EnvironmentFault("127.0.0.1", "must have a free port", got="none")


@contextmanager
def twin_errors() -> Iterator[None]:
    """Turn the twin's errors into ours."""
    try:
        yield
    except TwinError as error:
        raise EnvironmentFault(
            error.address, error.must_hold, got=error.got, hint=error.hint or None
        ) from error
