"""The process of the twin: what it hands on to the programs that it runs."""

from __future__ import annotations

import shutil
import subprocess
import sys

from twin.server import programs


def test_builds_find_this_python_with_its_packages_before_any_other() -> None:
    path = programs({"PATH": "/usr/local/bin:/usr/bin:/bin"})
    python = shutil.which("python", path=path)
    assert python is not None
    command = [python, "-c", "import sys, securesystemslib; print(sys.prefix)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == sys.prefix
    assert path.endswith(":/usr/local/bin:/usr/bin:/bin")
