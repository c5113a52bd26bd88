"""Processes that a command starts and that never outlive it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import EnvironmentFault

# The kernel tells a child on Linux that its parent was killed, if the child has asked for that. It
# is interrupted then: Terraform ends what it has begun, notes it and frees its lock.
_ENDS_WITH_ITS_PARENT = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGINT)
if os.getppid() != int(sys.argv[1]):
    sys.exit(130)
os.execv(sys.argv[2], sys.argv[2:])
"""
_ROOM = 1024 * 1024


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said last."""

    command: tuple[str, ...]
    exit_code: int
    lines: tuple[str, ...]


class ChildProcesses:
    """The running children; an interruption reaches each once, and is waited for.

    Children get a process group of their own: Ctrl-C on the terminal arrives here only, so
    that a child is asked to stop once and may finish what must not be cut off.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._interrupted = False

    def run(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        on_line: Callable[[str], None],
    ) -> Ended:
        """Run a command to its end, handing over each line as it comes.

        Raises KeyboardInterrupt after the child has ended, EnvironmentFault on a time-out.
        """
        process = self._start(command, folder, environment)
        expired = threading.Event()
        timer = threading.Timer(timeout, self._expire, (process, expired))
        timer.daemon = True
        timer.start()
        lines: list[str] = []
        try:
            self._drain(process, lines, on_line)
        finally:
            timer.cancel()
            with self._guard:
                self._running.discard(process)
        if expired.is_set():
            raise EnvironmentFault(
                " ".join(command), f"must end within {timeout:.0f} s", got="no end; it was stopped"
            )
        if self._interrupted:
            raise KeyboardInterrupt
        return Ended(tuple(command), process.returncode, tuple(lines))

    def interrupt(self) -> None:
        """Ask every running child to stop; their `run` returns when they have."""
        with self._guard:
            self._interrupted = True
            for process in self._running:
                _signal(process, signal.SIGINT)

    def _start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        with self._guard:
            if self._interrupted:
                raise KeyboardInterrupt
            # The child holds both ends: where nobody reads any more its pipe does not break, of
            # which a Go program would die at its next word.
            reading, writing = os.pipe()
            _widen(writing)
            try:
                process = subprocess.Popen(
                    _ending_with_its_parent(command, environment),
                    cwd=folder,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=writing,
                    stderr=subprocess.STDOUT,
                    pass_fds=(reading,),
                    text=True,
                    process_group=0,
                )
            except OSError as error:
                os.close(reading)
                raise EnvironmentFault(
                    " ".join(command), "must be a program that runs here", got=error.strerror
                ) from error
            finally:
                os.close(writing)
            process.stdout = os.fdopen(reading, encoding="utf-8", errors="replace")
            self._running.add(process)
            return process

    def _drain(
        self, process: subprocess.Popen[str], lines: list[str], on_line: Callable[[str], None]
    ) -> None:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        while True:
            try:
                for line in process.stdout:
                    lines.append(line.rstrip("\n"))
                    on_line(lines[-1])
                process.wait()
            except KeyboardInterrupt:
                self.interrupt()
                continue
            except BaseException:
                _signal(process, signal.SIGINT)
                process.wait()
                raise
            else:
                process.stdout.close()
                return

    def _expire(self, process: subprocess.Popen[str], expired: threading.Event) -> None:
        expired.set()
        _signal(process, signal.SIGINT)


def _ending_with_its_parent(
    command: Sequence[str], environment: Mapping[str, str]
) -> Sequence[str]:
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None or not sys.platform.startswith("linux"):
        return command
    launcher = (sys.executable, "-I", "-S", "-c", _ENDS_WITH_ITS_PARENT, str(os.getpid()))
    return [*launcher, program, *command[1:]]


def _widen(pipe: int) -> None:
    """Give a pipe room for what is said after nobody reads any more, where that can be had."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    if process.poll() is None:
        os.kill(process.pid, number)
