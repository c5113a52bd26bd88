"""What a machine must have for the platform, examined one by one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.errors import GatehouseError
from scripts import twins
from scripts.checkout import Checkout
from scripts.terraform_environment import CONFIGURATION
from scripts.terraform_install import OLDEST, PINNED_VERSION, version_of

_REGISTRY = "registry.terraform.io"
_MEMORY_GB = 4
_CORES = 2


class Verdict(StrEnum):
    """How much a finding matters."""

    FINE = "fine"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True)
class Examined:
    """One thing that was examined."""

    what: str
    verdict: Verdict
    found: str
    hint: str = ""


def examine(checkout: Checkout, environ: Mapping[str, str]) -> Iterator[Examined]:
    """Examine everything."""
    yield _python()
    yield _terraform(checkout, environ)
    yield from _configuration(environ)
    yield _providers(environ)
    yield _organization(checkout)
    yield from _machine()
    yield _namespaces()
    yield _twin(checkout)


def _python() -> Examined:
    version = ".".join(map(str, sys.version_info[:3]))
    return Examined("python", Verdict.FINE, version)


def _terraform(checkout: Checkout, environ: Mapping[str, str]) -> Examined:
    found = shutil.which("terraform", path=environ.get("PATH"))
    version = version_of(Path(found)) if found else ()
    text = ".".join(map(str, version))
    if found and version[:2] >= OLDEST and version[0] < 2:
        return Examined("terraform", Verdict.FINE, f"{text} at {found}")
    pinned = checkout.root / ".tools" / "terraform" / PINNED_VERSION / "terraform"
    if pinned.exists():
        return Examined("terraform", Verdict.FINE, f"{PINNED_VERSION} at {pinned}")
    return Examined(
        "terraform",
        Verdict.NOTE,
        f"{text or 'none'} on PATH",
        f"{OLDEST[0]}.{OLDEST[1]} or later is needed; set-up fetches {PINNED_VERSION}",
    )


def _configuration(environ: Mapping[str, str]) -> Iterator[Examined]:
    named = environ.get(CONFIGURATION)
    if named and not Path(named).is_file():
        hint = f"{CONFIGURATION} names a file that does not exist; it is ignored"
        yield Examined("configuration", Verdict.NOTE, named, hint)


def _providers(environ: Mapping[str, str]) -> Examined:
    named = environ.get(CONFIGURATION)
    if named and Path(named).is_file():
        return Examined("providers", Verdict.FINE, f"as {named} says")
    if (Path.home() / ".terraformrc").is_file():
        return Examined("providers", Verdict.FINE, "as ~/.terraformrc says")
    try:
        with socket.create_connection((_REGISTRY, 443), timeout=5):
            return Examined("providers", Verdict.FINE, f"from {_REGISTRY}")
    except OSError as error:
        return Examined(
            "providers",
            Verdict.MISSING,
            f"{_REGISTRY}: {error}",
            f"name a provider mirror in a Terraform CLI configuration ({CONFIGURATION})",
        )


def _organization(checkout: Checkout) -> Examined:
    try:
        organization = checkout.naming().organization
    except GatehouseError as error:
        sentence, _, hint = str(error).partition("\n\nhint: ")
        return Examined("organization", Verdict.MISSING, sentence, hint)
    found = f"{len(organization.accounts)} accounts, {len(organization.models)} models"
    return Examined("organization", Verdict.FINE, found)


def _machine() -> Iterator[Examined]:
    cores = os.cpu_count() or 1
    verdict = Verdict.FINE if cores >= _CORES else Verdict.NOTE
    yield Examined("cores", verdict, str(cores), "" if cores >= _CORES else "it will be slow")
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (OSError, ValueError):
        return
    enough = size >= _MEMORY_GB
    hint = "" if enough else f"three roots side by side need {_MEMORY_GB} GB"
    yield Examined("memory", Verdict.FINE if enough else Verdict.NOTE, f"{size:.1f} GB", hint)


def _namespaces() -> Examined:
    command = ["unshare", "--user", "--map-root-user", "--mount", "--net", "true"]
    if _succeeds(command):
        return Examined("namespaces", Verdict.FINE, "private for each job")
    return Examined(
        "namespaces",
        Verdict.NOTE,
        "refused by this machine",
        "the twin's jobs run without them, by a path of their own and not cut off the network",
    )


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _twin(checkout: Checkout) -> Examined:
    return _guarded("twin", lambda: _running(checkout))


def _running(checkout: Checkout) -> Examined:
    running = twins.status(checkout.twin_folder)
    if running is None:
        return Examined("twin", Verdict.NOTE, "not running", "start it: gatehouse twin up")
    return Examined("twin", Verdict.FINE, f"at {running.url}")


def _guarded(what: str, examine_it: Callable[[], Examined]) -> Examined:
    try:
        return examine_it()
    except GatehouseError as error:
        return Examined(what, Verdict.MISSING, str(error).partition("\n")[0], error.hint or "")
