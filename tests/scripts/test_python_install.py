"""An environment is made from its lock once, again when the lock changes, and never by halves."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scripts.python_install import ENVIRONMENTS, SetupError, install

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = f"no-such-package-anywhere==1.0 --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    _lock(tmp_path, "# nothing\n")
    return tmp_path


@pytest.mark.slow
def test_an_environment_is_made_once_and_again_when_its_lock_changes(checkout: Path) -> None:
    assert "making .venv-authoring" in _install(checkout)
    assert (checkout / ".venv-authoring" / "bin" / "python").exists()
    assert _install(checkout) == ""
    _lock(checkout, "# nothing, said differently\n")
    assert "unpacking" not in _install(checkout)
    assert _install(checkout) == ""


@pytest.mark.slow
def test_a_lock_that_cannot_be_installed_is_told_and_tried_again(checkout: Path) -> None:
    _lock(checkout, UNKNOWN)
    for _ in range(2):
        with pytest.raises(SetupError) as refusal:
            _install(checkout)
        assert "every package of the lock must be installable, got ERROR: " in str(refusal.value)
        assert "hint: check the network" in str(refusal.value)
    _lock(checkout, "# nothing\n")
    _install(checkout)
    assert _install(checkout) == ""


@pytest.mark.slow
def test_two_set_ups_at_once_make_one_environment(checkout: Path) -> None:
    told: list[str] = []
    threads = [threading.Thread(target=lambda: told.append(_install(checkout))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("making .venv-authoring" in each for each in told) == 1


@pytest.mark.slow
def test_environments_are_made_side_by_side_and_one_that_cannot_be_spoils_none(
    checkout: Path,
) -> None:
    (checkout / "requirements" / "checkov.txt").write_text(UNKNOWN)
    told = _run(checkout, "authoring", "checkov")
    assert told.returncode == 3
    assert "set-up: making .venv-authoring" in told.stderr
    assert "set-up: making .venv-checkov" in told.stderr
    assert told.stderr.count("error: ") == 1
    assert "checkov.txt: every package of the lock must be installable" in told.stderr
    assert (checkout / ".venv-authoring" / "stamp-authoring").exists()
    assert not (checkout / ".venv-checkov" / "stamp-checkov").exists()

    (checkout / "requirements" / "checkov.txt").write_text("# nothing\n")
    assert _run(checkout, "authoring", "checkov").returncode == 0
    again = _run(checkout, "authoring", "checkov")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_lock_that_is_not_there_is_told(checkout: Path) -> None:
    (checkout / "requirements" / "authoring.txt").unlink()
    with pytest.raises(SetupError, match=r"authoring\.txt: must be readable, got No such file"):
        _install(checkout)


def test_this_environment_is_up_to_date_or_set_up_says_what_it_does() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/python_install.py", "everything"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "invalid choice: 'everything'" in done.stderr


@pytest.mark.parametrize("lock", sorted(lock for _, lock in ENVIRONMENTS.values()))
def test_a_lock_carries_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text
    pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)


def _lock(checkout: Path, text: str) -> None:
    (checkout / "requirements" / "authoring.txt").write_text(text)


def _run(checkout: Path, *purposes: str) -> subprocess.CompletedProcess[str]:
    program = checkout / "scripts" / "python_install.py"
    program.parent.mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "scripts" / "python_install.py", program)
    return subprocess.run([sys.executable, program, *purposes], capture_output=True, text=True)


def _install(checkout: Path) -> str:
    talk = io.StringIO()
    install(checkout, "authoring", talk)
    return talk.getvalue()
