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
    NO_AUTHOR,
    NO_COMMIT,
    PublishedImage,
    author_of,
    commit_of,
    guardrails_digest,
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
    copy = _copy(tmp_path)
    (tmp_path / "source.json").write_bytes(source_document(copy, IMAGE))
    source = read_source(tmp_path)
    assert (source.commit, source.repository) == (f"{NO_COMMIT}-dirty", IMAGE.repository)
    assert source.digest == IMAGE.digest
    assert source.author == NO_AUTHOR
    assert source.guardrails_sha256 == guardrails_digest(copy)


def test_the_author_is_who_wrote_the_commit(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    assert author_of(copy) == NO_AUTHOR
    _git(copy, "init", "--quiet")
    assert author_of(copy) == NO_AUTHOR
    _git(copy, "add", ".")
    _git(copy, "commit", "--quiet", "--message", "All")
    assert author_of(copy) == "somebody@example.com"
    _git(copy, "commit", "--quiet", "--amend", "--author", "Some <two words>", "--message", "All")
    assert author_of(copy) == NO_AUTHOR


def test_guardrails_have_a_digest_and_are_not_in_the_package(tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    before = guardrails_digest(copy)
    (copy / "policies" / "guardrails" / "__pycache__").mkdir(exist_ok=True)
    (copy / "policies" / "guardrails" / "__pycache__" / "x.pyc").touch()
    assert guardrails_digest(copy) == before == guardrails_digest(ROOT)
    assert not [name for name in source_files(copy) if name.startswith("policies")]
    (copy / "policies" / "guardrails" / "service-control" / "more.json").write_text("{}")
    assert guardrails_digest(copy) != before


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


def test_source_json_says_what_belongs_together() -> None:
    document = json.loads(source_document(ROOT, IMAGE))
    assert document == {
        "schema_version": 1,
        "author": author_of(ROOT),
        "commit": commit_of(ROOT),
        "guardrails": {"sha256": guardrails_digest(ROOT)},
        "image": {"repository": IMAGE.repository, "digest": IMAGE.digest},
    }


def _copy(folder: Path) -> Path:
    copy = folder / "copy"
    ignored = shutil.ignore_patterns("__pycache__", ".terraform")
    parts = ("accounts", "pipelines", "policies/guardrails", "terraform")
    for part in (*parts, "modules/inference-endpoint"):
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
