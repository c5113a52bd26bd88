"""A digest of folders depends on the paths and bytes of their files, and on nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.tree_digest import tree_digest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two folders with files."""
    for name in ("a/one.tf", "a/deep/two.tf", "b/three.tf", "c/none.tf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_the_same_files_have_the_same_digest(root: Path) -> None:
    before = tree_digest(root, ["a", "b"])
    assert tree_digest(root, ["b", "a"]) == before
    os.utime(root / "a" / "one.tf", (0, 0))
    (root / "c" / "none.tf").write_text("not asked for")
    assert tree_digest(root, ["a", "b"]) == before


@pytest.mark.parametrize("change", ["write", "add", "remove", "rename"])
def test_every_change_gives_another_digest(root: Path, change: str) -> None:
    before, file = tree_digest(root, ["a", "b"]), root / "a" / "deep" / "two.tf"
    match change:
        case "write":
            file.write_text("other")
        case "add":
            (root / "a" / "new.tf").touch()
        case "remove":
            file.unlink()
        case _:
            file.rename(file.with_name("other.tf"))
    assert tree_digest(root, ["a", "b"]) != before


def test_what_is_left_out_does_not_count(root: Path) -> None:
    before = tree_digest(root, ["a"])
    (root / "a" / ".terraform").mkdir()
    (root / "a" / ".terraform" / "provider").touch()
    (root / "a" / "x.tfplan").touch()
    assert tree_digest(root, ["a"], (".terraform", "*.tfplan")) == before


def test_a_folder_that_is_not_there_is_refused(root: Path) -> None:
    with pytest.raises(InvalidInput, match="d: must be part of the source"):
        tree_digest(root, ["a", "d"])


@pytest.mark.parametrize("target", ["one.tf", "deep", "nowhere"])
def test_a_link_is_refused(root: Path, target: str) -> None:
    (root / "a" / "link").symlink_to(target)
    with pytest.raises(InvalidInput, match="link: must be a file or a folder, got a link"):
        tree_digest(root, ["a"])
