"""Compiles descriptions as `make compile` does, and makes up an account to bind them to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from pipelines.definitions.binder import Value, tokens_of

ROOT = Path(__file__).parents[3]
AUTHORING = ROOT / ".venv-authoring" / "bin" / "python"


def values_for(definition: object) -> dict[str, Value]:
    """Make up a value for every token."""
    values: dict[str, Value] = {}
    for found in tokens_of(definition, "x"):
        listed = found.token.startswith("contract:network/")
        if found.token.startswith("contract:roles/"):
            values[found.token] = f"arn:aws:iam::111111111111:role/{found.token[15:]}"
        elif found.token.startswith("contract:functions/"):
            name = found.token[19:]
            values[found.token] = f"arn:aws:lambda:eu-west-1:111111111111:function:{name}"
        else:
            values[found.token] = ["one", "two"] if listed else f"value-of-{found.token[9:]}"
    return values


def strings(part: object) -> Iterator[str]:
    """List every text of a definition but the names of its members."""
    if isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for item in part:
            yield from strings(item)
    elif isinstance(part, str):
        yield part


def compile_into(folder: Path, *arguments: str) -> dict[str, bytes]:
    """Compile in the authoring environment and return what was written."""
    assert AUTHORING.is_file(), (
        f"{AUTHORING}: must be the environment of requirements/authoring.txt; `make test` makes it"
    )
    # Neither settings nor credentials of whoever runs this may reach a definition.
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    environment |= {"AWS_PROFILE": "somebody", "AWS_DEFAULT_REGION": "ap-south-1"}
    result = subprocess.run(
        [
            *(str(AUTHORING), "-m", "pipelines.definitions.compile"),
            *("--compiled", str(folder), *arguments),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")
    }
