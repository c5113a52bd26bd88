"""The program layer depends on the program and on nothing else."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import Misuse
from pipelines.images.layer import PROGRAM, _gzip_stored, program_layer

FILES = {
    "__init__.py": "",
    "entry.py": "print('entry')\n",
    "steps/__init__.py": "",
    "steps/train.py": "x = 1\n",
}
ENTRIES = ("__init__.py", "entry.py", "steps")


def checkout(root: Path, files: dict[str, str] = FILES) -> Path:
    """Write a small program as a checkout has it."""
    for name, text in files.items():
        path = root / "pipelines" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def members(content: bytes) -> dict[str, tarfile.TarInfo]:
    """List what a layer holds."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        return {member.name: member for member in tar.getmembers()}


def test_the_layer_holds_the_program_below_its_root(tmp_path: Path) -> None:
    held = members(program_layer(checkout(tmp_path), ENTRIES).content)
    assert [name for name, member in held.items() if member.isfile()] == [
        "opt/program/pipelines/__init__.py",
        "opt/program/pipelines/entry.py",
        "opt/program/pipelines/steps/__init__.py",
        "opt/program/pipelines/steps/train.py",
    ]
    assert "opt/program/pipelines/steps" in held
    assert {(m.uid, m.gid, m.mtime) for m in held.values()} == {(0, 0, 0)}


def test_time_mode_and_place_of_a_checkout_do_not_show(tmp_path: Path) -> None:
    first = checkout(tmp_path / "a")
    second = checkout(tmp_path / "b" / "deeper", dict(reversed(FILES.items())))
    for path in (second / "pipelines").rglob("*.py"):
        path.chmod(0o755)
        os.utime(path, (1, 1))
    assert program_layer(first, ENTRIES) == program_layer(second, ENTRIES)


def test_caches_hidden_files_and_readmes_are_left_out(tmp_path: Path) -> None:
    plain = program_layer(checkout(tmp_path / "a"), ENTRIES)
    noise = {"steps/README.md": "x", "steps/__pycache__/train.pyc": "x", "steps/.swap": "x"}
    assert program_layer(checkout(tmp_path / "b", FILES | noise), ENTRIES) == plain


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    one = program_layer(checkout(tmp_path / "a"), ENTRIES)
    other = program_layer(
        checkout(tmp_path / "b", FILES | {"entry.py": "print('entrY')\n"}), ENTRIES
    )
    assert one.descriptor.digest != other.descriptor.digest
    assert one.diff_id != other.diff_id


def test_a_missing_part_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"pipelines/serving: must exist"):
        program_layer(checkout(tmp_path), (*ENTRIES, "serving"))


def test_a_link_is_refused(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "pipelines/steps/link.py").symlink_to("train.py")
    with pytest.raises(Misuse, match=r"link\.py: must be an ordinary file"):
        program_layer(root, ENTRIES)


@given(st.binary(max_size=200) | st.integers(65_530, 200_000).map(lambda n: b"ab" * n))
@settings(max_examples=30)
def test_the_stored_gzip_file_reads_back(content: bytes) -> None:
    assert gzip.decompress(_gzip_stored(content)) == content


def test_the_diff_id_is_the_digest_of_the_tar(tmp_path: Path) -> None:
    layer = program_layer(checkout(tmp_path), ENTRIES)
    tar = gzip.decompress(layer.content)
    assert layer.diff_id == f"sha256:{hashlib.sha256(tar).hexdigest()}"


def test_the_program_is_what_jobs_and_endpoints_run() -> None:
    assert {"entry.py", "models", "serving", "steps"} < set(PROGRAM)
    assert not {"promotion", "images", "definitions"} & set(PROGRAM)


def test_the_layer_of_this_checkout_needs_nothing_else_of_it(tmp_path: Path) -> None:
    layer = program_layer(Path(__file__).parents[3])
    with tarfile.open(fileobj=io.BytesIO(layer.content), mode="r:gz") as tar:
        tar.extractall(tmp_path, filter="data")
    modules = [
        ".".join(path.relative_to(tmp_path / "opt/program").with_suffix("").parts)
        for path in sorted((tmp_path / "opt/program").rglob("*.py"))
    ]
    assert "pipelines.serving.app" in modules
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(f"import {module}" for module in modules)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "opt/program"), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_the_program_holds_whatever_it_imports_of_the_platform() -> None:
    pipelines = Path(__file__).resolve().parents[3] / "pipelines"
    files = [
        path
        for entry in PROGRAM
        for path in (
            [pipelines / entry] if entry.endswith(".py") else pipelines.glob(f"{entry}/**/*.py")
        )
    ]
    wanted = {
        match[1]
        for path in files
        for match in re.finditer(
            r"^\s*from pipelines\.(\w+)", path.read_text("utf-8"), re.MULTILINE
        )
    }
    assert wanted
    assert wanted <= {entry.removesuffix(".py") for entry in PROGRAM}
