"""`gatehouse twin pace` on a twin that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.command_line import CommandLine
from tests.twins import RunningTwin, running_twin


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("pace")) as started:
        yield started


def test_pace_is_set_and_told(twin: RunningTwin) -> None:
    gatehouse = CommandLine(twin.folder)
    state = ("--state", str(twin.folder))

    done = gatehouse("twin", "pace", "60", *state)
    assert done.code == 0, done.err
    assert "60 seconds of waiting pass in one" in done.err

    assert json.loads(gatehouse("twin", "status", "--json", *state).out)["pace"] == 60


@pytest.mark.parametrize("pace", ["0", "1001", "fast"])
def test_what_is_no_pace_is_refused(twin: RunningTwin, pace: str) -> None:
    state = ("--state", str(twin.folder))

    assert CommandLine(twin.folder)("twin", "pace", pace, *state).code == 2


def test_pace_without_a_twin_is_refused(tmp_path: Path) -> None:
    told = CommandLine(tmp_path)("twin", "pace", "60", "--state", str(tmp_path / "none"))

    assert told.is_refusal(3)
