"""One digest for the files of folders: by their paths and their bytes, and nothing else."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import InvalidInput


def tree_digest(root: Path, folders: Iterable[str], left_out: Iterable[str] = ()) -> str:
    """Give the SHA-256 (hex) of all files below folders of a root.

    `left_out` are patterns of file and folder names, as fnmatch has them. Raises InvalidInput for a
    folder that is not there or holds no file, and for a link: what it leads to has no digest here.
    """
    patterns = tuple(left_out)
    found: dict[str, str] = {}
    for folder in folders:
        files = {
            path.relative_to(root).as_posix(): sha256_of(path.read_bytes())
            for path in _files(root / folder, patterns)
        }
        if not files:
            raise InvalidInput(folder, "must be part of the source", got="no such folder")
        found |= files
    return sha256_of(canonical_json(found))


def _files(folder: Path, left_out: tuple[str, ...]) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in left_out):
            continue
        if path.is_symlink():
            raise InvalidInput(str(path), "must be a file or a folder", got="a link")
        if path.is_dir():
            yield from _files(path, left_out)
        else:
            yield path
