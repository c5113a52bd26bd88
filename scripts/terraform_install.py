"""Find Terraform, or fetch the pinned release and check it; needs nothing but Python itself."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (1, 11)
NEWEST_MAJOR = 1
RELEASES = "https://releases.hashicorp.com/terraform"
MIRROR_VARIABLE = "GATEHOUSE_TERRAFORM_MIRROR"
PINNED_VERSION = "1.11.4"
# SHA-256 of the release archives, as the publisher's checksum file lists them.
PINS = {
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
}
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_HINT = f"put Terraform {OLDEST[0]}.{OLDEST[1]} or later on PATH"


class TerraformMissingError(Exception):
    """There is no usable Terraform; address, rule, value and hint say why."""

    def __init__(self, address: str, must_hold: str, got: str, hint: str = _HINT) -> None:
        self.address, self.must_hold, self.got, self.hint = address, must_hold, got, hint
        super().__init__(f"{address}: {must_hold}, got {got}\n\nhint: {hint}")


@dataclass(frozen=True)
class Release:
    """The release to fetch where no Terraform is installed, and from where."""

    version: str = PINNED_VERSION
    base: str = RELEASES
    pins: Mapping[str, str] = field(default_factory=lambda: PINS)
    platform: str = ""

    def archive(self) -> tuple[str, str]:
        """Give the address of the archive for this machine and its checksum."""
        machine = self.platform or machine_platform()
        if machine not in self.pins:
            raise TerraformMissingError(
                machine, "a pinned Terraform must exist for this machine", "no pinned checksum"
            )
        name = f"terraform_{self.version}_{machine}.zip"
        return f"{self.base.rstrip('/')}/{self.version}/{name}", self.pins[machine]


def machine_platform() -> str:
    """Name this machine as Terraform's releases do."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


def release_for(environ: Mapping[str, str]) -> Release:
    """Take the pinned release from the publisher, or from the adopter's own mirror of it."""
    return Release(base=environ.get(MIRROR_VARIABLE) or RELEASES)


def ensure_terraform(root: Path, release: Release, path: str | None, talk: IO[str]) -> Path:
    """Give the Terraform on PATH if it is recent enough, else the pinned one, fetched if needed."""
    found = shutil.which("terraform", path=path)
    if found and _is_suitable(version_of(Path(found))):
        return Path(found)
    pinned = root / ".tools" / "terraform" / release.version / "terraform"
    if pinned.exists():
        return pinned
    if found:
        version = ".".join(map(str, version_of(Path(found)))) or "a program that tells no version"
        print(f"set-up: {found} is {version}; a newer one is needed", file=talk)
    pinned.parent.mkdir(parents=True, exist_ok=True)
    with _alone(pinned.parent / ".lock"):
        if not pinned.exists():
            _fetch(release, pinned, talk)
    return pinned


def version_of(binary: Path) -> tuple[int, ...]:
    """Ask a Terraform for its version; an empty answer means that it told none."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    environment["CHECKPOINT_DISABLE"] = "1"
    try:
        told = subprocess.run(
            [binary, "version", "-json"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environment,
        )
        version = json.loads(told.stdout)["terraform_version"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", str(version))[:3])


def _is_suitable(version: tuple[int, ...]) -> bool:
    return version[:2] >= OLDEST and version[:1] == (NEWEST_MAJOR,)


def _fetch(release: Release, target: Path, talk: IO[str]) -> None:
    address, checksum = release.archive()
    print(f"set-up: fetching Terraform {release.version} from {address}", file=talk, flush=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".partial-") as folder:
        archive = Path(folder) / "terraform.zip"
        found = _download(address, archive)
        if found != checksum:
            raise TerraformMissingError(
                address,
                f"the archive must have the published SHA-256 {checksum}",
                found,
                "nothing was kept; try again, and do not trust this source if it stays so",
            )
        _unpack(archive, Path(folder) / "terraform", target, address)


def _download(address: str, archive: Path) -> str:
    if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
        raise TerraformMissingError(
            MIRROR_VARIABLE, "must be an http or https address", address, "leave it unset"
        )
    digest = hashlib.sha256()
    try:
        with (
            urllib.request.urlopen(address, timeout=30) as answer,  # noqa: S310 - checked above
            archive.open("wb") as file,
        ):
            while block := answer.read(1 << 20):
                digest.update(block)
                file.write(block)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise TerraformMissingError(
            address,
            "the pinned Terraform must be reachable where none is installed",
            " ".join(str(reason).split()) or type(error).__name__,
            f"{_HINT}, or name a mirror of the releases in {MIRROR_VARIABLE}",
        ) from error
    return digest.hexdigest()


def _unpack(archive: Path, unpacked: Path, target: Path, address: str) -> None:
    try:
        with zipfile.ZipFile(archive) as content, content.open("terraform") as source:
            with unpacked.open("wb") as file:
                shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, KeyError) as error:
        raise TerraformMissingError(
            address, "must be an archive that holds terraform", str(error)
        ) from error
    unpacked.chmod(0o755)
    unpacked.replace(target)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Print where Terraform is, after fetching it if that is needed."""
    try:
        binary = ensure_terraform(ROOT, release_for(os.environ), None, sys.stderr)
    except TerraformMissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nset-up: interrupted; the next run fetches again", file=sys.stderr)
        return 130
    print(binary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
