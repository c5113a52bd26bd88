"""The archive that Terraform uploads is what its sources make, and has all that it imports."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from pipelines.function_archive import CHECKOUT
from pipelines.trials.archive import ARCHIVE, packed


def test_the_committed_archive_is_what_the_sources_make() -> None:
    assert ARCHIVE.read_bytes() == packed(CHECKOUT), (
        "the archive must be made anew: python -m pipelines.trials.archive"
    )


def test_the_archive_has_all_that_its_handler_imports(tmp_path: Path) -> None:
    """Beside boto3, which Lambda's runtime has."""
    with zipfile.ZipFile(io.BytesIO(ARCHIVE.read_bytes())) as archive:
        archive.extractall(tmp_path)
    program = "from pipelines.trials import handler; print(handler.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == str(tmp_path / "pipelines" / "trials" / "handler.py")
