"""The one place that starts Terraform: argument lists, a time limit, progress in the log."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.terraform_messages import (
    Change,
    changes,
    parse_line,
    reason,
    worth_telling,
)

_log = logging.getLogger(__name__)

# What a person's shell may hold must not change what a release applies.
_FOREIGN = ("TF_CLI_ARGS", "TF_VAR_", "TF_WORKSPACE", "TF_DATA_DIR", "TF_LOG", "TF_REATTACH")
PLAN_FILE = "release.tfplan"
_LOCK = ("-input=false", "-lock-timeout=60s")


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

    def plan(self) -> tuple[Change, ...] | None:
        """Write the plan file; tell what it changes, or None where nothing differs."""
        arguments = ["-json", "-detailed-exitcode", *_LOCK, f"-out={PLAN_FILE}"]
        ended = self._run(["plan", *arguments], fine=(0, 2))
        return changes(ended.messages) if ended.code == 2 else None

    def planned_names(self) -> dict[str, str]:
        """Read from the plan file which name each resource will have."""
        shown = self._answer(["show", "-json", PLAN_FILE])
        names = {
            one["address"]: (one["change"]["after"] or {}).get("name")
            for one in shown.get("resource_changes", [])
        }
        return {address: str(name) for address, name in names.items() if name}

    def apply(self) -> None:
        """Apply the plan file and nothing else."""
        self._run(["apply", "-json", *_LOCK, PLAN_FILE])

    def outputs(self) -> dict[str, Any]:
        """Read the outputs of the state."""
        shown = self._answer(["output", "-json", "-no-color"])
        return {name: one["value"] for name, one in shown.items()}

    def import_resource(self, address: str, identifier: str) -> None:
        """Take a resource that exists into the state."""
        self._run(["import", "-no-color", *_LOCK, address, identifier])

    def unlock(self, lock_id: str) -> None:
        """Take away a lock whose holder is known to be gone."""
        self._run(["force-unlock", "-force", "-no-color", lock_id])

    def _answer(self, arguments: Sequence[str]) -> dict[str, Any]:
        text = self._run(arguments, quiet=True).text
        try:
            document = json.loads(text)
        except ValueError as error:
            raise Finding("terraform", "must answer in JSON", got=str(error)) from error
        if not isinstance(document, dict):
            raise Finding(
                "terraform", "must answer with a JSON object", got=type(document).__name__
            )
        return document

    def _run(
        self, arguments: Sequence[str], *, fine: Sequence[int] = (0,), quiet: bool = False
    ) -> _Ended:
        ended = _communicate(self, [self.program, *arguments], quiet=quiet)
        if ended.code not in fine:
            command = f"terraform {arguments[0]}"
            if ended.stopped:
                limit = f"{self.limit_seconds:.0f} seconds"
                raise EnvironmentFault(command, f"must end within {limit}", got="no end")
            told = reason(ended.messages) or f"exit code {ended.code}"
            raise Finding(command, "must succeed", got=told, hint="see the log above")
        return ended


@dataclass(frozen=True)
class _Ended:
    code: int
    lines: tuple[str, ...]
    stopped: bool

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [parse_line(line) for line in self.lines]


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep what Terraform needs of an environment, without what would steer a plan."""
    kept = {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}
    return kept | {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}


def _communicate(terraform: Terraform, command: Sequence[str], *, quiet: bool) -> _Ended:
    process = _start(terraform, command, quiet=quiet)
    stopped = threading.Event()
    timer = threading.Timer(terraform.limit_seconds, _stop, [process, terraform, stopped])
    timer.daemon = True
    timer.start()
    lines = []
    try:
        for line in process.stdout or ():
            lines.append(line)
            if not quiet:
                _tell(line)
        code = process.wait()
    except BaseException:
        _stop(process, terraform, stopped)
        raise
    finally:
        timer.cancel()
        if process.stdout:
            process.stdout.close()
    return _Ended(code, tuple(lines), stopped.is_set())


def _start(terraform: Terraform, command: Sequence[str], *, quiet: bool) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command,
            cwd=terraform.folder,
            env=dict(terraform.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A document on standard output must stay free of warnings.
            stderr=None if quiet else subprocess.STDOUT,
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


def _stop(process: subprocess.Popen[str], terraform: Terraform, stopped: threading.Event) -> None:
    """Ask for an end, so that the state is written and unlocked; then insist."""
    stopped.set()
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(terraform.grace_seconds)
    except subprocess.TimeoutExpired:
        _log.warning("terraform did not end within %s seconds", terraform.grace_seconds)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _tell(line: str) -> None:
    text = worth_telling(parse_line(line))
    if text:
        _log.info("terraform: %s", text)
