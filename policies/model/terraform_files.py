"""Finds in Terraform's files what a plan in JSON leaves out: lines, and what locals refer to.

It looks at headers and indentation of formatted files, which is quick, and does not evaluate
anything. Where a file is formatted otherwise a line may be missing, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

_HEADER = re.compile(
    r"^(?P<type>resource|data|module|locals|output|variable)\b"
    r'[ \t]*(?:"(?P<first>[^"\n]+)")?[ \t]*(?:"(?P<second>[^"\n]+)")?[ \t]*\{',
    re.MULTILINE,
)
_CLOSED = re.compile(r"^\}", re.MULTILINE)
_MEMBER = re.compile(r"^  (?P<name>[A-Za-z_][\w-]*)[ \t]*=(?!=)", re.MULTILINE)
_NESTED = re.compile(r"^  [A-Za-z_][^\n=]*\{", re.MULTILINE)
_DYNAMIC = re.compile(r'^[ \t]*dynamic[ \t]+"(?P<name>[^"\n]+)"', re.MULTILINE)
_REFERENCE = re.compile(
    r"""(?<![\w.])(?:module\.[\w-]+(?:\[[^\]\n]*\]|\.[\w-]+)*"""
    r"""|(?:var|local|each)\.[\w-]+(?:\[[^\]\n]*\]|\.[\w-]+)*"""
    r"""|(?:data\.)?aws_\w+\.[\w-]+(?:\[[^\]\n]*\]|\.[\w-]+)*)"""
)
_PAIR = re.compile(
    r'\s*(?:(?P<bare>[\w-]+)|"(?P<quoted>[^"\n]+)")\s*=(?!=)(?P<value>.*)', re.DOTALL
)
# https://developer.hashicorp.com/terraform/language/files/override
_OVERRIDES = re.compile(r"(?:^|_)override\.tf$|\.tf\.json$")
_COMMENT = re.compile(r"^\s*(?:#|//).*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of a file: its labels, where it stands, and its attributes as they are written.

    ``dynamic`` names the blocks in it, at whatever depth, that an expression makes.
    """

    type: str
    labels: tuple[str, ...]
    file: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    dynamic: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Folder:
    """The blocks of one folder."""

    blocks: Mapping[tuple[str, ...], Block]
    local_values: Mapping[str, str]
    overridden: bool = False
    """Whether files that are not read here may say something else."""

    def find(self, *name: str) -> Block | None:
        """Find a block, as by ``resource``, ``aws_vpc`` and ``this``."""
        return self.blocks.get(name)


class TerraformFiles:
    """The Terraform files below a checkout, read on demand and once."""

    def __init__(self, checkout: Path | None) -> None:
        self._checkout = checkout
        self.given = checkout is not None
        self._folders: dict[str, Folder] = {}

    def folder(self, path: str) -> Folder:
        """Read a folder; one that is outside the checkout or not there has no blocks."""
        if path not in self._folders:
            self._folders[path] = self._read(path)
        return self._folders[path]

    def content(self, path: str) -> str | None:
        """Read a file below the checkout; None if it is not there."""
        place = self._inside(path)
        return None if place is None or not place.is_file() else place.read_text("utf-8", "replace")

    def _inside(self, path: str) -> Path | None:
        is_outside = self._checkout is None or ".." in PurePosixPath(path).parts
        return None if is_outside or self._checkout is None else self._checkout / path

    def _read(self, path: str) -> Folder:
        place = self._inside(path)
        if place is None or not place.is_dir():
            return Folder({}, {})
        blocks: dict[tuple[str, ...], Block] = {}
        local_values: dict[str, str] = {}
        for file in sorted(place.glob("*.tf")):
            content = file.read_text("utf-8", errors="replace")
            for each in blocks_of(content, f"{path}/{file.name}"):
                if each.type == "locals":
                    local_values |= each.attributes
                blocks.setdefault((each.type, *each.labels), each)
        overridden = any(_OVERRIDES.search(file.name) for file in place.iterdir())
        return Folder(blocks, local_values, overridden)


def blocks_of(content: str, file: str) -> Iterator[Block]:
    """Give the blocks of a file's content."""
    line, counted = 1, 0
    for header in _HEADER.finditer(content):
        line += content.count("\n", counted, header.start())
        counted = header.start()
        first_line = content.find("\n", header.end())
        closed = _CLOSED.search(content, header.end())
        body_end = closed.start() if closed else len(content)
        if first_line != -1 and content[header.end() : first_line].rstrip().endswith("}"):
            body_end = header.end()
        labels = tuple(each for each in (header["first"], header["second"]) if each)
        body = content[header.end() : body_end]
        dynamic = frozenset(_DYNAMIC.findall(body))
        yield Block(header["type"], labels, file, line, _attributes(body), dynamic)


def references_of(expression: str) -> tuple[str, ...]:
    """Give what an expression refers to, each once, in order."""
    return tuple(dict.fromkeys(found[0] for found in _REFERENCE.finditer(expression)))


def member_of(expression: str, name: str) -> str | None:
    """Give the member of an object that is written out, or None where it is not one."""
    return (members_of(expression, every=False) or {}).get(name)


def members_of(expression: str, *, every: bool = True) -> dict[str, str] | None:
    """Give the members of an object that is written out, or None where it is not one.

    With ``every``, one that has anything besides single members counts as none.
    """
    stripped = _COMMENT.sub("", expression).strip()
    if not stripped.startswith("{") or not stripped.endswith("}"):
        return None
    made: dict[str, str] = {}
    for part in _parts(stripped[1:-1]):
        found = _PAIR.match(part)
        name = "" if found is None else found["bare"] or found["quoted"]
        if found is not None and name not in made:
            made[name] = found["value"]
        elif every and part.strip():
            return None
    return made


def folder_of(parent: str, source: str) -> str | None:
    """Give the folder of a module by the source that names it, or None where it is elsewhere."""
    if not source.startswith(("./", "../")):
        return None
    parts: list[str] = []
    for part in (PurePosixPath(parent) / source).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _attributes(body: str) -> dict[str, str]:
    starts = [(found.start(), found) for found in _MEMBER.finditer(body)]
    stops = sorted([start for start, _ in starts] + [n.start() for n in _NESTED.finditer(body)])
    made: dict[str, str] = {}
    for start, found in starts:
        end = next((stop for stop in stops if stop > start), len(body))
        made[found["name"]] = body[found.end() : end]
    return made


def _parts(body: str) -> Iterator[str]:
    """Split the body of an object at the commas and line ends between its members."""
    depth, start, quoted = 0, 0, False
    for index, char in enumerate(body):
        if char == '"' and body[index - 1 : index] != "\\":
            quoted = not quoted
        elif not quoted and char in "{[(":
            depth += 1
        elif not quoted and char in "}])":
            depth -= 1
        elif not quoted and depth == 0 and char in ",\n":
            yield body[start:index]
            start = index + 1
    yield body[start:]
