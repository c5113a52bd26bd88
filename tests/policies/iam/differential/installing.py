"""Installs the other evaluator from its lock into an ignored folder, when first asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[3] / ".tools" / "differential"
_FILES = ("package.json", "package-lock.json")


class NotInstalled(Exception):
    """The other evaluator is not there and could not be installed."""


def is_installed(folder: Path = FOLDER) -> bool:
    """Tell whether what the lock names was installed there."""
    return (folder / "node_modules").is_dir() and all(
        (folder / name).is_file() and (folder / name).read_bytes() == (HERE / name).read_bytes()
        for name in _FILES
    )


def install(folder: Path = FOLDER) -> Path:
    """Install it where it is not; raises NotInstalled without node, npm or the registry."""
    if is_installed(folder):
        return folder
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise NotInstalled(f"{tool}: must be on PATH for the differential test, got none")
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(HERE / name, folder / name)
    # Scripts of packages have no business here, and hashes are checked by `ci`.
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode != 0:
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        lines = done.stderr.strip().splitlines()
        raise NotInstalled(f"npm ci: must install the lock, got {lines[0] if lines else 'nothing'}")
    return folder
