"""The program layer: the Python of jobs and endpoints, as a tar whose bytes depend on it only.

The layer is a gzip file of stored blocks. Compressors differ between machines and
versions; stored blocks do not, so one commit has one digest wherever it is built.
"""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipelines.errors import Misuse
from pipelines.images.image import LAYER_TYPE, Descriptor, digest_of

PROGRAM_ROOT = PurePosixPath("opt/program")
PROGRAM = (
    "__init__.py",
    "entry.py",
    "errors.py",
    "features",
    "forecasting",
    "layout.py",
    "models",
    "serving",
    "steps",
    "yaml_file.py",
    "yaml_schema.py",
)

_LARGEST_BLOCK = 0xFFFF


@dataclass(frozen=True)
class Layer:
    """One layer by its bytes, with the digest of the tar inside."""

    content: bytes
    diff_id: str

    @property
    def descriptor(self) -> Descriptor:
        """What a manifest says about the layer."""
        return Descriptor(LAYER_TYPE, digest_of(self.content), len(self.content))


def program_layer(root: Path, program: Iterable[str] = PROGRAM) -> Layer:
    """Make the layer /opt/program/pipelines from a checkout."""
    tar = _tar({f"pipelines/{name}": data for name, data in _files(root / "pipelines", program)})
    return Layer(_gzip_stored(tar), f"sha256:{hashlib.sha256(tar).hexdigest()}")


def _files(folder: Path, program: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(program):
        start = folder / entry
        if not start.exists():
            raise Misuse(
                str(start),
                "must exist, because jobs and endpoints need it",
                hint="build the image from the root of a whole checkout",
            )
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            relative = path.relative_to(folder)
            if path.is_symlink():
                raise Misuse(str(path), "must be an ordinary file, not a link")
            if path.is_file() and _belongs(relative):
                yield relative.as_posix(), path.read_bytes()


def _belongs(relative: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
    return not hidden and relative.suffix not in {".md", ".pyc"}


def _tar(files: dict[str, bytes]) -> bytes:
    entries: dict[PurePosixPath, bytes | None] = {}
    for name, data in files.items():
        path = PROGRAM_ROOT / name
        for parent in path.parents:
            if parent.is_relative_to(PROGRAM_ROOT):
                entries[parent] = None
        entries[path] = data
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in sorted(entries.items()):
            header = tarfile.TarInfo(path.as_posix())
            if content is None:
                header.type, header.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(header)
            else:
                header.mode, header.size = 0o644, len(content)
                tar.addfile(header, io.BytesIO(content))
    return out.getvalue()


def _gzip_stored(content: bytes) -> bytes:
    """Write a gzip file (RFC 1952) without name and time, of stored blocks (RFC 1951, 3.2.4)."""
    out = bytearray(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
    starts = range(0, len(content), _LARGEST_BLOCK) or range(1)
    for start in starts:
        block = content[start : start + _LARGEST_BLOCK]
        last = start + _LARGEST_BLOCK >= len(content)
        out += struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block
    out += struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return bytes(out)
