"""People who sit in a VPC: their keys, their environment, and what the twin records of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.command_line import CommandLine
from tests.twin.network.ground import Ground
from tests.twins import DATA_SCIENCE, REGION, RunningTwin
from twin import access
from twin.access import Seat
from twin.control_client import ControlClient
from twin.errors import TwinError


@pytest.fixture(scope="module")
def seat(running_twin: RunningTwin) -> Iterator[tuple[Ground, str]]:
    """A VPC with an endpoint for STS, and the endpoint's id."""
    ground = Ground(running_twin.client("ec2"), REGION).lay_out()
    ground.open_groups()
    yield ground, ground.interface("sts")["VpcEndpointId"]
    ground.ec2.close()


def test_whoever_sits_in_a_vpc_is_seen_to_come_through_its_endpoint(
    running_twin: RunningTwin, seat: tuple[Ground, str]
) -> None:
    ground, endpoint = seat
    place = Seat(ground.vpc, tuple(ground.subnets), (ground.workload,))
    keys = running_twin.session(DATA_SCIENCE, session_name="rita", seat=place)
    taken = _last(running_twin, "AssumeRole")
    assert taken["requestParameters"]["RoleSessionName"] == "rita"
    assert taken["vpcEndpointId"] == endpoint
    there = access.reached_from(running_twin.folder, place)
    assert there.url != running_twin.url
    _identify(access.environment(there, keys, REGION))
    assert _last(running_twin, "GetCallerIdentity")["vpcEndpointId"] == endpoint


def test_whoever_sits_at_a_desk_comes_through_no_endpoint(
    running_twin: RunningTwin, seat: tuple[Ground, str]
) -> None:
    _identify(running_twin.environment(DATA_SCIENCE))
    assert _last(running_twin, "GetCallerIdentity").get("vpcEndpointId") is None


def test_the_environment_of_a_vpc_leads_everything_through_it(
    running_twin: RunningTwin, seat: tuple[Ground, str]
) -> None:
    ground, _ = seat
    there = access.reached_from(running_twin.folder, Seat(ground.vpc))
    made = access.environment(there, access.administrator(running_twin.folder), REGION)
    assert made["AWS_ENDPOINT_URL"] == made["HTTP_PROXY"] == there.url
    assert made["NO_PROXY"] == there.url.removeprefix("http://")


def test_the_command_gives_the_environment_of_a_vpc(
    running_twin: RunningTwin, seat: tuple[Ground, str], tmp_path: Path
) -> None:
    ground, endpoint = seat
    command = CommandLine(tmp_path)
    state = ("--state", str(running_twin.folder))
    words = ("--vpc", ground.vpc, "--subnet", ground.subnets[0])
    told = command("twin", "env", *words, "--security-group", ground.workload, "--json", *state)
    assert told.code == 0, told.err
    _identify(json.loads(told.out))
    assert _last(running_twin, "GetCallerIdentity")["vpcEndpointId"] == endpoint
    refused = command("twin", "env", "--vpc", "vpc-that-is-not-there", *state)
    assert "The vpc ID 'vpc-that-is-not-there' does not exist" in refused.is_refusal(3)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Seat("vpc-no"), "The vpc ID 'vpc-no' does not exist"),
        (Seat(subnet_ids=("subnet-no",)), "The subnet ID 'subnet-no' does not exist"),
        (Seat(security_group_ids=("sg-1",)), "only something in a subnet has groups"),
    ],
)
def test_there_is_no_seat_where_nothing_is(
    running_twin: RunningTwin, place: Seat, said: str
) -> None:
    with pytest.raises(TwinError, match=said):
        access.reached_from(running_twin.folder, place)


def test_nobody_learns_of_addresses_without_the_token_of_the_folder(
    running_twin: RunningTwin, seat: tuple[Ground, str], tmp_path: Path
) -> None:
    stranger = ControlClient(running_twin.url, tmp_path)
    with pytest.raises(TwinError, match="403"):
        stranger.get(f"address?vpc={seat[0].vpc}")


def _identify(variables: dict[str, str]) -> None:
    """Ask who one is, in a process that has nothing but the variables."""
    program = "import boto3; boto3.client('sts').get_caller_identity()"
    environment = {**variables, "PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)


def _last(running_twin: RunningTwin, operation: str) -> dict[str, Any]:
    lines = (running_twin.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    records = (json.loads(line) for line in reversed(lines))
    return dict(next(each for each in records if each.get("eventName") == operation))
