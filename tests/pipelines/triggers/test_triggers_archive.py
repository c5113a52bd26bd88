"""The archive that Terraform uploads is what its sources make."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from pipelines.function_archive import CHECKOUT
from pipelines.triggers.archive import ARCHIVE, packed


def test_the_committed_archive_is_what_the_sources_make() -> None:
    assert ARCHIVE.read_bytes() == packed(CHECKOUT), (
        "the archive must be made anew: python -m pipelines.triggers.archive"
    )


def test_an_archive_has_the_same_bytes_every_time() -> None:
    assert packed(CHECKOUT) == packed(CHECKOUT)


def test_nothing_in_it_is_compressed_or_dated() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        entries = archive.infolist()

    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_archive_has_all_that_its_handler_imports(tmp_path: Path) -> None:
    """Beside boto3, which Lambda's runtime has."""
    with zipfile.ZipFile(io.BytesIO(ARCHIVE.read_bytes())) as archive:
        archive.extractall(tmp_path)
    program = "from pipelines.triggers import handler; print(handler.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == str(tmp_path / "pipelines" / "triggers" / "handler.py")
