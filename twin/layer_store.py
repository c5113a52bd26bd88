"""Image layers as files named by their digest, and the uploads that become layers.

On disk, because a layer may be larger than what the twin should hold in memory.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_OPEN_UPLOADS = 256


@dataclass
class Upload:
    """A layer that is being uploaded, part after part."""

    place: tuple[str, str, str]
    path: Path
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    parts: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, part: bytes) -> None:
        """Append one part."""
        with self.path.open("ab") as file:
            file.write(part)
        self.digest.update(part)
        self.size += len(part)
        self.parts.append(len(part))


class LayerStore:
    """The bytes of all layers of all registries of a twin; each digest is held once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._uploads: dict[str, Upload] = {}

    def begin(self, place: tuple[str, str, str]) -> str:
        """Start an upload to a repository and return its identifier."""
        uploads = self._folder / "uploads"
        uploads.mkdir(parents=True, exist_ok=True)
        identifier = str(uuid.uuid4())
        with self._lock:
            self._uploads[identifier] = Upload(place, uploads / identifier)
            abandoned = list(self._uploads)[:-_OPEN_UPLOADS]
            for name in abandoned:
                self._uploads.pop(name).path.unlink(missing_ok=True)
        return identifier

    def upload(self, identifier: str) -> Upload | None:
        """Return an open upload."""
        with self._lock:
            return self._uploads.get(identifier)

    def keep(self, identifier: str, digest: str) -> None:
        """Turn an upload into a layer."""
        with self._lock:
            upload = self._uploads.pop(identifier)
            upload.path.replace(self._path(digest))

    def drop(self, identifier: str) -> None:
        """Forget an upload."""
        with self._lock:
            upload = self._uploads.pop(identifier, None)
        if upload is not None:
            upload.path.unlink(missing_ok=True)

    def layer(self, digest: str) -> Path | None:
        """Return the file of a layer."""
        path = self._path(digest)
        return path if path.exists() else None

    def clear(self) -> None:
        """Forget all layers and uploads."""
        with self._lock:
            self._uploads.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, digest: str) -> Path:
        return self._folder / digest.replace(":", "-")
