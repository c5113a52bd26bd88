"""Runs the commands of a build's phases as process groups that end with the build."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.twin import Twin

_TICK_SECONDS = 1.0
_GRACE_SECONDS = 2.0
# The shell's own; they say nothing to the next phase.
_NOT_KEPT = ("_", "SHLVL", "OLDPWD", "PWD")


@dataclass(frozen=True)
class Watch:
    """How a running phase learns that it shall end, and gets its output forwarded."""

    changed: threading.Condition
    ending: Callable[[], str | None]
    forward: Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """How a list of commands ended: with a code, or cut short (STOPPED, TIMED_OUT)."""

    code: int
    command: str = ""
    cut_short: str | None = None


class Shell:
    """The shell of one build.

    The commands of a phase share one shell; from phase to phase go the exported variables and
    the current folder. What commands leave running in the background lives until ``close``.
    """

    def __init__(
        self, twin: Twin, name: str, root: Path, environment: dict[str, str], watch: Watch
    ) -> None:
        self.environment = dict(environment)
        self._twin = twin
        self._name = name
        self._root = root
        self._folder = Path(environment["CODEBUILD_SRC_DIR"])
        self._watch = watch
        self._ended: dict[int, int] = {}
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, commands: Sequence[str]) -> Outcome:
        """Run commands up to the first that fails."""
        if not commands:
            return Outcome(0)
        script = self._script(commands)
        with (self._root / "log").open("ab") as output:
            process = self._twin.processes.start(
                [self._name, str(script)],
                environment=self.environment,
                folder=self._folder if self._folder.is_dir() else self._root,
                output=output,
            )
        self._processes.append(process)
        self._twin.background(f"wait for {process.pid}", lambda: self._await(process))
        cut_short = self._wait(process)
        if cut_short is not None:
            self._end(process)
            return Outcome(-1, cut_short=cut_short)
        self._keep_state()
        at = (self._root / "at").read_text(encoding="utf-8")
        return Outcome(self._ended[process.pid], commands[int(at)])

    def close(self) -> None:
        """End all that still runs, as the end of a build's container does."""
        for process in self._processes:
            self._end(process)
        self._processes.clear()

    def _wait(self, process: subprocess.Popen[bytes]) -> str | None:
        """Wait for the end of a process; return why it was cut short, or None."""
        while True:
            with self._watch.changed:
                self._watch.changed.wait_for(
                    lambda: process.pid in self._ended or self._watch.ending() is not None,
                    _TICK_SECONDS,
                )
                if process.pid in self._ended:
                    return None
            why = self._watch.ending()
            if why is not None:
                return why
            self._watch.forward()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        """Note the end of a process without reaping it: that keeps its group's id taken."""
        code = -1
        try:
            ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            if ended is not None:
                exited = ended.si_code == os.CLD_EXITED
                code = ended.si_status if exited else 128 + ended.si_status
        except ChildProcessError:
            code = process.returncode if process.returncode is not None else -1
        with self._watch.changed:
            self._ended[process.pid] = code
            self._watch.changed.notify_all()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End a group, politely where its leader still runs, and reap the leader."""
        if process.returncode is not None:
            return
        with self._watch.changed:
            if process.pid not in self._ended:
                _signal(process.pid, signal.SIGTERM)
                self._watch.changed.wait_for(lambda: process.pid in self._ended, _GRACE_SECONDS)
        _signal(process.pid, signal.SIGKILL)
        self._twin.processes.wait(process)

    def _script(self, commands: Sequence[str]) -> Path:
        """Write the script of a phase; each command is a file, so that it fails by itself."""
        root = self._root
        state, folder, at = (shlex.quote(str(root / name)) for name in ("state", "folder", "at"))
        lines = [
            f"codebuild_save() {{ /usr/bin/env -0 > {state}; pwd > {folder}; }}",
            "trap codebuild_save EXIT",
        ]
        for number, command in enumerate(commands):
            path = root / f"command-{number}"
            path.write_text(command + "\n", encoding="utf-8")
            lines += [
                f"printf '%s' {number} > {at}",
                f"printf '[Container] %s\\n' {shlex.quote(f'Running command {command}')}",
                f". {shlex.quote(str(path))}",
                "CODEBUILD_LAST_EXIT=$?",
                '[ "$CODEBUILD_LAST_EXIT" -eq 0 ] || exit "$CODEBUILD_LAST_EXIT"',
            ]
        script = root / "phase"
        script.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return script

    def _keep_state(self) -> None:
        saved = self._root / "state"
        if not saved.exists():
            return
        pairs = (item.partition(b"=") for item in saved.read_bytes().split(b"\0") if item)
        self.environment = {
            os.fsdecode(name): os.fsdecode(value)
            for name, _, value in pairs
            if os.fsdecode(name) not in _NOT_KEPT
        }
        self._folder = Path((self._root / "folder").read_text(encoding="utf-8").rstrip("\n"))
        saved.unlink()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
