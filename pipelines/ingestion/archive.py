"""Packs the function of ingestions for Terraform: `python -m pipelines.ingestion.archive`."""

from __future__ import annotations

from pathlib import Path

from pipelines.function_archive import CHECKOUT, pack

ARCHIVE = CHECKOUT / "modules" / "feature-ingestion" / "function.zip"


def packed(checkout: Path) -> bytes:
    """Return the archive of a checkout's sources."""
    return pack(checkout, "pipelines/ingestion")


def main() -> None:
    """Write the archive of this checkout."""
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    ARCHIVE.write_bytes(packed(CHECKOUT))


if __name__ == "__main__":
    main()
