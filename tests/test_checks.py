"""The checks of `make check`, as tests: format, style, types and conventions of the whole tree."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.terraform_install import ensure_terraform, release_for

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["python", "-m", "scripts.conventions"],
    ],
    ids=" ".join,
)
def test_the_tree_passes(command: list[str]) -> None:
    _passes([str(BIN / command[0]), *command[1:]])


@pytest.mark.slow
def test_the_types_hold() -> None:
    _passes([str(BIN / "mypy"), "--no-error-summary"])


@pytest.mark.terraform
def test_terraform_files_have_the_one_format() -> None:
    binary = ensure_terraform(ROOT, release_for(os.environ), None, sys.stderr)
    for folder in ("accounts", "modules", "terraform"):
        _passes([str(binary), f"-chdir={folder}", "fmt", "-check", "-recursive", "-diff"])


def _passes(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
