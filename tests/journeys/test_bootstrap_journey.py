"""An account set up, cut off and set up again; an apply killed, its lock released, run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.journeys.deployer_calls import called_by, refused_calls
from tests.journeys.stage import Stage, until

pytestmark = [pytest.mark.journey, pytest.mark.long]

ACCOUNT = "staging"
BUCKET = "gatehouse-staging-tfstate-222222222222"
KEPT = f"bootstrap/{ACCOUNT}/terraform.tfstate"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("bootstrap"))
    stage.open()
    try:
        yield stage
    finally:
        stage.close()


def test_an_account_that_is_not_set_up_is_told_how_it_is(stage: Stage) -> None:
    told = stage.gatehouse("plan", "--account", ACCOUNT, code=2)
    assert "hint: set the account up first: make bootstrap ACCOUNT=staging" in told.err


def test_a_set_up_that_was_killed_converges_and_moves_its_state_into_the_bucket(
    stage: Stage,
) -> None:
    _kill(stage, stage.start("bootstrap", "--account", ACCOUNT), "PutBucketLifecycleConfiguration")
    assert stage.client("s3", ACCOUNT).list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    done = stage.gatehouse("bootstrap", "--account", ACCOUNT)
    assert "its state is in its bucket now" in done.err
    kept = [r["requestParameters"] for r in _calls(stage, "PutObject") if _key(r) == KEPT]
    assert {each["ServerSideEncryption"] for each in kept} == {"aws:kms"}
    assert {each["SSEKMSKeyId"].rpartition(":")[2] for each in kept} == {
        "alias/gatehouse-staging-tfstate"
    }
    # Who arrives in the account sees that it is there, and reads it neither here nor elsewhere.
    assert stage.client("s3", ACCOUNT).list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1
    with pytest.raises(ClientError, match="403"):
        stage.client("s3", ACCOUNT).head_object(Bucket=BUCKET, Key=KEPT)
    assert not list((stage.folder / "work").rglob("terraform.tfstate.backup"))


def test_a_second_set_up_changes_nothing_and_holds_a_lock_in_the_bucket(stage: Stage) -> None:
    done = stage.gatehouse("bootstrap", "--account", ACCOUNT)
    assert f"{ACCOUNT}: 0 resources changed\n" in done.err
    keeper = "assumed-role/gatehouse-staging-state/"
    locks = [r for r in _calls(stage, "PutObject") if _key(r) == f"{KEPT}.tflock"]
    assert locks
    assert all(keeper in record["userIdentity"]["arn"] for record in locks)


def test_nobody_sets_an_account_up_under_the_name_of_somebody_else(stage: Stage) -> None:
    told = stage.gatehouse("bootstrap", "--account", ACCOUNT, "--as", "sofia", code=2)
    assert "must name a platform admin of staging (petra), got sofia" in told.err


def test_credentials_of_another_account_are_refused_before_anything_is_read(stage: Stage) -> None:
    elsewhere = stage.variables_of("production")
    before = len(_records(stage))
    mine, stage.environment = stage.environment, elsewhere
    try:
        told = stage.gatehouse("plan", "--account", ACCOUNT, code=2)
    finally:
        stage.environment = mine
    assert "must be able to take this role" in told.err
    assert {record["eventName"] for record in _records(stage)[before:]} <= {
        "AssumeRole",
        "GetCallerIdentity",
    }


def test_an_apply_that_was_killed_tells_of_its_lock_and_converges(stage: Stage) -> None:
    stage.gatehouse("plan", "--account", ACCOUNT)
    # Within the 20 s in which Terraform notes nothing yet: the network is in no state.
    _kill(stage, stage.start("apply", "--account", ACCOUNT), "CreateVpc")
    told = stage.gatehouse("plan", "--account", ACCOUNT, code=1)
    assert "staging: the state must be free, got a lock of " in told.err
    assert " for apply (" in told.err
    command = told.err.partition("release the lock: gatehouse ")[2].splitlines()[0].split()
    assert command[:4] == ["unlock", "--account", ACCOUNT, "--lock"]
    stage.gatehouse(*command)
    network = _only_network(stage)
    planned = stage.gatehouse("plan", "--account", ACCOUNT, "--json").json()["changes"]
    adopted = {change["address"]: change["adopts"] for change in planned if change["adopts"]}
    assert adopted['module.private_network["this"].aws_vpc.this'] == network
    stage.gatehouse("apply", "--auto", "--account", ACCOUNT)
    assert stage.planned_changes(ACCOUNT) == []


def test_what_was_adopted_is_there_once(stage: Stage) -> None:
    _only_network(stage)
    found = stage.gatehouse("inventory", "--account", ACCOUNT, "--json").json()["items"]
    things = [(item["kind"], item["name"]) for item in found]
    assert len(things) == len(set(things))
    keys = [item["name"] for item in found if item["kind"] == "key"]
    assert keys
    assert all(key.startswith("alias/") for key in keys), keys


def test_a_plan_is_made_by_the_plan_role_and_an_apply_by_the_apply_role(stage: Stage) -> None:
    made = [r for r in _records(stage) if "terraform" in r["userAgent"].lower()]
    changed = {_role(r) for r in made if r["eventName"] in ("CreateVpc", "CreateProject")}
    assert changed == {"gatehouse-staging-apply"}
    assert "gatehouse-staging-plan" in {_role(r) for r in made}
    names = {r["userIdentity"]["arn"].rpartition("/")[2] for r in made if _role(r) in _DEPLOYERS}
    assert names == {"petra"}


def test_every_call_of_an_apply_and_a_destroy_is_allowed(stage: Stage) -> None:
    stage.gatehouse("destroy", "--account", ACCOUNT, "--yes", seconds=580)
    called = called_by(stage, ACCOUNT, "apply")
    assert {"ec2:DeleteVpc", "iam:DeleteRole", "s3:DeleteBucket"} <= called
    assert refused_calls(stage, ACCOUNT) == set()


_DEPLOYERS = ("gatehouse-staging-apply", "gatehouse-staging-plan")


def _kill(stage: Stage, command: subprocess.Popen[str], event: str) -> None:
    """Let a command go on until something has happened; then end it and Terraform for good."""
    before = len(_calls(stage, event))
    until(lambda: len(_calls(stage, event)) > before or None, event, 120)
    children = subprocess.run(
        ["pgrep", "-P", str(command.pid)], capture_output=True, text=True, check=True
    )
    for child in children.stdout.split():
        os.kill(int(child), signal.SIGKILL)
    command.kill()
    command.communicate(timeout=30)


def _only_network(stage: Stage) -> str:
    tagged = [{"Name": "tag:account", "Values": [ACCOUNT]}]
    (network,) = stage.client("ec2", ACCOUNT).describe_vpcs(Filters=tagged)["Vpcs"]
    return str(network["VpcId"])


def _records(stage: Stage) -> list[dict[str, Any]]:
    audit = Path(stage.folder) / "twin" / "audit.jsonl"
    return [json.loads(line) for line in audit.read_text("utf-8").splitlines()]


def _calls(stage: Stage, event: str) -> list[dict[str, Any]]:
    return [record for record in _records(stage) if record["eventName"] == event]


def _key(record: dict[str, Any]) -> str:
    return str(record["requestParameters"].get("Key"))


def _role(record: dict[str, Any]) -> str:
    parts = record["userIdentity"]["arn"].split("/")
    return parts[1] if len(parts) > 1 else ""
