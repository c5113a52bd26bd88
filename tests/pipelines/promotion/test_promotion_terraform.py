"""Terraform is started in one way, told what to do by its caller alone, and never left running."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.terraform import Terraform, clean_environment


def terraform(folder: Path, script: str, **limits: float) -> Terraform:
    """A Terraform whose program is a few lines of Python."""
    program = folder / "terraform"
    program.write_text(f"#!{sys.executable} -IS\n{script}\n")
    program.chmod(0o700)
    return Terraform(folder, clean_environment(os.environ), str(program), **limits)


def test_what_a_shell_holds_does_not_steer_a_plan() -> None:
    shell = {
        "PATH": "/bin",
        "TF_CLI_ARGS_plan": "-destroy",
        "TF_VAR_model": "other",
        "TF_WORKSPACE": "other",
        "TF_DATA_DIR": "/other",
        "TF_CLI_CONFIG_FILE": "/etc/terraform.rc",
        "AWS_REGION": "eu-west-1",
    }
    assert clean_environment(shell) == {
        "PATH": "/bin",
        "TF_CLI_CONFIG_FILE": "/etc/terraform.rc",
        "AWS_REGION": "eu-west-1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
    }


def test_a_plan_tells_whether_anything_differs(tmp_path: Path) -> None:
    for code, differs in ((0, None), (2, ())):
        assert terraform(tmp_path, f"raise SystemExit({code})").plan() == differs
    with pytest.raises(Finding, match="terraform plan: must succeed, got exit code 1"):
        terraform(tmp_path, "raise SystemExit(1)").plan()


def test_exit_code_two_is_no_success_of_another_command(tmp_path: Path) -> None:
    with pytest.raises(Finding, match="terraform apply: must succeed, got exit code 2"):
        terraform(tmp_path, "raise SystemExit(2)").apply()


def test_progress_goes_to_the_log_while_it_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    terraform(tmp_path, "print('Creating...'); print(); print('Done')").apply()
    assert caplog.messages == ["terraform: Creating...", "terraform: Done"]


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    for script in ("print('no')", "print('[]')"):
        with pytest.raises(Finding, match="terraform: must answer"):
            terraform(tmp_path, script).outputs()


def test_a_warning_beside_a_document_does_not_spoil_it(tmp_path: Path) -> None:
    script = "import sys; print('Warning: x', file=sys.stderr); print('{}')"
    assert terraform(tmp_path, script).outputs() == {}


def test_a_missing_terraform_is_told(tmp_path: Path) -> None:
    absent = Terraform(tmp_path, {}, str(tmp_path / "absent"))
    with pytest.raises(EnvironmentFault, match=r"must be a program on PATH, 1\.11 or later"):
        absent.apply()


WAITS = """
import pathlib, signal, sys, time
def stop(*_):
    pathlib.Path("unlocked").touch()
    sys.exit(1)
signal.signal(signal.SIGINT, stop)
pathlib.Path("started").touch()
print("waiting", flush=True)
time.sleep(60)
"""


def test_a_command_without_end_is_asked_to_stop_and_may_unlock(tmp_path: Path) -> None:
    stuck = terraform(tmp_path, WAITS, limit_seconds=3.0, grace_seconds=30)
    with pytest.raises(EnvironmentFault, match="terraform apply: must end within 3 seconds"):
        stuck.apply()
    assert (tmp_path / "unlocked").exists()


def test_a_command_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)"
    stuck = terraform(tmp_path, deaf, limit_seconds=0.5, grace_seconds=0.2)
    began = time.monotonic()
    with pytest.raises(EnvironmentFault, match="must end within"):
        stuck.apply()
    assert time.monotonic() - began < 30


def test_an_interrupted_build_lets_terraform_unlock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_line: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.promotion.terraform._tell", interrupt)
    with pytest.raises(KeyboardInterrupt):
        terraform(tmp_path, WAITS, grace_seconds=30).apply()
    assert (tmp_path / "unlocked").exists()
    assert threading.active_count() < 10
