"""`gatehouse twin fault` on a twin that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.scripts.command_line import CommandLine
from tests.twins import RunningTwin, running_twin


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("faults")) as started:
        yield started


def test_a_fault_is_added_listed_and_ended(twin: RunningTwin) -> None:
    gatehouse = CommandLine(twin.folder)
    state = ("--state", str(twin.folder))
    options = ("--service", "ssm", "--operation", "Describe*", "--count", "1")
    ssm = twin.client("ssm")

    added = gatehouse("twin", "fault", "add", "throttle", *options, *state)
    assert added.code == 0, added.err
    with pytest.raises(ClientError, match="ThrottlingException"):
        ssm.describe_parameters()
    assert ssm.describe_parameters()["Parameters"] == []

    listed = gatehouse("twin", "fault", "list", "--json", *state)
    [fault] = json.loads(listed.out)
    assert (fault["kind"], fault["service"], fault["met"], fault["hit"]) == (
        *("throttle", "ssm"),
        *(2, 1),
    )

    ended = gatehouse("twin", "fault", "clear", str(fault["number"]), *state)
    assert "1 fault ended" in ended.err
    assert json.loads(gatehouse("twin", "fault", "list", "--json", *state).out) == []


def test_a_fault_that_cannot_be_is_refused(twin: RunningTwin) -> None:
    told = CommandLine(twin.folder)(
        "twin", "fault", "add", "fail", "--rate", "7", "--state", str(twin.folder)
    )

    assert told.is_refusal(2).startswith("fault: must be possible, got rate must be more than 0")


def test_a_fault_without_a_twin_is_refused(tmp_path: Path) -> None:
    told = CommandLine(tmp_path)("twin", "fault", "list", "--state", str(tmp_path / "none"))

    assert told.is_refusal(3)
