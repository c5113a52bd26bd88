"""The one place that starts Terraform: argument lists, a time limit, progress in the log."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import EnvironmentFault, Finding

_log = logging.getLogger(__name__)

# What a person's shell may hold must not change what a release applies.
_FOREIGN = ("TF_CLI_ARGS", "TF_VAR_", "TF_WORKSPACE", "TF_DATA_DIR", "TF_LOG", "TF_REATTACH")
_REMEMBERED_LINES = 400
PLAN_FILE = "release.tfplan"


@dataclass(frozen=True)
class Change:
    """What a plan does to one resource."""

    address: str
    actions: tuple[str, ...]
    type: str = ""
    name: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {"address": self.address, "actions": list(self.actions)}


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in one folder; each command may take `limit_seconds`."""

    folder: Path
    environment: Mapping[str, str]
    program: str = "terraform"
    limit_seconds: float = 2700
    grace_seconds: float = 120

    def init(self, backend: Mapping[str, str]) -> None:
        """Prepare the folder with exactly the providers of its lock file."""
        settings = [f"-backend-config={name}={value}" for name, value in sorted(backend.items())]
        self._run(["init", "-input=false", "-no-color", "-lockfile=readonly", *settings])

    def plan(self) -> bool:
        """Write the plan file; tell whether it changes anything."""
        arguments = ["-input=false", "-no-color", "-lock-timeout=60s", f"-out={PLAN_FILE}"]
        return self._run(["plan", "-detailed-exitcode", *arguments], fine=(0, 2)).code == 2

    def changes(self) -> tuple[Change, ...]:
        """Read from the plan file what it does to which resource."""
        shown = _document(self._run(["show", "-json", PLAN_FILE], quiet=True).text)
        return tuple(
            Change(
                one["address"],
                tuple(one["change"]["actions"]),
                one["type"],
                (one["change"].get("after") or {}).get("name"),
            )
            for one in shown.get("resource_changes", [])
            if one["change"]["actions"] not in (["no-op"], ["read"])
        )

    def apply(self) -> None:
        """Apply the plan file and nothing else."""
        self._run(["apply", "-input=false", "-no-color", "-lock-timeout=60s", PLAN_FILE])

    def outputs(self) -> dict[str, Any]:
        """Read the outputs of the state."""
        shown = _document(self._run(["output", "-json", "-no-color"], quiet=True).text)
        return {name: one["value"] for name, one in shown.items()}

    def import_resource(self, address: str, identifier: str) -> None:
        """Take a resource that exists into the state."""
        arguments = ["-input=false", "-no-color", "-lock-timeout=60s", address, identifier]
        self._run(["import", *arguments])

    def unlock(self, lock_id: str) -> None:
        """Take away a lock whose holder is known to be gone."""
        self._run(["force-unlock", "-force", "-no-color", lock_id])

    def _run(
        self, arguments: Sequence[str], *, fine: Sequence[int] = (0,), quiet: bool = False
    ) -> _Ended:
        show: Callable[[str], None] = _silent if quiet else _tell
        ended = _communicate(self, [self.program, *arguments], show)
        if ended.code not in fine:
            command = f"terraform {arguments[0]}"
            if ended.stopped:
                limit = f"{self.limit_seconds:.0f} seconds"
                raise EnvironmentFault(command, f"must end within {limit}", got="no end")
            raise Finding(command, "must succeed", got=_reason(ended), hint="see the log above")
        return ended


@dataclass(frozen=True)
class _Ended:
    code: int
    text: str
    stopped: bool


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep what Terraform needs of an environment, without what would steer a plan."""
    kept = {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}
    return kept | {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}


def _communicate(
    terraform: Terraform, command: Sequence[str], show: Callable[[str], None]
) -> _Ended:
    try:
        process = subprocess.Popen(
            command,
            cwd=terraform.folder,
            env=dict(terraform.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise EnvironmentFault(
            terraform.program,
            "must be a program on PATH, 1.11 or later",
            got=error.strerror,
            hint="use a build image that has Terraform",
        ) from error
    stopped = threading.Event()
    timer = threading.Timer(terraform.limit_seconds, _stop, [process, terraform, stopped])
    timer.daemon = True
    lines: deque[str] = deque(maxlen=None if show is _silent else _REMEMBERED_LINES)
    timer.start()
    try:
        for line in process.stdout or ():
            lines.append(line)
            show(line)
        code = process.wait()
    except BaseException:
        _stop(process, terraform, stopped)
        raise
    finally:
        timer.cancel()
        if process.stdout:
            process.stdout.close()
    return _Ended(code, "".join(lines), stopped.is_set())


def _stop(process: subprocess.Popen[str], terraform: Terraform, stopped: threading.Event) -> None:
    """Ask for an end, so that the state is written and unlocked; then insist."""
    stopped.set()
    _signal(process, signal.SIGINT, whole_group=False)
    try:
        process.wait(terraform.grace_seconds)
    except subprocess.TimeoutExpired:
        _log.warning("terraform did not end within %s seconds", terraform.grace_seconds)
    _signal(process, signal.SIGKILL, whole_group=True)
    process.wait()


def _signal(process: subprocess.Popen[str], number: signal.Signals, *, whole_group: bool) -> None:
    try:
        if whole_group:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)
    except ProcessLookupError:
        pass


def _tell(line: str) -> None:
    if line.strip():
        _log.info("terraform: %s", line.rstrip())


def _silent(_line: str) -> None:
    pass


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Finding("terraform", "must answer in JSON", got=str(error)) from error
    if not isinstance(document, dict):
        raise Finding("terraform", "must answer with a JSON object", got=type(document).__name__)
    return document


def _reason(ended: _Ended) -> str:
    """Find the first error that Terraform tells, on one line."""
    lines = [line.strip("│╷╵ \n") for line in ended.text.splitlines()]
    starts = [index for index, line in enumerate(lines) if line.startswith("Error:")]
    if not starts:
        return f"exit code {ended.code}"
    told = " ".join(line for line in lines[starts[0] : starts[0] + 8] if line)
    return told if len(told) <= 400 else f"{told[:397]}..."
