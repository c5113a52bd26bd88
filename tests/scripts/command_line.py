"""The real command in a process of its own, on a copy of the checkout where that is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Told:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str

    def is_refusal(self, code: int) -> str:
        """Give the one sentence of a refusal, after making sure that it is one."""
        assert self.code == code, (self.code, self.out, self.err)
        assert "Traceback" not in self.err
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, self.err
        return errors[0].removeprefix("error: ")

    @property
    def hint(self) -> str:
        """The hint of a refusal."""
        return self.err.partition("\nhint: ")[2].strip()


@dataclass(frozen=True)
class CommandLine:
    """The command, with a state folder of its own."""

    state: Path
    root: Path = ROOT
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **variables: str) -> Told:
        """Run a command to its end."""
        done = subprocess.run(
            self.words(*arguments),
            cwd=self.root,
            env=self.environment(variables),
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Told(done.returncode, done.stdout, done.stderr)

    def words(self, *arguments: str) -> list[str]:
        """Spell the command."""
        return [sys.executable, "-m", "scripts.main", *arguments]

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        """Give the environment of the command."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "GATEHOUSE_"))
        }
        inherited |= {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "GATEHOUSE_STATE": str(self.state),
            "NO_COLOR": "1",
            "PYTHONPATH": str(self.root),
        }
        return inherited | self.variables | variables


def copied_checkout(folder: Path) -> Path:
    """Copy what the command needs of the checkout, so that a test may spoil it."""
    ignored = shutil.ignore_patterns("__pycache__", ".terraform")
    for part in ("accounts", "modules", "pipelines", "policies", "scripts", "terraform", "twin"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    return folder
