"""What a source package says of itself: the commit and the image that its pipelines run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import InvalidInput

SOURCE_FILE = "source.json"

_RULES = {
    "commit": (re.compile(r"[0-9a-f]{40}(-dirty)?"), "must be a full commit hash"),
    "repository": (re.compile(r"[a-z0-9]+([._/-][a-z0-9]+)*"), "must be a repository's name"),
    "digest": (re.compile(r"sha256:[0-9a-f]{64}"), "must be the SHA-256 digest of an image"),
}


@dataclass(frozen=True)
class Source:
    """The commit of a package and the image that was built from it."""

    commit: str
    repository: str
    digest: str


def read_source(root: Path) -> Source:
    """Read source.json in the root of an unpacked source package."""
    path = root / SOURCE_FILE
    hint = "publish the package with: gatehouse pipeline publish"
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(
            str(path), "must be a readable file", got=error.strerror, hint=hint
        ) from error
    except ValueError as error:
        raise InvalidInput(str(path), "must be JSON", got=str(error), hint=hint) from error
    image = document.get("image") if isinstance(document, dict) else None
    if not isinstance(image, dict) or document.get("schema_version") != 1:
        raise InvalidInput(str(path), "must have schema_version 1 and an image", hint=hint)
    values = {"commit": document.get("commit"), **image}
    for name, (pattern, rule) in _RULES.items():
        value = values.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidInput(f"{path} {name}", rule, got=repr(value), hint=hint)
    return Source(values["commit"], values["repository"], values["digest"])
