"""Sentences about what is modelled, approximated and absent, kept beside the code they concern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from twin.errors import TwinError

FILE = "fidelity.yaml"
_LISTS = ("modelled", "approximated", "absent")
_MEMBERS = frozenset(("about", "service", "code", *_LISTS))


@dataclass(frozen=True)
class Note:
    """What is so in one part of the twin; ``service`` is botocore's name, or empty."""

    service: str
    about: str
    code: str
    """The module or folder that it concerns, from the root of the checkout."""
    modelled: tuple[str, ...]
    approximated: tuple[str, ...]
    absent: tuple[str, ...]


def notes(package: Path) -> tuple[Note, ...]:
    """Return all notes below a package, in the order of its folders.

    Raises TwinError where a note has an unknown member, says nothing, or concerns code that is not
    there any more.
    """
    files = sorted(package.rglob(FILE))
    return tuple(note for file in files for note in _read(file, package.parent))


def _read(file: Path, root: Path) -> Iterator[Note]:
    place = file.relative_to(root)
    for number, entry in enumerate(yaml.safe_load(file.read_text("utf-8"))):
        yield _note(f"{place}[{number}]", entry, file.parent, root)


def _note(address: str, entry: Mapping[str, Any], folder: Path, root: Path) -> Note:
    extra = sorted(set(entry) - _MEMBERS)
    if extra:
        allowed = ", ".join(sorted(_MEMBERS))
        raise TwinError(address, f"must have no members but {allowed}", got=str(extra))
    if not entry.get("service") and not entry.get("about"):
        raise TwinError(address, "must name a service or what it is about", got=str(entry))
    said = {name: _sentences(f"{address}.{name}", entry.get(name, [])) for name in _LISTS}
    if not any(said.values()):
        raise TwinError(address, f"must say something in {', '.join(_LISTS)}", got=str(entry))
    code = folder / str(entry.get("code", ""))
    if "code" not in entry or not code.exists():
        got = str(entry.get("code"))
        raise TwinError(f"{address}.code", "must be a module or folder beside it", got=got)
    return Note(
        str(entry.get("service", "")),
        str(entry.get("about", "")),
        str(code.relative_to(root)),
        **said,
    )


def _sentences(address: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
        raise TwinError(address, "must be a list of sentences", got=str(given))
    return tuple(given)
