"""Bad input, through the real command: one sentence, a hint, an exit code, nothing left behind."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.models.sample import sample_csv
from tests.scripts.command_line import CommandLine, copied_checkout

MODEL = "breast-cancer"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none"}


@pytest.fixture
def gatehouse(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "state")


@pytest.fixture(scope="module")
def spoilt_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('id: "222222222222"', 'id: "2222"', "accounts.staging.id must be 12 digits in quotes"),
        ('id: "222222222222"', "id: 222222222222", "got the bare number 222222222222"),
        ("10.18.0.0/16", "10.17.0.0/16", "must not overlap the network of another account"),
        ("owner: sofia", "ownr: sofia", 'got the unknown key "ownr"'),
        ("    kind: staging\n", "", 'accounts.staging must have the key "kind"'),
    ],
    ids=["wrong account id", "unquoted account id", "overlapping CIDR", "unknown key", "missing"],
)
def test_a_bad_organisation_is_refused(
    old: str, new: str, sentence: str, spoilt_root: Path, tmp_path: Path
) -> None:
    file = spoilt_root / "accounts" / "organization.yaml"
    good = file.read_text("utf-8")
    file.write_text(good.replace(old, new), "utf-8")
    try:
        told = CommandLine(tmp_path, spoilt_root)("plan", "--account", "staging")
    finally:
        file.write_text(good, "utf-8")
    refusal = told.is_refusal(2)
    assert refusal.startswith("accounts/organization.yaml:")
    assert sentence in refusal


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda text: text.replace("mean_radius,", "", 1), "must have the column mean_radius"),
        (lambda text: "", "must not be empty"),
        (lambda text: text.splitlines()[0] + "\n", "must have rows below its header"),
        (lambda text: text.replace("17.99,", "wide,", 1), "must be a finite number or empty"),
        (lambda text: text.replace("17.99,", "nan,", 1), "must be a finite number or empty"),
    ],
    ids=["missing column", "empty file", "header only", "non-numeric", "not a number"],
)
def test_a_bad_csv_is_refused_before_anything_is_uploaded(
    spoil: object, sentence: str, gatehouse: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "data.csv"
    file.write_text(spoil(sample_csv(MODEL)), "utf-8")  # type: ignore[operator]
    told = gatehouse("pipeline", "start", MODEL, "--data", str(file))
    assert sentence in told.is_refusal(2)
    assert "data.csv" in told.err


def test_data_that_cannot_be_split_is_refused_before_anything_is_uploaded(
    gatehouse: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("".join(sample_csv(MODEL).splitlines(keepends=True)[:30]), "utf-8")
    told = gatehouse("pipeline", "start", MODEL, "--data", str(file))
    assert "must have at least 10 rows with diagnosis 1, got " in told.is_refusal(2)


def test_a_file_that_no_job_would_find_is_refused_before_anything_is_uploaded(
    gatehouse: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "data.txt"
    file.write_text(sample_csv(MODEL), "utf-8")
    told = gatehouse("pipeline", "start", MODEL, "--data", str(file))
    assert "must have a name that ends in .csv, got data.txt" in told.is_refusal(2)


def test_a_csv_that_is_not_there_is_named(gatehouse: CommandLine) -> None:
    told = gatehouse("pipeline", "start", MODEL, "--data", "none.csv")
    assert told.is_refusal(2).startswith("none.csv: must be a readable file")


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_a_threshold_that_nothing_reaches_is_refused_before_anything_is_read(
    gatehouse: CommandLine, number: str
) -> None:
    told = gatehouse("pipeline", "start", MODEL, "--data", "none.csv", "--threshold", number)
    assert told.is_refusal(2) == f"--threshold: must be a finite number, got {number}"


def test_a_busy_port_is_refused(gatehouse: CommandLine) -> None:
    with _taken_port() as port:
        told = gatehouse("twin", "up", "--port", str(port))
    assert told.is_refusal(3).startswith(f"port {port}: must be free on 127.0.0.1, got ")
    assert "another port" in told.hint


def test_without_terraform_and_a_way_to_fetch_it_plan_says_so(
    spoilt_root: Path, tmp_path: Path
) -> None:
    told = CommandLine(tmp_path / "state", spoilt_root)(
        *("plan", "--account", "staging"),
        **KEYS,
        PATH=str(tmp_path),
        GATEHOUSE_TERRAFORM_MIRROR=f"http://127.0.0.1:{_free_port()}",
    )
    assert "must be reachable where none is installed" in told.is_refusal(3)
    assert told.hint.startswith("put Terraform 1.11 or later on PATH")


def test_a_twin_that_is_not_running_is_told(gatehouse: CommandLine) -> None:
    endpoint = f"http://127.0.0.1:{_free_port()}"
    told = gatehouse("release", "list", AWS_ENDPOINT_URL=endpoint, **KEYS)
    assert told.is_refusal(3) == f"{endpoint}: a twin must be running there, got no answer"
    assert told.hint.startswith("start one: gatehouse twin up")


@pytest.mark.parametrize("command", ["status", "env", "reset"])
def test_a_twin_command_without_a_twin_is_told(command: str, gatehouse: CommandLine) -> None:
    told = gatehouse("twin", command)
    assert "a twin must run with this state folder" in told.is_refusal(3)
    assert told.hint == "start it: gatehouse twin up"


def test_ending_a_twin_that_is_not_there_is_fine(gatehouse: CommandLine) -> None:
    told = gatehouse("twin", "down")
    assert (told.code, told.err) == (0, "no twin was running\n")


def test_missing_credentials_are_told(gatehouse: CommandLine) -> None:
    told = gatehouse("release", "list")
    assert told.is_refusal(3) == "your AWS credentials: must be there, got none"


def test_a_profile_that_does_not_exist_is_told(gatehouse: CommandLine) -> None:
    told = gatehouse("release", "list", AWS_PROFILE="nobody")
    assert told.is_refusal(3).startswith("AWS_PROFILE: must name a profile")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("plan", "--account", "stagin"), "accounts must have the entry asked for"),
        (("plan", "--account", ""), "ACCOUNT: must name an account, got nothing"),
        (("release", "list", "--as", "nobody"), "people must have the entry asked for"),
        (("release", "list", "churn"), "models must have the entry asked for"),
        (("model", "list", "churn"), "models must have the entry asked for"),
    ],
)
def test_a_name_that_organization_yaml_does_not_know_is_refused(
    arguments: tuple[str, ...], sentence: str, gatehouse: CommandLine
) -> None:
    assert sentence in gatehouse(*arguments, **KEYS).is_refusal(2)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("paln",),
        ("plan",),
        ("plan", "--acount", "staging"),
        ("twin", "up", "--port", "http"),
        ("model", "approve", MODEL, "--version", "0", "--summary", "x"),
        ("model", "approve", MODEL, "--version", "1"),
        ("release", "reject", MODEL),
    ],
)
def test_a_command_line_that_makes_no_sense_is_misuse(
    arguments: tuple[str, ...], gatehouse: CommandLine
) -> None:
    told = gatehouse(*arguments)
    assert told.code == 2
    assert "Traceback" not in told.err
    assert "Usage: " in told.out + told.err


@pytest.mark.slow
def test_ctrl_c_in_a_demo_leaves_no_process_and_no_lock_and_a_rerun_works(
    gatehouse: CommandLine,
) -> None:
    for _ in range(2):
        demo = subprocess.Popen(
            gatehouse.words("demo", "--yes", "--port", str(_free_port())),
            cwd=gatehouse.root,
            env=gatehouse.environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert demo.stderr is not None
        told = next(line for line in demo.stderr if "a twin of AWS" in line)
        port = int(told.rpartition(":")[2])
        demo.send_signal(signal.SIGINT)
        _, rest = demo.communicate(timeout=90)
        assert demo.returncode == 130
        assert "interrupted: what was started has ended" in rest
        assert "Traceback" not in rest
        assert not _listens(port)
        assert not list(gatehouse.state.rglob("*.lock.info"))


@contextmanager
def _taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def _free_port() -> int:
    with _taken_port() as port:
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
