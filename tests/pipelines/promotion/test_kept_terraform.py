"""The Terraform that a target keeps comes back as it was, and nothing else does."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import Finding, InvalidInput
from pipelines.promotion import deploy
from pipelines.promotion.kept_terraform import pack, unpack
from pipelines.promotion.released_source import TERRAFORM, terraform_digest
from tests.pipelines.promotion.stage import Stage

ROOT = Path(__file__).parents[3]
FILE = "terraform/release/main.tf"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source with some Terraform."""
    made = tmp_path / "source"
    for folder, name in ((TERRAFORM[0], "main.tf"), (TERRAFORM[1], "main.tf")):
        (made / folder / "tests").mkdir(parents=True)
        (made / folder / name).write_text(f"# {folder}\n")
        (made / folder / "tests" / "some.tftest.hcl").write_text("run {}\n")
    (made / TERRAFORM[0] / ".terraform.lock.hcl").write_text("# lock\n")
    return made


def archive(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Make an archive by hand."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as made:
        for entry, content in entries:
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """An entry of an archive."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def test_what_is_packed_comes_back_with_its_digest(source: Path, tmp_path: Path) -> None:
    digest = terraform_digest(source)
    assert unpack("kept", pack(source), tmp_path / "back") == digest
    assert (tmp_path / "back" / FILE).read_text() == "# terraform/release\n"
    assert (tmp_path / "back/terraform/release/.terraform.lock.hcl").is_file()


def test_the_checkout_itself_comes_back_with_its_digest(tmp_path: Path) -> None:
    assert unpack("kept", pack(ROOT), tmp_path) == terraform_digest(ROOT)


def test_the_same_files_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(source, other)
    (other / FILE).touch()
    (other / FILE).chmod(0o600)
    assert pack(other) == pack(source)


def test_what_a_persons_own_run_left_is_not_packed(source: Path) -> None:
    before = pack(source)
    (source / "terraform/release/.terraform/providers").mkdir(parents=True)
    (source / "terraform/release/.terraform/providers/x").write_text("x")
    (source / "terraform/release/release.auto.tfvars.json").write_text("{}")
    assert pack(source) == before


def test_a_link_is_not_packed(source: Path) -> None:
    (source / "terraform/release/link.tf").symlink_to("/etc/passwd")
    with pytest.raises(InvalidInput, match="must be a file"):
        pack(source)


def test_another_byte_is_another_digest(source: Path, tmp_path: Path) -> None:
    digest = terraform_digest(source)
    (source / FILE).write_text("# other\n")
    assert unpack("kept", pack(source), tmp_path / "back") != digest


@pytest.mark.parametrize(
    "bad",
    [
        entry("terraform/release/../../outside.tf"),
        entry("/etc/outside.tf"),
        entry("outside.tf"),
        entry("modules/other/main.tf"),
        entry("terraform/release//main.tf"),
        entry("./terraform/release/main.tf"),
        entry("terraform/release/terraform.tfstate"),
        entry("terraform/release/.terraform/providers/evil"),
        entry("terraform/release/x.auto.tfvars.json"),
        entry("terraform/release/link.tf", tarfile.SYMTYPE, "/etc/passwd"),
        entry("terraform/release/link.tf", tarfile.LNKTYPE, FILE),
        entry("terraform/release/pipe", tarfile.FIFOTYPE),
        entry("terraform/release/device", tarfile.CHRTYPE),
        entry("terraform/release/folder", tarfile.DIRTYPE),
        entry("terraform/release/sparse.tf", tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda one: f"{one.name} {one.type!r}",
)
def test_an_entry_that_is_none_of_ours_is_refused_and_nothing_is_written(
    bad: tarfile.TarInfo, tmp_path: Path
) -> None:
    content = archive((entry(FILE), b"# fine\n"), (bad, b""))
    with pytest.raises(Finding, match="kept"):
        unpack("kept", content, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / "outside.tf").exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"no archive",
        lambda: archive((entry(FILE), b"1"), (entry(FILE), b"2")),
        lambda: archive((entry(FILE), b"only one of two folders")),
        lambda: archive((entry(FILE), b"x" * 10_000_001)),
        lambda: archive(*[(entry(f"terraform/release/{n}.tf"), b"") for n in range(1_002)]),
    ],
    ids=["no archive", "twice", "half of it", "too large", "too many"],
)
def test_what_is_no_archive_of_ours_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    with pytest.raises(Finding, match="kept"):
        unpack("kept", make(), tmp_path / "back")


def test_what_a_deployment_that_failed_was_of_is_kept(stage: Stage) -> None:
    (stage.tmp_path / "state").mkdir()
    (stage.tmp_path / "state" / "fail-apply").touch()
    with pytest.raises(Finding):
        deploy.run(stage.settings, stage, stage.surroundings())
    names = {key.rpartition("/")[2] for key in stage.evidence()}
    assert {"release.json", "release.dsse.json", "terraform.tar"} <= names
    assert "deployment.json" not in names
