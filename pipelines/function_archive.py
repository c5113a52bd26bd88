"""Packs functions into the archives that Terraform uploads: python -m pipelines.function_archive

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
# Where the archive of each function lies, by the folder of its sources.
ARCHIVES = {
    "detective": CHECKOUT / "modules" / "detective-control" / "function.zip",
    "ingestion": CHECKOUT / "modules" / "feature-ingestion" / "function.zip",
    "trials": CHECKOUT / "modules" / "trial-function" / "function.zip",
    "triggers": CHECKOUT / "modules" / "training-trigger" / "function.zip",
}
# The oldest time that an archive can tell.
_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE_FILE = 0o100644 << 16
_UNIX = 3


def pack(checkout: Path, function: str) -> bytes:
    """Return the archive of a function's modules and of what they all use."""
    folder = f"pipelines/{function}"
    modules = {f"{folder}/{path.name}" for path in (checkout / folder).glob("*.py")}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*_SHARED, *modules}):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE
            archive.writestr(entry, (checkout / name).read_bytes())
    return made.getvalue()


def main() -> None:
    """Write the archives of this checkout."""
    for function, archive in ARCHIVES.items():
        archive.write_bytes(pack(CHECKOUT, function))


if __name__ == "__main__":
    main()
