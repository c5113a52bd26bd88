"""Packs the function's sources into the archive that Terraform uploads; equal sources, equal bytes.

`python -m pipelines.detective.archive` writes it. Nothing in it is compressed, so that its bytes
depend on no version of a library.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ARCHIVE = CHECKOUT / "modules" / "detective-control" / "function.zip"
_SHARED = ("pipelines/__init__.py", "pipelines/aws_call.py", "pipelines/errors.py")
_FOLDER = "pipelines/detective"
# The oldest time that an archive can tell.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644 << 16
_UNIX = 3


def packed(checkout: Path) -> bytes:
    """Return the archive of a checkout's sources."""
    names = sorted({*_SHARED, *_modules(checkout)})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE
            archive.writestr(entry, (checkout / name).read_bytes())
    return made.getvalue()


def main() -> None:
    """Write the archive of this checkout."""
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    ARCHIVE.write_bytes(packed(CHECKOUT))


def _modules(checkout: Path) -> set[str]:
    return {
        f"{_FOLDER}/{path.name}"
        for path in (checkout / _FOLDER).glob("*.py")
        if path.name != Path(__file__).name
    }


if __name__ == "__main__":
    main()
