"""Tells one life of a process from another that got the same number."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path


def birth(pid: int) -> str | None:
    """Return when a process began, as an opaque text; None where it does not run (any more)."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The command's name stands in brackets and may itself contain blanks and brackets.
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in ("Z", "X") else fields[19]
    answer = _ps(pid, "stat=,lstart=")
    state, _, began = answer.partition(" ")
    return None if not began or state.startswith("Z") else began.strip()


def command_line(pid: int) -> str:
    """Return the command line of a process, empty where it does not run."""
    path = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    return _ps(pid, "command=")


def lives(pid: int, born: str) -> bool:
    """Tell whether the process that began then still runs."""
    return birth(pid) == born


def end(pid: int, born: str, *, grace: float, group: bool = False) -> bool:
    """End a process (or its group) with SIGTERM, after ``grace`` seconds with SIGKILL.

    Return False where that process did not run any more.
    """
    if not lives(pid, born):
        return False
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        try:
            (os.killpg if group else os.kill)(pid, number)
        except ProcessLookupError:
            return True
        until = time.monotonic() + patience
        while lives(pid, born) and time.monotonic() < until:
            time.sleep(0.05)
        if not lives(pid, born):
            break
    return True


def _ps(pid: int, columns: str) -> str:
    program = shutil.which("ps")
    if program is None:
        return ""
    answer = subprocess.run(
        [program, "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
