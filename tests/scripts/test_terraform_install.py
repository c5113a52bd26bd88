"""Terraform is found on PATH, or fetched once and only with the published checksum."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.terraform_install import (
    MIRROR_VARIABLE,
    PINNED_VERSION,
    PINS,
    Release,
    TerraformMissingError,
    ensure_terraform,
    release_for,
)

MACHINE = "linux_test"
PROGRAM = b'#!/bin/sh\necho \'{"terraform_version": "1.11.4"}\'\n'
NOWHERE = ""


@dataclass
class Mirror:
    """A server of release archives on this machine, and what was asked of it."""

    address: str
    content: dict[str, bytes]
    cut_off: bool = False
    asked: list[str] = field(default_factory=list)

    def offer(self, archive: bytes) -> str:
        """Serve an archive as the pinned release; give its checksum."""
        name = f"/{PINNED_VERSION}/terraform_{PINNED_VERSION}_{MACHINE}.zip"
        self.content[name] = archive
        return hashlib.sha256(archive).hexdigest()

    def release(self, checksum: str) -> Release:
        """Name this server as the source of the release, with that checksum pinned."""
        return Release(base=self.address, pins={MACHINE: checksum}, platform=MACHINE)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            body = served.content.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            whole = body or b""
            self.wfile.write(whole[: len(whole) // 2] if served.cut_off else whole)

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Mirror(f"http://127.0.0.1:{server.server_port}", {})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_release_with_the_published_checksum_is_installed(mirror: Mirror, tmp_path: Path) -> None:
    checksum = mirror.offer(_archive())
    talk = io.StringIO()
    found = ensure_terraform(tmp_path, mirror.release(checksum), NOWHERE, talk)
    assert found == tmp_path / ".tools" / "terraform" / PINNED_VERSION / "terraform"
    assert found.read_bytes() == PROGRAM
    assert found.stat().st_mode & 0o777 == 0o755
    assert f"fetching Terraform {PINNED_VERSION}" in talk.getvalue()


def test_it_is_fetched_once(mirror: Mirror, tmp_path: Path) -> None:
    release = mirror.release(mirror.offer(_archive()))
    for _ in range(2):
        ensure_terraform(tmp_path, release, NOWHERE, io.StringIO())
    assert len(mirror.asked) == 1


def test_a_wrong_checksum_is_refused_and_nothing_stays(mirror: Mirror, tmp_path: Path) -> None:
    mirror.offer(_archive())
    with pytest.raises(TerraformMissingError) as refusal:
        ensure_terraform(tmp_path, mirror.release("0" * 64), NOWHERE, io.StringIO())
    assert "must have the published SHA-256 " + "0" * 64 in str(refusal.value)
    assert _left_behind(tmp_path) == []


def test_a_download_that_breaks_off_is_never_used(mirror: Mirror, tmp_path: Path) -> None:
    release = mirror.release(mirror.offer(_archive()))
    mirror.cut_off = True
    with pytest.raises(TerraformMissingError):
        ensure_terraform(tmp_path, release, NOWHERE, io.StringIO())
    assert _left_behind(tmp_path) == []
    mirror.cut_off = False
    assert ensure_terraform(tmp_path, release, NOWHERE, io.StringIO()).exists()


def test_an_archive_without_terraform_is_refused(mirror: Mirror, tmp_path: Path) -> None:
    release = mirror.release(mirror.offer(_archive(name="something-else")))
    with pytest.raises(TerraformMissingError, match="must be an archive that holds terraform"):
        ensure_terraform(tmp_path, release, NOWHERE, io.StringIO())
    assert _left_behind(tmp_path) == []


def test_without_terraform_and_without_a_way_to_fetch_it_one_sentence_says_so(
    mirror: Mirror, tmp_path: Path
) -> None:
    with pytest.raises(TerraformMissingError) as refusal:
        ensure_terraform(tmp_path, mirror.release("0" * 64), NOWHERE, io.StringIO())
    first, _, hint = str(refusal.value).partition("\n\n")
    assert "must be reachable where none is installed, got Not Found" in first
    assert "\n" not in first
    assert hint.startswith("hint: put Terraform 1.11 or later on PATH")


def test_a_machine_without_a_pinned_checksum_is_told_to_bring_its_own(tmp_path: Path) -> None:
    with pytest.raises(TerraformMissingError, match=r"hint: put Terraform 1\.11 or later"):
        ensure_terraform(tmp_path, Release(platform="linux_arm64"), NOWHERE, io.StringIO())


def test_a_mirror_that_is_no_web_address_is_refused(tmp_path: Path) -> None:
    release = Release(base="ftp://127.0.0.1", pins={MACHINE: "0" * 64}, platform=MACHINE)
    with pytest.raises(TerraformMissingError, match="must be an http or https address"):
        ensure_terraform(tmp_path, release, NOWHERE, io.StringIO())


@pytest.mark.parametrize("version", ["1.11.0", "1.14.9"])
def test_a_recent_terraform_on_path_is_used(version: str, mirror: Mirror, tmp_path: Path) -> None:
    installed = _program(tmp_path / "bin", version)
    found = ensure_terraform(
        tmp_path, mirror.release("0" * 64), str(installed.parent), io.StringIO()
    )
    assert found == installed
    assert mirror.asked == []


@pytest.mark.parametrize("version", ["1.10.5", "2.0.0", "nonsense"])
def test_another_terraform_on_path_is_not_used(
    version: str, mirror: Mirror, tmp_path: Path
) -> None:
    installed = _program(tmp_path / "bin", version)
    release = mirror.release(mirror.offer(_archive()))
    found = ensure_terraform(tmp_path, release, str(installed.parent), io.StringIO())
    assert found != installed


def test_an_adopters_mirror_takes_the_publishers_place() -> None:
    assert release_for({MIRROR_VARIABLE: "https://mirror.example"}).base == "https://mirror.example"
    assert release_for({}).base.startswith("https://releases.")


def test_every_pin_is_a_sha256() -> None:
    assert all(len(bytes.fromhex(pin)) == 32 for pin in PINS.values())


def _archive(name: str = "terraform") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, PROGRAM)
    return buffer.getvalue()


def _program(folder: Path, version: str) -> Path:
    folder.mkdir()
    path = folder / "terraform"
    path.write_text(f'#!/bin/sh\necho \'{{"terraform_version": "{version}"}}\'\n')
    path.chmod(0o755)
    return path


def _left_behind(root: Path) -> list[Path]:
    return [
        path for path in (root / ".tools").rglob("*") if path.is_file() and path.name != ".lock"
    ]
