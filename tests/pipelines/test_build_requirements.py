"""What builds inside AWS import is what the lock of their image holds, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BEGUN = ("pipelines.promotion.__main__", "pipelines.definitions.upsert")
# The distribution of a module, where it is called otherwise; botocore belongs to boto3.
_DISTRIBUTIONS = {"botocore": "boto3", "yaml": "pyyaml"}


def test_builds_import_exactly_what_their_image_is_asked_to_carry() -> None:
    wanted = {_DISTRIBUTIONS.get(module, module) for module in _third_party()}
    lines = (ROOT / "requirements" / "build.in").read_text("utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == wanted


def test_builds_have_the_versions_that_the_command_has() -> None:
    runtime = _locked("runtime.txt")
    assert {name: runtime.get(name) for name in _locked("build.txt")} == _locked("build.txt")


def _third_party() -> set[str]:
    """Give the modules of others that builds import, directly or by modules of ours."""
    found: set[str] = set()
    seen: set[str] = set()
    open_ones = list(_BEGUN)
    while open_ones:
        module = open_ones.pop()
        file = _file(module)
        if module in seen or file is None:
            continue
        seen.add(module)
        for name in _imported(file):
            top = name.partition(".")[0]
            if top == "pipelines":
                open_ones.append(name)
            elif top not in sys.stdlib_module_names:
                found.add(top)
    return found


def _file(module: str) -> Path | None:
    place = ROOT / module.replace(".", "/")
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _locked(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.M))
