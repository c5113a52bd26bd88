"""The source package depends on its content only, and carries what builds need."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from pipelines.definitions.source import read_source
from pipelines.errors import EnvironmentFault
from scripts.source_package import (
    NO_COMMIT,
    PublishedImage,
    commit_of,
    make_zip,
    source_document,
    source_files,
)

ROOT = Path(__file__).resolve().parents[2]
IMAGE = PublishedImage("gatehouse/model", f"sha256:{'a' * 64}")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    first = make_zip(source_files(ROOT))
    copy = _copy(tmp_path)
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    assert make_zip(source_files(copy)) == first


def test_another_content_gives_other_bytes(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    before = make_zip(source_files(copy))
    (copy / "pipelines" / "errors.py").write_text("changed")
    assert make_zip(source_files(copy)) != before


def test_it_holds_what_builds_need_and_nothing_that_runs_leave(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    (copy / "pipelines" / "__pycache__").mkdir(exist_ok=True)
    (copy / "pipelines" / "__pycache__" / "x.pyc").write_bytes(b"")
    (copy / "terraform" / "release" / ".terraform").mkdir()
    (copy / "terraform" / "release" / ".terraform" / "provider").write_bytes(b"")
    names = set(source_files(copy))
    assert {"accounts/organization.yaml", "pipelines/errors.py"} <= names
    assert any(name.startswith("modules/inference-endpoint/") for name in names)
    assert any(name.startswith("terraform/release/") for name in names)
    assert not [name for name in names if "__pycache__" in name or ".terraform/" in name]


def test_the_pipelines_read_what_the_package_says_of_itself(tmp_path: Path) -> None:
    (tmp_path / "source.json").write_bytes(source_document("c" * 40, IMAGE))
    source = read_source(tmp_path)
    assert (source.commit, source.repository) == ("c" * 40, IMAGE.repository)
    assert source.digest == IMAGE.digest


def test_the_zip_can_be_unpacked() -> None:
    content = make_zip({"b/c.txt": b"two", "a.txt": b"one"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a.txt", "b/c.txt"]
        assert archive.read("b/c.txt") == b"two"
        assert archive.testzip() is None


def test_a_checkout_that_lacks_a_part_is_refused(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    shutil.rmtree(copy / "modules")
    with pytest.raises(EnvironmentFault, match="must exist: it is part of the source package"):
        source_files(copy)


def test_the_commit_is_marked_where_files_differ_from_it(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    assert commit_of(copy) == f"{NO_COMMIT}-dirty"
    _git(copy, "init", "--quiet")
    _git(copy, "add", ".")
    _git(copy, "commit", "--quiet", "--message", "All")
    clean = commit_of(copy)
    assert len(clean) == 40
    (copy / "notes.txt").write_text("no part of the package")
    assert commit_of(copy) == clean
    (copy / "pipelines" / "new.py").write_text("")
    assert commit_of(copy) == f"{clean}-dirty"


def test_source_json_is_canonical() -> None:
    document = json.loads(source_document("c" * 40, IMAGE))
    assert document == {
        "schema_version": 1,
        "commit": "c" * 40,
        "image": {"repository": IMAGE.repository, "digest": IMAGE.digest},
    }


def _copy(folder: Path) -> Path:
    copy = folder / "copy"
    ignored = shutil.ignore_patterns("__pycache__", ".terraform")
    for part in ("accounts", "pipelines", "terraform", "modules/inference-endpoint"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    return copy


def _git(folder: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{who}_{what}": "somebody@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        env=os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull},
    )
