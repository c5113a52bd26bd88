"""Finds out, once, how far this machine lets containers be kept apart."""

from __future__ import annotations

import marshal
import subprocess
import sys
import tempfile
import threading
from enum import Enum
from pathlib import Path
from typing import Any

# Imported, not run as a file, so that it is compiled once and not for every container.
_LAUNCH = "import sys; sys.path.insert(0, sys.argv[1]); import sandbox; sandbox.enter()"
_PROBE = "import ctypes, ssl, os; assert os.listdir('/opt/ml') == ['seen']"
_lock = threading.Lock()
_found: list[Mode] = []


class Mode(Enum):
    """How containers run, and what that means to who reads the status."""

    NAMESPACES = "private namespaces"
    USER_NAMESPACES = "private namespaces of an ordinary user"
    PATH_PREFIX = "ordinary processes with another root for /opt/ml: isolation is not enforced"


def known() -> Mode | None:
    """Return the mode if it has been found already."""
    return _found[0] if _found else None


def detect() -> Mode:
    """Return the best mode that works here; tried once in the life of a twin."""
    with _lock:
        if not _found:
            tried = (Mode.NAMESPACES, Mode.USER_NAMESPACES)
            works = (mode for mode in tried if sys.platform == "linux" and _works(mode))
            _found.append(next(works, Mode.PATH_PREFIX))
        return _found[0]


def launching(specification: Path) -> list[str]:
    """Return the command that starts the container of a specification."""
    folder = str(Path(__file__).parent)
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, folder, str(specification)]


def host_folders() -> list[str]:
    """Return the folders of the interpreter that stands in for the images' base layers."""
    paths = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    return sorted({str(path) for path in paths if path not in (Path("/"), Path("/usr"))})


def _works(mode: Mode) -> bool:
    with tempfile.TemporaryDirectory(prefix="twin-") as name:
        folder = Path(name)
        (folder / "ml" / "seen").mkdir(parents=True)
        (folder / "image").mkdir()
        spec: dict[str, Any] = {
            "command": [sys.executable, "-I", "-c", _PROBE],
            "working_folder": "/",
            "image": str(folder / "image"),
            "mounts": {"/opt/ml": str(folder / "ml")},
            "host_folders": host_folders(),
            "isolated": True,
            "user_namespace": mode is Mode.USER_NAMESPACES,
            "port": 0,
        }
        path = folder / "specification"
        path.write_bytes(marshal.dumps(spec))
        try:
            done = subprocess.run(launching(path), capture_output=True, timeout=20, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0
