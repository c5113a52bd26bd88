"""A YAML file that a person wrote, read strictly and with the line of every value.

Terraform and Python read the same files with different YAML readers, so what the two would
understand differently (duplicate keys, anchors, keys that are not text) is refused here.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import InvalidInput

KeyPath = tuple[str | int, ...]

_LARGEST_FILE = 1_000_000


@dataclass(frozen=True)
class YamlFile:
    """The value of a YAML file, and where each part of it stands."""

    name: str
    value: Any
    lines: Mapping[KeyPath, int]
    plain_scalars: Mapping[KeyPath, str]

    def line(self, path: KeyPath) -> int:
        """Tell the line of a path, or of the nearest enclosing part that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(
        self,
        path: KeyPath,
        must_hold: str,
        *,
        got: str | None = None,
        hint: str | None = None,
        at: KeyPath | None = None,
    ) -> InvalidInput:
        """Build the error that the value at a path breaks a rule; `at` points to another line."""
        address = f"{self.name}:{self.line(path if at is None else at)}"
        subject = spell_path(path) or "the file"
        return InvalidInput(address, f"{subject} {must_hold}", got=got, hint=hint)


def read_yaml_file(path: Path, name: str | None = None) -> YamlFile:
    """Read a YAML file; `name` is how messages call it (by default its path)."""
    name = name or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(name, "must be a readable file", got=error.strerror) from error
    return parse_yaml(data, name)


def parse_yaml(data: bytes, name: str) -> YamlFile:
    """Read the content of a YAML file that messages call `name`."""
    if len(data) > _LARGEST_FILE:
        raise InvalidInput(name, "must be smaller than 1 MB", got=f"{len(data)} bytes")
    try:
        root = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
        return _read_root(name, root)
    except UnicodeDecodeError as error:
        raise InvalidInput(name, "must be UTF-8 text", got=f"byte {error.start} is not") from error
    except RecursionError as error:
        raise InvalidInput(name, "must not nest hundreds of levels deep") from error
    except yaml.YAMLError as error:
        raise _syntax_error(name, error) from error


def spell_path(path: KeyPath) -> str:
    """Write a path as a person would: accounts.staging.network.zones[0]."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def spell_value(value: object) -> str:
    """Write a value of the file briefly and unmistakably."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Name the known word that a misspelt one most likely means."""
    matches = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return matches[0] if matches else None


def _read_root(name: str, root: yaml.Node | None) -> YamlFile:
    if root is None:
        raise InvalidInput(name, "must not be empty")
    lines: dict[KeyPath, int] = {}
    plain: dict[KeyPath, str] = {}
    seen: set[int] = set()

    def read(node: yaml.Node, path: KeyPath) -> Any:
        lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in seen:
            raise InvalidInput(
                f"{name}:{node.start_mark.line + 1}",
                f"{spell_path(path)} must not be a YAML alias",
                hint="write the value out; what is repeated by reference is easily overlooked",
            )
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return {
                key: read(value, (*path, key)) for key, value in _pairs(name, node, path, lines)
            }
        if isinstance(node, yaml.SequenceNode):
            return [read(child, (*path, index)) for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.style is None:
            plain[path] = node.value
        return _scalar(node)

    return YamlFile(name, read(root, ()), lines, plain)


def _pairs(
    name: str, node: yaml.MappingNode, path: KeyPath, lines: dict[KeyPath, int]
) -> Iterator[tuple[str, yaml.Node]]:
    first: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        where = spell_path(path) or "the file"
        if not isinstance(key_node, yaml.ScalarNode) or not key_node.value.isprintable():
            raise InvalidInput(f"{name}:{line}", f"{where} must have keys that are plain text")
        key = key_node.value
        if key in first:
            raise InvalidInput(
                f"{name}:{line}",
                f"{where} must have each key once",
                got=f'"{key}" again (first on line {first[key]})',
                hint="remove one of the two; YAML readers disagree about which one counts",
            )
        first[key] = line
        lines[(*path, key)] = line
        yield key, value_node


def _scalar(node: yaml.Node) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node.value


def _syntax_error(name: str, error: yaml.YAMLError) -> InvalidInput:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "a syntax error"
    address = f"{name}:{mark.line + 1}" if mark is not None else name
    return InvalidInput(
        address,
        "must be one well-formed YAML document",
        got=" ".join(str(problem).split()),
        hint="look at the indentation and the colons of this line and the one above",
    )
