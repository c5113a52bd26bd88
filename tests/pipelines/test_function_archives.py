"""The archives that Terraform uploads are what their sources make, with all that they import."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipelines.function_archive import ARCHIVES, CHECKOUT, pack

FUNCTIONS = sorted(ARCHIVES)


def test_every_function_is_packed() -> None:
    found = {path.parent.name for path in (CHECKOUT / "pipelines").glob("*/handler.py")}
    assert found == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_committed_archive_is_what_the_sources_make(function: str) -> None:
    made = pack(CHECKOUT, function)
    assert ARCHIVES[function].read_bytes() == made, (
        "the archives must be made anew: python -m pipelines.function_archive"
    )
    assert pack(CHECKOUT, function) == made


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_in_it_is_compressed_or_dated(function: str) -> None:
    with zipfile.ZipFile(ARCHIVES[function]) as archive:
        entries = archive.infolist()

    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_archive_has_all_that_its_handler_imports(function: str, tmp_path: Path) -> None:
    """Beside boto3, which Lambda's runtime has."""
    with zipfile.ZipFile(ARCHIVES[function]) as archive:
        archive.extractall(tmp_path)
    program = f"from pipelines.{function} import handler; print(handler.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == str(tmp_path / "pipelines" / function / "handler.py")
