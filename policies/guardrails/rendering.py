"""Guardrails as AWS gets them: tokens replaced, a group's files in one document, no white space.

terraform/organization does the same in Terraform; a test holds both equal, byte by byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput

CONTROL_KINDS = ("resource-control", "service-control")
_VERSION = "2012-10-17"
_TOKEN = re.compile(r"<[a-z][a-z-]*>")

Tokens = Mapping[str, str | Sequence[str]]
"""Values by token, without its brackets: a text, or the members of a list."""


@dataclass(frozen=True)
class Group:
    """Files that become one policy, and the units that it is attached to."""

    name: str
    kind: str
    files: tuple[str, ...]
    units: tuple[str, ...]


def render(name: str, text: str, tokens: Tokens) -> dict[str, Any]:
    """Replace the tokens of a document and read it.

    A list stands in the text as one quoted element, quotes included. Raises InvalidInput for a
    token without a value, and for what is not JSON afterwards.
    """
    for token, value in sorted(tokens.items(), key=lambda item: isinstance(item[1], str)):
        if isinstance(value, str):
            text = text.replace(f"<{token}>", value)
        else:
            text = text.replace(f'"<{token}>"', ",".join(json.dumps(each) for each in value))
    if left := _TOKEN.search(text):
        raise InvalidInput(
            name,
            "must contain no token without a value",
            got=left[0],
            hint=f"tokens are {', '.join(sorted(tokens))}",
        )
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInput(name, "must be JSON", got=str(error)) from error
    if not isinstance(document, dict):
        raise InvalidInput(name, "must be a JSON object", got=type(document).__name__)
    return document


def minify(document: Mapping[str, Any]) -> str:
    """Write a document without white space and with its keys in order, as jsonencode does."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_groups(folder: Path) -> tuple[Group, ...]:
    """Read which files become which policy, and where each is attached."""
    listed = json.loads((folder / "attachments.json").read_text("utf-8"))
    return tuple(
        Group(name, kind, tuple(group["files"]), tuple(group["units"]))
        for kind, groups in listed.items()
        for name, group in groups.items()
    )


def render_group(folder: Path, group: Group, tokens: Tokens) -> str:
    """Render the files of a group as the one document that AWS gets."""
    documents = [_read(folder, f"{group.kind}/{file}.json", tokens) for file in group.files]
    if group.kind not in CONTROL_KINDS:
        return minify({key: value for document in documents for key, value in document.items()})
    statements = [statement for document in documents for statement in document["Statement"]]
    return minify({"Statement": statements, "Version": _VERSION})


def groups_of_unit(groups: Sequence[Group], kinds: Sequence[str]) -> tuple[Group, ...]:
    """List what is attached to a unit that holds accounts of these kinds: what all of them get."""
    return tuple(group for group in groups if set(kinds) <= set(group.units))


def _read(folder: Path, path: str, tokens: Tokens) -> dict[str, Any]:
    return render(path, (folder / path).read_text("utf-8"), tokens)
