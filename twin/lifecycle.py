"""Starts, asks, resets and ends the process of a twin, which lives apart from who started it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from twin import liveness
from twin.control_client import ControlClient
from twin.errors import TwinError
from twin.unit import Unit

_RECORD = "process.json"
_STRIPPED = (
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)

# The twins that this very process started: whoever starts a process must collect its end.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Wanted:
    """What a twin shall be: where, for which accounts and units, and the pace of its clock."""

    port: int
    management_account_id: str
    account_ids: tuple[str, ...]
    access_role: str = "OrganizationAccountAccessRole"
    region: str = "us-east-1"
    organization_id: str | None = None
    units: tuple[Unit, ...] = ()
    pace: float = 1.0


@dataclass(frozen=True)
class Running:
    """A twin that runs."""

    url: str
    pid: int
    wanted: Wanted
    started_now: bool = False


@dataclass(frozen=True)
class _Record:
    pid: int
    born: str
    wanted: Wanted


def up(
    folder: Path, wanted: Wanted, *, parent_pid: int | None = None, seconds: float = 60
) -> Running:
    """Start the twin of a state folder and wait until it answers.

    A twin that runs already with the same settings is left as it is. With ``parent_pid`` the
    twin ends by itself when that process is gone.
    Raises TwinError for a busy port, other settings, or a start that fails.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        record = _live_record(folder)
        if record is not None:
            return _same(folder, record, wanted)
        for pid in [pid for pid, child in _CHILDREN.items() if child.poll() is not None]:
            _reap(pid)
        _clear(folder)
        _require_free(folder, wanted.port)
        process = _start(folder, wanted, parent_pid)
        record = _Record(process.pid, liveness.birth(process.pid) or "", wanted)
        _write_record(folder, record)
        try:
            _await_ready(folder, process, wanted.port, seconds)
        except BaseException:
            # Ctrl-C included: nothing half-started stays behind.
            liveness.end(record.pid, record.born, grace=2.0)
            _reap(record.pid)
            _clear(folder)
            raise
    return Running(_url(wanted.port), process.pid, wanted, started_now=True)


def status(folder: Path) -> Running | None:
    """Return the twin of a state folder if it runs."""
    record = _live_record(folder.resolve())
    return None if record is None else Running(_url(record.wanted.port), record.pid, record.wanted)


def require(folder: Path) -> Running:
    """Return the running twin; raises TwinError where none runs."""
    running = status(folder)
    if running is None:
        raise TwinError(
            str(folder),
            "a twin must run with this state folder",
            hint="start it: gatehouse twin up",
        )
    return running


def reset(folder: Path) -> Running:
    """Empty the accounts of the running twin; its keys stay valid."""
    running = require(folder)
    ControlClient(running.url, folder.resolve()).post("reset")
    return running


def down(folder: Path) -> bool:
    """End the twin and everything it started; tell whether there was one to end."""
    folder = folder.resolve()
    if not folder.exists():
        return False
    with _alone(folder):
        record = _live_record(folder)
        if record is not None:
            liveness.end(record.pid, record.born, grace=20.0)
            _reap(record.pid)
        _clear(folder)
    return record is not None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let only one command at a time start or end the twin of a folder."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _same(folder: Path, record: _Record, wanted: Wanted) -> Running:
    if _comparable(record.wanted) != _comparable(wanted):
        raise TwinError(
            f"port {record.wanted.port}",
            "the twin of this folder must have the settings that are asked for",
            got=f"a running twin for the accounts {', '.join(record.wanted.account_ids)} "
            f"in {folder}",
            hint="end it first: gatehouse twin down",
        )
    ControlClient(_url(wanted.port), folder).get("status")
    return Running(_url(wanted.port), record.pid, wanted)


def _comparable(wanted: Wanted) -> Wanted:
    return replace(wanted, account_ids=tuple(sorted(wanted.account_ids)), pace=1.0)


