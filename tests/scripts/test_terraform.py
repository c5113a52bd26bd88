"""Terraform behind one module: what is typed on the command line, and what comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.errors import EnvironmentFault, Finding, Misuse
from scripts.processes import ChildProcesses
from scripts.terraform import Terraform
from scripts.terraform_events import Change, Progress

# A program that writes down its arguments and then says what the test wants it to say.
FAKE = """#!{python}
import json, sys, pathlib
here = pathlib.Path(__file__).parent
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
script = json.loads((here / "script.json").read_text())
for line in script["lines"]:
    print(line, flush=True)
sys.exit(script["code"])
"""


class Fake:
    """A Terraform of our own making."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.binary = folder / "terraform"
        self.binary.write_text(FAKE.format(python=sys.executable))
        self.binary.chmod(0o755)
        self.says()

    def says(self, *lines: str | dict[str, object], code: int = 0) -> None:
        """Set what it says and how it ends."""
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        (self.folder / "script.json").write_text(json.dumps({"lines": texts, "code": code}))

    def calls(self) -> list[list[str]]:
        """List how it was called."""
        return [json.loads(line) for line in (self.folder / "calls").read_text().splitlines()]

    def terraform(self, timeout: float = 30) -> Terraform:
        """Give the module's view of it."""
        return Terraform(self.binary, self.folder, dict(os.environ), ChildProcesses(), timeout)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def test_a_plan_is_saved_and_told_change_by_change(fake: Fake, tmp_path: Path) -> None:
    fake.says(_event("version"), _planned("aws_kms_key.this", "create"), _planned("a.b", "delete"))
    seen: list[Progress] = []
    plan = fake.terraform().plan(tmp_path / "x.tfplan", {"account": "staging"}, seen.append)
    assert [(c.address, c.change) for c in plan.changes] == [
        ("aws_kms_key.this", Change.CREATE),
        ("a.b", Change.DELETE),
    ]
    assert not plan.is_empty
    assert seen[-1].latest == "a.b"
    call = fake.calls()[0]
    assert call[0] == "plan"
    assert f"-out={tmp_path / 'x.tfplan'}" in call
    assert {"-json", "-no-color", "-input=false", "-var=account=staging"} <= set(call)
    assert "-destroy" not in call
    assert not [word for word in call if "synchronous" in word or "force" in word]


def test_a_plan_tells_what_it_adopts(fake: Fake, tmp_path: Path) -> None:
    adopted = _planned("aws_vpc.this", "update")
    adopted["change"] |= {"importing": {"id": "vpc-1"}}  # type: ignore[operator]
    fake.says(adopted, _planned("a.b", "create"))
    plan = fake.terraform().plan(tmp_path / "x", {}, lambda _: None)
    assert [(c.change, c.adopts) for c in plan.changes] == [
        (Change.UPDATE, "vpc-1"),
        (Change.CREATE, None),
    ]


def test_a_plan_without_changes_is_empty(fake: Fake, tmp_path: Path) -> None:
    unchanged = {"outputs": {"x": {"action": "noop"}}}
    fake.says(_event("outputs") | unchanged)
    assert fake.terraform().plan(tmp_path / "x", {}, lambda _: None).is_empty


def test_changed_outputs_are_a_change(fake: Fake, tmp_path: Path) -> None:
    fake.says(_event("outputs") | {"outputs": {"x": {"action": "update"}}})
    assert not fake.terraform().plan(tmp_path / "x", {}, lambda _: None).is_empty


def test_what_is_applied_is_the_saved_plan_and_nothing_is_approved_blindly(
    fake: Fake, tmp_path: Path
) -> None:
    done = {"hook": {"resource": {"addr": "aws_kms_key.this"}}}
    fake.says(_event("apply_start") | done, _event("apply_complete") | done)
    seen: list[Progress] = []
    assert fake.terraform().apply(tmp_path / "x.tfplan", 1, seen.append) == 1
    assert seen[-1] == Progress(1, 1, "aws_kms_key.this")
    call = fake.calls()[0]
    assert call[-1] == str(tmp_path / "x.tfplan")
    assert not [word for word in call if "auto-approve" in word]


def test_a_failure_carries_the_command_and_the_first_error(fake: Fake, tmp_path: Path) -> None:
    fake.says(_error("Invalid value", "prefix must be short.", "var.prefix"), code=1)
    with pytest.raises(Finding) as failure:
        fake.terraform().plan(tmp_path / "x.tfplan", {}, lambda _: None)
    text = str(failure.value)
    assert text.startswith("terraform plan ")
    assert "must succeed, got var.prefix: Invalid value. prefix must be short." in text
    assert str(tmp_path) not in text


