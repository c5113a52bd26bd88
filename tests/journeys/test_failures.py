"""What goes wrong on the way: a clear sentence each time, and a rerun that converges."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.stage import ACCOUNTS, Done, Stage, finish, until
from tests.refusing_proxy import refusing
from tests.scripts.command_line import CommandLine, copied_checkout

pytestmark = [pytest.mark.journey, pytest.mark.long]

_SOMEBODY = "arn:aws:sts::222222222222:assumed-role/OrganizationAccountAccessRole/gatehouse"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A twin whose accounts are set up, and empty beside that."""
    made = Stage(tmp_path_factory.mktemp("failures"))
    made.open()
    try:
        made.set_up(*ACCOUNTS)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def spoilt(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command of a checkout that a test may spoil, on the same twin."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    aws = {name: value for name, value in stage.environment.items() if name.startswith("AWS_")}
    return CommandLine(stage.folder / "spoilt", root, aws)


def test_credentials_of_another_account_are_refused(stage: Stage) -> None:
    keys = {
        name: value
        for name, value in stage.variables_of("staging").items()
        if name.startswith("AWS_")
    }
    arguments = ("plan", "--account", "production")
    told = finish(stage.start(*arguments, **keys), arguments, 2, 100)
    role = stage.naming.sign_in_role_arn("production")
    assert f"error: {role}: the caller must be able to take this role" in told.err
    assert "got AccessDenied" in told.err
    assert "hint: " in told.err


def test_an_account_id_that_is_not_the_accounts_is_refused(spoilt: CommandLine) -> None:
    with _Changed(spoilt, '"222222222222"', '"444444444444"'):
        told = spoilt("plan", "--account", "staging")
    role = "arn:aws:iam::444444444444:role/OrganizationAccountAccessRole"
    assert told.is_refusal(2).startswith(f"{role}: the caller must be able to take this role")


def test_a_region_that_does_not_exist_is_refused(spoilt: CommandLine) -> None:
    with _Changed(spoilt, "region: eu-west-1", "region: eu-west-9"):
        told = spoilt("plan", "--account", "staging")
    assert "Invalid AWS Region: eu-west-9" in told.is_refusal(1)
    assert told.hint.startswith("the region of an account stands in accounts/organization.yaml")


@dataclass(frozen=True)
class Interrupted:
    """How the first runs in each account ended."""

    refused: Done
    stopped: Done
    killed: int
    locked: Done


@pytest.fixture(scope="module")
def interrupted(stage: Stage) -> Interrupted:
    """Runs that are cut off at different moments in different ways, an account each."""
    with ThreadPoolExecutor(3) as pool:
        locked = pool.submit(_lose_the_lock, stage, "staging")
        killed = pool.submit(_kill, stage, "data-science")
        refused, stopped = pool.submit(_refuse_then_stop, stage, "production").result()
        return Interrupted(refused, stopped, killed.result(), locked.result())


def _refuse_then_stop(stage: Stage, account: str) -> tuple[Done, Done]:
    """Refuse the permission to make keys; then, with it, stop a second run in its midst."""
    arguments = ("apply", "--auto", "--account", account)
    url = stage.environment["AWS_ENDPOINT_URL"]
    with refusing(url, "TrentService.CreateKey", "kms:CreateKey", _SOMEBODY) as proxy:
        refused = finish(stage.start(*arguments, AWS_ENDPOINT_URL=proxy), arguments, 1, 200)
    process = stage.start(*arguments)
    _wait_for(stage, account, "CreateVpcEndpoint", process)
    process.send_signal(signal.SIGINT)
    return refused, finish(process, arguments, 130, 100)


def _kill(stage: Stage, account: str) -> int:
    """Kill the command while Terraform makes things: it hears of that and ends properly."""
    process = stage.start("apply", "--auto", "--account", account)
    _wait_for(stage, account, "CreateVpc", process)
    process.kill()
    process.communicate(timeout=60)
    return process.returncode


def _lose_the_lock(stage: Stage, account: str) -> Done:
    """Kill command and Terraform at once while they hold the lock, and try again."""
    process = stage.start("plan", "--account", account)
    bucket = stage.naming.state_bucket_name(account)
    client = stage.client("s3", account)

    def lock() -> str | None:
        found = client.list_objects_v2(Bucket=bucket, Prefix="accounts/").get("Contents", [])
        return next((each["Key"] for each in found if each["Key"].endswith(".tflock")), None)

    until(lock, f"a lock in {bucket}", 60)
    for child in _children(process.pid):
        os.killpg(child, signal.SIGKILL)
    process.kill()
    process.communicate(timeout=60)
    arguments = ("plan", "--account", account)
    return finish(stage.start(*arguments), arguments, 1, 200)


def test_a_missing_permission_names_the_action_the_role_and_what_to_do(
    interrupted: Interrupted,
) -> None:
    told = interrupted.refused.err
    assert "error: terraform apply " in told
    assert ": must succeed, got " in told
    assert "aws_kms_key" in told
    assert f"hint: {_SOMEBODY} must be allowed kms:CreateKey" in told
    assert "Traceback" not in told


def test_ctrl_c_in_an_apply_ends_what_was_begun(interrupted: Interrupted) -> None:
    assert "interrupted: what was started has ended; run it again" in interrupted.stopped.err
    assert "Traceback" not in interrupted.stopped.err


def test_a_killed_apply_was_killed_and_not_asked(interrupted: Interrupted) -> None:
    assert interrupted.killed == -signal.SIGKILL


def test_a_lost_lock_is_told_with_whose_it_is_and_how_it_is_released(
    interrupted: Interrupted,
) -> None:
    told = interrupted.locked.err
    assert "error: staging: the state must be free, got a lock of " in told
    assert "hint: wait for that run; if it ended without letting go, release the lock: " in told
    assert "gatehouse unlock --account staging --lock " in told


@pytest.fixture(scope="module")
def applied(stage: Stage, interrupted: Interrupted) -> Stage:
    """The same commands again, by which every account converges."""
    lock = interrupted.locked.err.rpartition("--lock ")[2].split()[0]
    stage.gatehouse("unlock", "--account", "staging", "--lock", lock)
    stage.run_side_by_side(ACCOUNTS, "apply", "--auto")
    return stage


def test_a_rerun_converges_after_each_of_them(applied: Stage) -> None:
    told = applied.run_side_by_side(ACCOUNTS, "plan", "--json")
    assert not [change for done in told.values() for change in done.json()["changes"]]


def test_a_rerun_leaves_nothing_twice(applied: Stage) -> None:
    """What was cut off was noted: no network, no key is there beside those of the root."""
    for account in ACCOUNTS:
        ec2 = applied.client("ec2", account)
        tagged = [{"Name": "tag:account", "Values": [account]}]
        assert len(ec2.describe_vpcs(Filters=tagged)["Vpcs"]) == 1
        found = applied.gatehouse("inventory", "--account", account, "--json").json()["items"]
        keys = [item["name"] for item in found if item["kind"] == "key" and item["counts"]]
        assert len(keys) == len(set(keys))
        assert all(key.startswith("alias/") for key in keys), keys


def _wait_for(stage: Stage, account: str, operation: str, process: subprocess.Popen[str]) -> None:
    """Wait until a running command has had an operation asked for."""

    def seen() -> str | None:
        assert process.poll() is None, process.communicate()
        return operation if operation in stage.requests(account) else None

    until(seen, f"{operation} in {account}", 120)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text("ascii").split()]


class _Changed:
    """Changes organization.yaml of a spoilt checkout for as long as a block lasts."""

    def __init__(self, command: CommandLine, old: str, new: str) -> None:
        self._file: Path = command.root / "accounts" / "organization.yaml"
        self._good = self._file.read_text("utf-8")
        assert old in self._good
        self._bad = self._good.replace(old, new)

    def __enter__(self) -> None:
        self._file.write_text(self._bad, "utf-8")

    def __exit__(self, *_: object) -> None:
        self._file.write_text(self._good, "utf-8")
