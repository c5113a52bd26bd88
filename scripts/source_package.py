"""The source package: what builds inside AWS run, as a zip that only its content decides."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import EnvironmentFault, Misuse
from pipelines.tree_digest import tree_digest

KEY = "source/gatehouse.zip"
_CONTENT = (
    "accounts/organization.yaml",
    "accounts/organization.schema.json",
    "pipelines",
    "terraform/release",
    "modules/inference-endpoint",
)
_LEFT_OUT = {"__pycache__", ".terraform", "tests"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
NO_COMMIT = "0" * 40
# Whoever wrote what no commit holds; no mail ever goes to this domain (RFC 2606).
NO_AUTHOR = "nobody@author.invalid"
_GUARDRAILS = "policies/guardrails"


@dataclass(frozen=True)
class PublishedImage:
    """The model image that the package's pipelines run."""

    repository: str
    digest: str


def source_files(root: Path) -> dict[str, bytes]:
    """Read every file that belongs to the package, by its path in it."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for entry in _CONTENT
        for path in _walk(root, root / entry)
    }


def source_document(root: Path, image: PublishedImage) -> bytes:
    """Write source.json: which commit a checkout is, by whom, and what belongs to it.

    Guardrails are told by their digest only: builds have no use for the files, and whoever deploys
    shall know which ones a release was made under.
    """
    document = {
        "schema_version": 1,
        "author": author_of(root),
        "commit": commit_of(root),
        "guardrails": {"sha256": guardrails_digest(root)},
        "image": {"repository": image.repository, "digest": image.digest},
    }
    return (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()


def guardrails_digest(root: Path) -> str:
    """Give the digest of the guardrails of a checkout; raises InvalidInput where it has none."""
    return tree_digest(root, [_GUARDRAILS], ("__pycache__", "*.pyc"))


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that the same content gives the same bytes on every machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            # Stored, because compressors differ between machines and the package is small.
            entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def commit_of(root: Path) -> str:
    """Name the commit of a checkout, marked where the package's files differ from it."""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *_CONTENT)
    except (OSError, subprocess.SubprocessError):
        return f"{NO_COMMIT}-dirty"
    if not re.fullmatch("[0-9a-f]{40}", commit):
        return f"{NO_COMMIT}-dirty"
    return f"{commit}-dirty" if changed else commit


def branch_of(root: Path) -> str:
    """Name the branch of a checkout; raises Misuse where git knows none."""
    try:
        branch = _git(root, "symbolic-ref", "--short", "HEAD")
    except (OSError, subprocess.SubprocessError) as error:
        raise Misuse(
            str(root),
            "must be on a branch of git",
            got="none",
            hint="check the branch out, or name it with --branch",
        ) from error
    return branch


def author_of(root: Path) -> str:
    """Give the email of whoever wrote the commit of a checkout, as git tells it."""
    try:
        email = _git(root, "log", "-1", "--format=%ae")
    except (OSError, subprocess.SubprocessError):
        return NO_AUTHOR
    return email if re.fullmatch("[!-~]{1,320}", email) else NO_AUTHOR


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def _walk(root: Path, start: Path) -> Iterator[Path]:
    if not start.exists():
        raise EnvironmentFault(
            str(start), "must exist: it is part of the source package", got="nothing"
        )
    for path in [start] if start.is_file() else sorted(start.rglob("*")):
        parts = path.relative_to(start).parts
        hidden = any(part in _LEFT_OUT or part.endswith(".pyc") for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path
