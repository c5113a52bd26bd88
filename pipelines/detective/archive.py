"""Writes the archive of the detective function: python -m pipelines.detective.archive"""

from __future__ import annotations

from pathlib import Path

from pipelines.function_archive import CHECKOUT, pack

ARCHIVE = CHECKOUT / "modules" / "detective-control" / "function.zip"


def packed(checkout: Path) -> bytes:
    """Return the archive of a checkout's sources."""
    return pack(checkout, "pipelines/detective")


def main() -> None:
    """Write the archive of this checkout."""
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    ARCHIVE.write_bytes(packed(CHECKOUT))


if __name__ == "__main__":
    main()
