"""Child processes of the twin, each in a group of its own, all ended when the twin ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from twin import liveness


class ProcessTable:
    """Starts processes and remembers them until they have ended."""

    def __init__(self, record: Path | None = None) -> None:
        """``record`` names a file that lists what runs, for who cleans up after a crash."""
        self._lock = threading.Lock()
        self._record = record
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._births: dict[int, str] = {}

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        output: IO[bytes],
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; both its streams go to ``output``."""
        process = subprocess.Popen(
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
            self._births[process.pid] = liveness.birth(process.pid) or ""
            self._write()
        return process

    def wait(self, process: subprocess.Popen[bytes], seconds: float | None = None) -> int:
        """Wait for the end of a process and return its exit code.

        Raises subprocess.TimeoutExpired when it still runs after that many seconds.
        """
        code = process.wait(seconds)
        with self._lock:
            self._running.pop(process.pid, None)
            self._births.pop(process.pid, None)
            self._write()
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

    def _write(self) -> None:
        if self._record is not None:
            new = self._record.with_suffix(".new")
            new.write_text(json.dumps(self._births), encoding="utf-8")
            new.replace(self._record)

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        if process.poll() is None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                return
