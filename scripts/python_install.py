"""Make a Python environment of this checkout equal to its lock; needs nothing but Python itself.

A stamp inside the environment names the lock it was made from, so that a second run does
nothing, a changed lock installs again, and an interrupted installation is repeated. Several
environments are made side by side: most of it is waiting and unpacking.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
# A later interpreter reads the locks as well; these are tried where `python3` is too old.
CANDIDATES = ("python3.11", "python3.12", "python3.13")
# Environment folder and locks, the last of which contains the ones before.
ENVIRONMENTS = {
    "runtime": (".venv", "runtime.txt"),
    "development": (".venv", "development.txt"),
    "authoring": (".venv-authoring", "authoring.txt"),
    "checkov": (".venv-checkov", "checkov.txt"),
}


# How pip begins a package: from an index, from a folder of wheels, or found to be there.
_BEGUN = ("Collecting ", "Processing ", "Requirement already satisfied: ")


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what helps."""


def install(root: Path, purpose: str, talk: TextIO) -> None:
    """Bring the environment for a purpose up to date."""
    folder, lock = ENVIRONMENTS[purpose]
    environment = root / folder
    lock_file = root / "requirements" / lock
    with _alone(root / ".tools" / f"{folder.lstrip('.')}.lock", talk):
        stamp = environment / f"stamp-{lock_file.stem}"
        wanted = _wanted(root, lock_file)
        if _read(stamp) == wanted:
            return
        stamp.unlink(missing_ok=True)
        _create(environment, talk)
        _install_lock(environment, lock_file, talk)
        if folder == ".venv":
            _install_project(environment, root)
            _stamp_contained(root, environment, purpose)
        stamp.write_text(wanted, "utf-8")


def install_all(root: Path, purposes: Sequence[str], talk: TextIO) -> int:
    """Bring environments up to date side by side, and give the worst exit code.

    Purposes that share a folder shall not be asked for together: one lock contains the other.
    """
    stale = [each for each in purposes if not _is_made(root, each)]
    if len(stale) < 2:
        for purpose in stale:
            install(root, purpose, talk)
        return 0
    # Each in a process of its own, whose lines name the environment. Their own groups, so that
    # an interrupt at the terminal reaches each of them once: from here.
    command = [sys.executable, str(root / "scripts" / "python_install.py")]
    children = [
        subprocess.Popen([*command, each], stderr=subprocess.PIPE, text=True, process_group=0)
        for each in stale
    ]
    tellers = [threading.Thread(target=_relay, args=(child, talk)) for child in children]
    try:
        for teller in tellers:
            teller.start()
        for teller in tellers:
            teller.join()
        return max((child.wait() for child in children), key=abs)
    except BaseException:
        for child in children:
            child.send_signal(signal.SIGINT)
        for child in children:
            child.wait()
        raise


def _relay(child: subprocess.Popen[str], talk: TextIO) -> None:
    if child.stderr is None:
        return
    with child.stderr as lines:
        for line in lines:
            if line.strip():
                talk.write(line)
                talk.flush()


def _is_made(root: Path, purpose: str) -> bool:
    folder, lock = ENVIRONMENTS[purpose]
    lock_file = root / "requirements" / lock
    return _read(root / folder / f"stamp-{lock_file.stem}") == _wanted(root, lock_file)


def _wanted(root: Path, lock_file: Path) -> str:
    # The folder is part of it: an environment that was moved has broken scripts.
    digest = hashlib.sha256()
    for path in (lock_file, root / "pyproject.toml"):
        try:
            digest.update(path.read_bytes())
        except OSError as error:
            raise SetupError(f"{path}: must be readable, got {error.strerror}") from error
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{digest.hexdigest()} python-{version} {root}\n"


def _stamp_contained(root: Path, environment: Path, purpose: str) -> None:
    if purpose == "development":
        runtime = root / "requirements" / "runtime.txt"
        (environment / "stamp-runtime").write_text(_wanted(root, runtime), "utf-8")


def _create(environment: Path, talk: TextIO) -> None:
    python = environment / "bin" / "python"
    probe = "import sys, pip; print(sys.version_info[:2] == " + repr(sys.version_info[:2]) + ")"
    if python.exists():
        found = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
        pip = environment / "bin" / "pip"
        if found.stdout.strip() == "True" and _read(pip).startswith(f"#!{python.parent}"):
            return
    print(f"set-up: making {environment.name}", file=talk, flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", environment], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise SetupError(
            f"{environment}: Python must be able to make a virtual environment, got "
            f"{_last_line(made.stdout + made.stderr)}\n\n"
            "hint: some distributions package it apart, for example as python3-venv"
        )


def _install_lock(environment: Path, lock_file: Path, talk: TextIO) -> None:
    total = sum(1 for line in _read(lock_file).splitlines() if "==" in line and line[0].isalnum())
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes"]
    command += ["--requirement", str(lock_file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    ) as process:
        lines = _follow(process, environment.name, total, talk)
    if process.returncode != 0:
        raise SetupError(
            f"{lock_file}: every package of the lock must be installable, got "
            f"{_last_line(chr(10).join(lines))}\n\n"
            "hint: check the network, or the package index that pip is configured with"
        )


def _follow(process: subprocess.Popen[str], name: str, total: int, talk: TextIO) -> list[str]:
    """Show how far pip is, and give the last lines that it wrote."""
    lines: list[str] = []
    seen = 0
    try:
        for line in process.stdout or ():
            lines = [*lines[-20:], line.rstrip()]
            if line.startswith(_BEGUN):
                seen = min(seen + 1, total)
                _progress(talk, name, seen, total)
            elif line.startswith("Installing collected packages"):
                print(f"\nset-up: unpacking into {name}", file=talk, flush=True)
    except BaseException:
        process.send_signal(signal.SIGINT)
        raise
    return lines


def _install_project(environment: Path, root: Path) -> None:
    command = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    command += ["--no-input", "--disable-pip-version-check", "--no-build-isolation", "--no-deps"]
    command += ["--config-settings", "editable_mode=compat", "--editable", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(
            f"{root / 'pyproject.toml'}: the project must be installable, got "
            f"{_last_line(done.stdout + done.stderr)}"
        )


def _progress(talk: TextIO, name: str, seen: int, total: int) -> None:
    if talk.isatty():
        bar = "#" * (30 * seen // total)
        print(f"\rset-up: {name} [{bar:<30}] {seen}/{total}", end="", file=talk, flush=True)
    elif seen == 1 or seen % 25 == 0 or seen == total:
        print(f"set-up: {name} {seen}/{total} packages", file=talk, flush=True)


@contextlib.contextmanager
def _alone(lock: Path, talk: TextIO) -> Iterator[None]:
    # The kernel frees the lock when this process ends, however it ends.
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("set-up: waiting for another set-up of this checkout", file=talk, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["nothing"])[-1]


def _use_newer_python() -> None:
    """Go on in a newer interpreter where this one is too old, or say what is missing."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in CANDIDATES:
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            os.execv(path, [path, *sys.argv])  # noqa: S606 - the same program in another Python
    found = ".".join(map(str, sys.version_info[:3]))
    raise SetupError(
        f"python3: Python {OLDEST[0]}.{OLDEST[1]} or later must be on PATH, got {found}\n\n"
        "hint: install it, or name one: make PYTHON=/path/to/python3.11 demo"
    )


def main() -> int:
    """Install the environments that are named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", nargs="+", choices=sorted(ENVIRONMENTS))
    try:
        _use_newer_python()
        return install_all(ROOT, parser.parse_args().purpose, sys.stderr)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("\nset-up: interrupted; the next run continues", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
