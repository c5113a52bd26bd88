"""The twin's process: started once, ended fully, and refused where it cannot work."""

from __future__ import annotations

import http.server
import ipaddress
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.twins import ACCOUNTS, MANAGEMENT, REGION, free_port, running_twin
from twin import access, lifecycle, liveness
from twin.errors import TwinError

ROOT = Path(__file__).resolve().parents[2]


def wanted(port: int | None = None) -> lifecycle.Wanted:
    return lifecycle.Wanted(port or free_port(), MANAGEMENT, ACCOUNTS, region=REGION)


def await_end(pid: int, born: str, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while liveness.lives(pid, born):
        assert time.monotonic() < until, f"process {pid} still runs"
        time.sleep(0.05)


def test_up_twice_is_up_once(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin:
        again = lifecycle.up(tmp_path, twin.running.wanted)

        assert again.pid == twin.running.pid
        assert not again.started_now
        assert lifecycle.status(tmp_path) is not None


def test_down_twice_is_down_once(tmp_path: Path) -> None:
    with running_twin(tmp_path):
        assert lifecycle.down(tmp_path) is True
        assert lifecycle.down(tmp_path) is False
        assert lifecycle.status(tmp_path) is None


def test_down_leaves_no_process_and_no_record(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin:
        born = liveness.birth(twin.running.pid)
        assert born is not None
        lifecycle.down(tmp_path)

        await_end(twin.running.pid, born)
        assert not (tmp_path / "process.json").exists()
        assert not (tmp_path / "ready").exists()


def test_other_settings_are_refused_while_it_runs(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin, pytest.raises(TwinError) as refused:
        lifecycle.up(tmp_path, lifecycle.Wanted(twin.running.wanted.port, MANAGEMENT, ACCOUNTS[:1]))

    assert f"port {twin.running.wanted.port}" in str(refused.value)


def test_port_of_another_twin_is_refused(tmp_path: Path) -> None:
    with running_twin(tmp_path / "one") as twin:
        port = twin.running.wanted.port
        with pytest.raises(TwinError, match="another state folder") as refused:
            lifecycle.up(tmp_path / "two", wanted(port))

    assert str(port) in str(refused.value)
    assert lifecycle.status(tmp_path / "two") is None


def test_port_of_another_server_is_refused(tmp_path: Path) -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with pytest.raises(TwinError, match="must be free"):
            lifecycle.up(tmp_path, wanted(server.server_port))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_twins_run_side_by_side(tmp_path: Path) -> None:
    with running_twin(tmp_path / "one") as one, running_twin(tmp_path / "two") as two:
        one.client("ssm").put_parameter(Name="/side", Value="one", Type="String")

        assert two.client("ssm").describe_parameters()["Parameters"] == []


def test_killed_twin_is_replaced(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin:
        born = liveness.birth(twin.running.pid)
        os.kill(twin.running.pid, signal.SIGKILL)
        await_end(twin.running.pid, born or "")
        again = lifecycle.up(tmp_path, twin.running.wanted)

        assert again.started_now
        assert again.pid != twin.running.pid


def test_killed_twin_leaves_its_children_to_be_ended(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    born = liveness.birth(child.pid)
    (tmp_path / "children.json").write_text(json.dumps({child.pid: born}), encoding="utf-8")

    lifecycle.down(tmp_path)

    assert child.wait(timeout=10) == -signal.SIGTERM
    assert child.stdin is not None
    child.stdin.close()


def test_number_taken_over_by_another_process_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        record = {
            "pid": bystander.pid,
            "born": liveness.birth(bystander.pid),
            "wanted": {"port": 1, "management_account_id": MANAGEMENT, "account_ids": []},
        }
        (tmp_path / "process.json").write_text(json.dumps(record), encoding="utf-8")

        assert lifecycle.down(tmp_path) is False
        assert bystander.poll() is None
    finally:
        bystander.communicate(b"\n", timeout=10)


def test_twin_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import os, sys, signal; from pathlib import Path; from twin import lifecycle\n"
        f"wanted = lifecycle.Wanted({free_port()}, '{MANAGEMENT}', {ACCOUNTS!r})\n"
        f"print(lifecycle.up(Path({str(tmp_path)!r}), wanted, parent_pid=os.getpid()).pid)\n"
        "sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    assert told.returncode == -signal.SIGKILL, told.stderr
    pid = int(told.stdout)
    born = liveness.birth(pid)
    if born is not None:
        await_end(pid, born)
    assert lifecycle.status(tmp_path) is None


def test_failed_start_says_where_to_read(tmp_path: Path) -> None:
    (tmp_path / "administrator.json").write_text("not json", encoding="utf-8")

    with pytest.raises(TwinError, match=r"server\.log"):
        lifecycle.up(tmp_path, wanted())

    assert lifecycle.status(tmp_path) is None


def test_reset_empties_accounts_and_keeps_the_key(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin:
        twin.client("ssm").put_parameter(Name="/before", Value="x", Type="String")
        lifecycle.reset(tmp_path)

        assert twin.client("ssm").describe_parameters()["Parameters"] == []


def test_without_a_twin_nothing_is_reset(tmp_path: Path) -> None:
    with pytest.raises(TwinError, match="a twin must run"):
        lifecycle.reset(tmp_path)


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    with running_twin(tmp_path):
        modes = {
            name: (tmp_path / name).stat().st_mode & 0o077
            for name in ("administrator.json", "control-token")
        }
        assert access.administrator(tmp_path).access_key_id.startswith("AKIA")

    assert modes == {"administrator.json": 0, "control-token": 0}


def test_twin_listens_on_loopback_only(tmp_path: Path) -> None:
    with running_twin(tmp_path) as twin:
        port = twin.running.wanted.port
        lines = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
        addresses = {
            ipaddress.ip_address(bytes.fromhex(local.partition(":")[0])[::-1])
            for local, state in (line.split()[1:4:2] for line in lines)
            if int(local.partition(":")[2], 16) == port and state == "0A"
        }

    assert addresses == {ipaddress.ip_address("127.0.0.1")}
