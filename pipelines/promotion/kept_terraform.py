"""The Terraform of a release as one archive: packed when it is applied, unpacked to go back to it.

The archive has one form for the same files, but nothing rests on that: what is unpacked is counted
again, by the same digest that the build has stated and signed.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pipelines.errors import Finding, InvalidInput
from pipelines.promotion.released_source import LEFT_BEHIND, TERRAFORM, terraform_digest

TERRAFORM_FILE = "terraform.tar"
# Such a tree has some twenty files of a few kilobytes.
_MOST_FILES = 1_000
LARGEST_ARCHIVE = 10_000_000


def pack(root: Path) -> bytes:
    """Pack what a release applies of a source; the same files give the same bytes.

    Raises InvalidInput for a folder that is not there, or for a link in it.
    """
    terraform_digest(root)
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(_files(root)):
            content = path.read_bytes()
            entry = tarfile.TarInfo(path.relative_to(root).as_posix())
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def unpack(address: str, content: bytes, folder: Path) -> str:
    """Unpack an archive below a new folder and return the digest of what then lies there.

    Only plain files are taken, each once and only where a release has its Terraform. Raises
    Finding for anything else; nothing is written before all of it was looked at.
    """
    files = dict(_entries(address, content))
    for name, inside in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(inside)
    try:
        return terraform_digest(folder)
    except InvalidInput as error:
        raise Finding(address, f"must hold {' and '.join(TERRAFORM)}", got=str(error)) from error


def _files(root: Path) -> Iterator[Path]:
    for folder in TERRAFORM:
        for path in (root / folder).rglob("*"):
            inside = path.relative_to(root).parts
            if path.is_file() and not any(_left_behind(part) for part in inside):
                yield path


def _left_behind(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in LEFT_BEHIND)


def _entries(address: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if len(content) > LARGEST_ARCHIVE:
        raise Finding(address, f"must have at most {LARGEST_ARCHIVE} bytes", got=f"{len(content)}")
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for entry in archive:
                _check_entry(address, entry, seen)
                seen.add(entry.name)
                file = archive.extractfile(entry)
                yield entry.name, file.read() if file else b""
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Finding(address, "must be a tar of plain files", got=str(error)) from error


def _check_entry(address: str, entry: tarfile.TarInfo, seen: set[str]) -> None:
    path = PurePosixPath(entry.name)
    place = f"{address}: {entry.name}"
    # By its type in the header: a sparse file counts as a file and can unpack to any size.
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise Finding(place, "must be a plain file", got=f"an entry of type {entry.type!r}")
    below = any(path.is_relative_to(folder) for folder in TERRAFORM)
    if not below or ".." in path.parts or path.as_posix() != entry.name:
        raise Finding(place, f"must lie below {' or '.join(TERRAFORM)}", got=entry.name)
    if any(_left_behind(part) for part in path.parts):
        raise Finding(place, "must be a file that counts in the digest", got=path.name)
    if entry.name in seen or len(seen) >= _MOST_FILES:
        raise Finding(place, f"must be there once, among at most {_MOST_FILES}", got="more")
