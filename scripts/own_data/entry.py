"""Write a model's entry into organization.yaml line by line, so that comments stay as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput, Misuse
from pipelines.organization import (
    ORGANIZATION_FILE,
    SCHEMA_FILE,
    Organization,
    Persona,
    parse_organization,
)
from pipelines.yaml_file import parse_yaml
from scripts.own_data.description import spelt


def choose_owner(organization: Organization, wish: str | None) -> str:
    """Give who owns the model: the one who is told, or the only data scientist."""
    if wish is not None:
        return organization.person(wish).name
    able = [
        person.name
        for person in organization.people.values()
        if person.persona is Persona.DATA_SCIENTIST
    ]
    if len(able) != 1:
        raise Misuse(
            "--owner",
            "must name a person of organization.yaml where there is not one data scientist",
            got=", ".join(able) or "none",
        )
    return able[0]


def entry_text(name: str, entry: Mapping[str, str], indent: str = "  ") -> str:
    """Spell the entry as it stands below `models`."""
    lines = [f"{indent}{name}:", *(f"{indent * 2}{key}: {spelt(entry[key])}" for key in entry)]
    return "\n".join(lines) + "\n"


def with_entry(root: Path, name: str, entry: Mapping[str, str]) -> str | None:
    """Return organization.yaml with the entry at the end of its models, checked as a whole.

    None where the file is written in a way that a line cannot be added to. Raises InvalidInput
    where the file with the entry breaks a rule of the organisation.
    """
    path = root / ORGANIZATION_FILE
    text = path.read_text("utf-8")
    before = parse_yaml(text.encode("utf-8"), str(ORGANIZATION_FILE))
    after = _inserted(text, before.line(("models",)), entry_text(name, entry))
    try:
        file = parse_yaml(after.encode("utf-8"), str(ORGANIZATION_FILE))
    except InvalidInput:
        return None
    models: dict[str, Any] = dict(before.value["models"])
    if file.value != before.value | {"models": models | {name: dict(entry)}}:
        return None
    parse_organization(file, json.loads((root / SCHEMA_FILE).read_text("utf-8")))
    return after


def _inserted(text: str, line: int, entry: str) -> str:
    """Put the entry below the last line that is indented under the block of that line."""
    lines = text.splitlines(keepends=True)
    last = line
    for place in range(line, len(lines)):
        if lines[place].startswith((" ", "\t")) and lines[place].strip():
            last = place + 1
        elif lines[place].strip() and not lines[place].startswith("#"):
            break
    above = lines[:last]
    if not above[-1].endswith("\n"):
        above[-1] += "\n"
    return "".join([*above, entry, *lines[last:]])
