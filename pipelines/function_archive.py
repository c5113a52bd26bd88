"""Packs the sources of a function into the archive that Terraform uploads.

Equal sources give equal bytes: nothing is compressed, so that no version of a library decides.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
_SHARED = (
    "pipelines/__init__.py",
    "pipelines/aws_call.py",
    "pipelines/errors.py",
    "pipelines/function.py",
)
_PACKER = "archive.py"
# The oldest time that an archive can tell.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644 << 16
_UNIX = 3


def pack(checkout: Path, folder: str) -> bytes:
    """Return the archive of a folder's modules, but for its packer, and of what they all use."""
    modules = {
        f"{folder}/{path.name}" for path in (checkout / folder).glob("*.py") if path.name != _PACKER
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*_SHARED, *modules}):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE
            archive.writestr(entry, (checkout / name).read_bytes())
    return made.getvalue()