def test_several_errors_are_counted(fake: Fake, tmp_path: Path) -> None:
    fake.says(_error("One", "", ""), _error("Two", "", ""), code=1)
    with pytest.raises(Finding, match=r"got One\. \(and 1 more\)"):
        fake.terraform().apply(tmp_path / "x", 0, lambda _: None)


def test_a_failure_without_json_is_told_too(fake: Fake) -> None:
    fake.says("╷", "│ Error: something broke", "╵", code=2)
    with pytest.raises(Finding, match="got Error: something broke"):
        fake.terraform().init()


def test_a_stale_plan_is_refused_with_a_hint(fake: Fake, tmp_path: Path) -> None:
    fake.says(_error("Saved plan is stale", "", ""), code=1)
    with pytest.raises(Misuse, match="hint: plan again"):
        fake.terraform().apply(tmp_path / "x", 0, lambda _: None)


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    terraform = Terraform(tmp_path / "none", tmp_path, {}, ChildProcesses())
    with pytest.raises(EnvironmentFault, match="must be a program that runs here"):
        terraform.init()


def test_a_command_that_never_ends_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    terraform = Terraform(program, tmp_path, {}, ChildProcesses(), timeout=0.2)
    with pytest.raises(EnvironmentFault, match="must end within 0 s, got no end"):
        terraform.init()


def test_ctrl_c_reaches_terraform_once_and_is_waited_for(tmp_path: Path) -> None:
    child = tmp_path / "terraform"
    child.write_text(
        "#!/bin/sh\n"
        f"cd {tmp_path}\n"
        "trap 'echo asked >> asked; sleep 0.5; echo ended >> asked; exit 1' INT\n"
        "touch started\n"
        "while :; do sleep 0.1; done\n"
    )
    child.chmod(0o755)
    program = (
        "from pathlib import Path; from scripts.processes import ChildProcesses;"
        f"ChildProcesses().run(['{child}'], folder=Path('/'), environment={{}}, timeout=60,"
        " on_line=print)"
    )
    root = Path(__file__).resolve().parents[2]
    command = subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stderr=subprocess.PIPE, text=True
    )
    _until((tmp_path / "started").exists)
    command.send_signal(signal.SIGINT)
    _, told = command.communicate(timeout=30)
    assert "KeyboardInterrupt" in told
    assert (tmp_path / "asked").read_text() == "asked\nended\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child")
def test_a_killed_command_lets_terraform_end_what_it_has_begun(tmp_path: Path) -> None:
    child = tmp_path / "terraform"
    # As a Go program, it dies of a broken pipe.
    child.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, signal, time\n"
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "(folder / 'started').touch()\n"
        "try:\n"
        "    while True: time.sleep(0.1)\n"
        "except KeyboardInterrupt:\n"
        "    print('nobody reads this\\n' * 1000, flush=True)\n"
        "    (folder / 'ended').touch()\n"
    )
    child.chmod(0o755)
    program = (
        "from pathlib import Path; from scripts.processes import ChildProcesses;"
        f"ChildProcesses().run(['{child}'], folder=Path('/'), environment={{}}, timeout=60,"
        " on_line=print)"
    )
    root = Path(__file__).resolve().parents[2]
    command = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    _until((tmp_path / "started").exists)
    command.kill()
    assert command.wait(30) == -signal.SIGKILL
    _until((tmp_path / "ended").exists)


def test_after_an_interruption_nothing_is_started(tmp_path: Path) -> None:
    children = ChildProcesses()
    children.interrupt()
    with pytest.raises(KeyboardInterrupt):
        children.run(["true"], folder=tmp_path, environment={}, timeout=1, on_line=print)


def _event(kind: str) -> dict[str, object]:
    return {"@level": "info", "@message": "", "type": kind}


def _planned(address: str, action: str) -> dict[str, object]:
    change = {"resource": {"addr": address}, "action": action}
    return _event("planned_change") | {"change": change}


def _error(summary: str, detail: str, address: str) -> dict[str, object]:
    found = {"severity": "error", "summary": summary, "detail": detail, "address": address}
    return _event("diagnostic") | {"@level": "error", "diagnostic": found}


def _until(holds: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)