def _require_free(folder: Path, port: int, seconds: float = 3) -> None:
    until = time.monotonic() + seconds
    while (reason := _taken(port)) is not None:
        listener = ControlClient(_url(port), folder).who_listens()
        # A port on which nobody answers may be one whose owner is just being ended.
        if listener is not None or time.monotonic() > until:
            raise TwinError(
                f"port {port}",
                "must be free on 127.0.0.1",
                got=listener or reason,
                hint="choose another port, or end what listens there",
            )
        time.sleep(0.05)


def _taken(port: int) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server binds: a connection in TIME_WAIT is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _start(folder: Path, wanted: Wanted, parent_pid: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "twin.server", *_arguments(folder, wanted)]
    if parent_pid is not None:
        command += ["--parent", str(parent_pid)]
    environment = {k: v for k, v in os.environ.items() if k not in _STRIPPED}
    root = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH")]))
    # What a person has set up for the real AWS must not steer the twin's own clients.
    environment["AWS_CONFIG_FILE"] = os.devnull
    environment["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost"
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _CHILDREN[process.pid] = process
    return process


def _arguments(folder: Path, wanted: Wanted) -> Sequence[str]:
    arguments = [
        f"--folder={folder}",
        f"--port={wanted.port}",
        f"--management-account={wanted.management_account_id}",
        f"--access-role={wanted.access_role}",
        *(f"--region={wanted.region}", f"--pace={wanted.pace}"),
    ]
    if wanted.organization_id is not None:
        arguments.append(f"--organization={wanted.organization_id}")
    arguments += [f"--unit={unit.spelled()}" for unit in wanted.units]
    return arguments + [f"--account={account_id}" for account_id in wanted.account_ids]


def _await_ready(folder: Path, process: subprocess.Popen[bytes], port: int, seconds: float) -> None:
    ready = folder / "ready"
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ready.exists() and ready.read_text(encoding="utf-8") == str(process.pid):
            ControlClient(_url(port), folder).get("status")
            return
        if process.poll() is not None:
            raise TwinError(
                str(folder / "server.log"),
                "the twin must start",
                got=_last_line(folder / "server.log"),
                hint="read this file for the reason",
            )
        time.sleep(0.02)
    raise TwinError(
        str(folder / "server.log"),
        f"the twin must answer on port {port} within {seconds:g} seconds",
        got="no answer",
        hint="read this file for the reason",
    )


def _live_record(folder: Path) -> _Record | None:
    """Return the record of our process if it still runs and is what we started."""
    try:
        held: dict[str, Any] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        record = _Record(int(held["pid"]), str(held["born"]), _wanted(held["wanted"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    ours = liveness.lives(record.pid, record.born)
    line = liveness.command_line(record.pid) if ours else ""
    return record if "twin.server" in line and f"--folder={folder}" in line else None


def _wanted(held: dict[str, Any]) -> Wanted:
    units = [Unit(**{**unit, "account_ids": tuple(unit["account_ids"])}) for unit in held["units"]]
    return Wanted(**{**held, "account_ids": tuple(held["account_ids"]), "units": tuple(units)})


def _write_record(folder: Path, record: _Record) -> None:
    path = folder / _RECORD
    path.with_suffix(".new").write_text(json.dumps(asdict(record), indent=2), encoding="utf-8")
    path.with_suffix(".new").replace(path)


def _clear(folder: Path) -> None:
    """Remove the traces of a twin that ended, and end what it left running."""
    children = folder / "children.json"
    try:
        left: dict[str, str] = json.loads(children.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        left = {}
    for pid, born in left.items():
        liveness.end(int(pid), born, grace=2.0, group=True)
    for name in (_RECORD, "ready", "children.json"):
        (folder / name).unlink(missing_ok=True)


def _reap(pid: int) -> None:
    if (child := _CHILDREN.pop(pid, None)) is not None:
        child.wait()


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "no word")


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
