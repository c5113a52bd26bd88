"""Check what ruff, mypy and terraform do not: sizes, names, order, wording."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.checkout import this_checkout

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
_EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
_BLOCK = re.compile(r'^(variable|output) "([^"]+)" \{(.*?)^\}', re.MULTILINE | re.DOTALL)
_DESCRIPTION = re.compile(r'^  description = "((?:[^"\\]|\\.)*)"', re.MULTILINE)
_MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:home|Users)/\w+/")


@dataclass(frozen=True)
class Broken:
    """A convention that a file does not keep."""

    path: Path
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


def check(root: Path, paths: list[Path]) -> Iterator[Broken]:
    """Check files, which are named relative to the root."""
    for path in paths:
        yield from _check_name(path)
        if path.suffix not in (".py", ".tf", ".md", ".yaml", ".toml", ".hcl"):
            continue
        text = (root / path).read_text("utf-8")
        if match := _MACHINE_PATH.search(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Broken(path, line, f"must name no path of one machine, got {match[0]}")
        if path.suffix == ".py":
            yield from check_python(path, text)
        elif path.suffix == ".tf":
            yield from check_terraform(path, text)


def check_python(path: Path, text: str) -> Iterator[Broken]:
    """Check one Python file."""
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield Broken(path, lines, f"must have at most {LONGEST_FILE} lines, got {lines}")
    tree = ast.parse(text)
    if text.strip() and not ast.get_docstring(tree):
        yield Broken(path, 1, "must say in its first sentence what it is for, got no docstring")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                rule = f"{node.name} must have at most {LONGEST_FUNCTION} lines, got {length}"
                yield Broken(path, node.lineno, rule)


def check_terraform(path: Path, text: str) -> Iterator[Broken]:
    """Check one Terraform file."""
    last: dict[str, str] = {}
    for block in _BLOCK.finditer(text):
        kind, name, body = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if name < last.get(kind, ""):
            yield Broken(path, line, f"{kind}s must be in order, got {name} after {last[kind]}")
        last[kind] = name
        described = _DESCRIPTION.search(body)
        if described is None:
            yield Broken(path, line, f"{kind} {name} must have a description, got none")
        elif not described[1].endswith("."):
            yield Broken(path, line, f"the description of {name} must end with a full stop")
        if re.search(r"=\s*any\b", body):
            yield Broken(path, line, f"{kind} {name} must have a type of its own, got any")


def _check_name(path: Path) -> Iterator[Broken]:
    for part in path.with_suffix("").parts:
        if part.lower() in _EMPTY_NAMES:
            yield Broken(path, 1, f"must be named after what it holds, got {part}")


def _tracked(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def main() -> int:
    """Print every convention that is not kept."""
    root = this_checkout().root
    broken = list(check(root, _tracked(root)))
    for each in broken:
        print(each)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
