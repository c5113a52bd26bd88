"""The command of the builds: one sentence and an exit code, never a stack trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.promotion import __main__ as command
from pipelines.promotion.bundle import run
from tests.pipelines.promotion.world import CHECKOUT

TOLD = {
    "PREFIX": "gatehouse",
    "ACCOUNT": "staging",
    "MODEL": "breast-cancer",
    "PACKAGE_ARN": "latest",
    "PIPELINE_EXECUTION_ID": "x",
}


@pytest.fixture(autouse=True)
def _signal_stays() -> Iterator[None]:
    """Leave the test runner's own signal handling as it is."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def told(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """Tell a build what its pipeline would."""
    for name, value in (TOLD | changes).items():
        monkeypatch.setenv(name, value)


def test_a_missing_variable_is_misuse(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, MODEL="")
    assert command.main(["deploy", "--root", str(CHECKOUT)]) == 2
    assert capsys.readouterr().err.startswith("MODEL: must be set, got nothing\n\nhint: ")


def test_a_refusal_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told(monkeypatch)
    arguments = ["bundle", "--root", str(CHECKOUT), "--out", str(tmp_path)]
    assert command.main(arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("PACKAGE_ARN: must be the ARN of one version of a model package")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("build", ["deploy", "test", "verify"])
def test_a_build_in_a_target_needs_a_release(
    build: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    told(monkeypatch)
    monkeypatch.delenv("CODEBUILD_SRC_DIR_Release", raising=False)
    assert command.main([build, "--root", str(CHECKOUT), "--out", str(tmp_path)]) == 2
    assert "CODEBUILD_SRC_DIR_Release: must name the folder" in capsys.readouterr().err


def test_a_stopped_build_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    told(monkeypatch)
    monkeypatch.setattr(run.__module__ + ".run", stopped)
    assert command.main(["bundle", "--root", str(CHECKOUT)]) == 130
    assert capsys.readouterr().err == "bundle: stopped before its end; it can be repeated\n"


def test_the_command_runs_as_the_builds_run_it(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    ended = subprocess.run(
        [sys.executable, "-m", "pipelines.promotion", "verify"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("accounts/organization.yaml: must be a readable file")
