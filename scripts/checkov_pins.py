"""Write anew which types of resource the pinned checks of checkov judge: pinned.json."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import EnvironmentFault
from policies.checks.checkov import describe_checks
from policies.checks.checkov.command import PACK, checkov_environment
from policies.checks.checkov.pinned import PINNED, pinned_ids
from policies.registry import read_controls
from scripts.checkout import this_checkout


def described(environment: Path, checks: Sequence[str]) -> str:
    """Ask checkov's own environment what checks judge; returns JSON.

    Raises EnvironmentFault where that environment is missing or the pack cannot be loaded.
    """
    command = [str(environment / "bin" / "python"), describe_checks.__file__, str(PACK), *checks]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=checkov_environment({}),
        )
    except OSError as error:
        raise EnvironmentFault(
            str(environment), "must hold checkov", got=str(error), hint="make python-checkov"
        ) from error
    if done.returncode != 0 or done.stderr.strip():
        got = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise EnvironmentFault(str(environment), "must load every check of the pack", got=got)
    return done.stdout


def main() -> int:
    """Write the file of this checkout."""
    environment = this_checkout().root / ".venv-checkov"
    try:
        text = described(environment, pinned_ids(read_controls()))
    except EnvironmentFault as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    PINNED.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
