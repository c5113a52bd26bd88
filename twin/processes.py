"""Child processes of the twin, each in a group of its own, all ended when the twin ends."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


class ProcessTable:
    """Starts processes and remembers them until they have ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        output: IO[bytes],
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; both its streams go to ``output``."""
        process = subprocess.Popen(  # noqa: S603 - the engines run what pipelines declare
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with self._lock:
            self._running[process.pid] = process
        return process

    def wait(self, process: subprocess.Popen[bytes], seconds: float | None = None) -> int:
        """Wait for the end of a process and return its exit code.

        Raises subprocess.TimeoutExpired when it still runs after that many seconds.
        """
        code = process.wait(seconds)
        with self._lock:
            self._running.pop(process.pid, None)
        return code

    def end(self, process: subprocess.Popen[bytes], grace: float = 5.0) -> int:
        """End a process and its group, politely first."""
        self._signal(process, signal.SIGTERM)
        try:
            return self.wait(process, grace)
        except subprocess.TimeoutExpired:
            self._signal(process, signal.SIGKILL)
            return self.wait(process)

    def end_all(self) -> None:
        """End everything that still runs."""
        with self._lock:
            running = list(self._running.values())
        for process in running:
            self.end(process, grace=2.0)

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        if process.poll() is None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                return
