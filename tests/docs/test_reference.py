"""The reference of the commands is what the commands say of themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_of_the_commands_is_fresh(tmp_path: Path) -> None:
    fresh = tmp_path / "commands.md"
    typer = str(Path(sys.executable).with_name("typer"))
    subprocess.run(
        [typer, "scripts.main", "utils", "docs", "--name", "gatehouse", "--output", str(fresh)],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"},
        check=True,
        capture_output=True,
        timeout=60,
    )
    kept = ROOT / "docs" / "reference" / "commands.md"
    assert kept.read_text("utf-8") == fresh.read_text("utf-8"), "run: make reference"
