"""What a source package says of itself: commit, author, image and guardrails."""

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
    "author": (re.compile(r"[!-~]{1,320}"), "must be the email of the commit's author"),
    "guardrails": (re.compile(r"[0-9a-f]{64}"), "must have the SHA-256 of the guardrails"),
}


@dataclass(frozen=True)
class Source:
    """The commit of a package, who wrote it, and what belongs to it.

    `repository` and `digest` are those of the image that was built from it; `guardrails_sha256`
    stands for the guardrails of the same commit, which the package does not carry.
    """

    commit: str
    author: str
    repository: str
    digest: str
    guardrails_sha256: str


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
    guardrails = document.get("guardrails")
    values = {
        "commit": document.get("commit"),
        "author": document.get("author"),
        "guardrails": guardrails.get("sha256") if isinstance(guardrails, dict) else None,
        **{name: image.get(name) for name in ("repository", "digest")},
    }
    for name, (pattern, rule) in _RULES.items():
        value = values.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidInput(f"{path} {name}", rule, got=repr(value), hint=hint)
    return Source(
        commit=str(values["commit"]),
        author=str(values["author"]),
        repository=str(values["repository"]),
        digest=str(values["digest"]),
        guardrails_sha256=str(values["guardrails"]),
    )
