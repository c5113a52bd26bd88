"""The clock by which services wait goes at its pace, and the time of day goes on as it does."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.twin.names import unique
from tests.twins import RunningTwin
from twin.clock import Clock, is_pace
from twin.control_client import ControlClient
from twin.errors import TwinError


def never() -> bool:
    return False


def test_seconds_pass_as_fast_as_told() -> None:
    clock = Clock(100)
    started = time.monotonic()

    assert clock.wait_until(clock.read() + 20, never)

    assert 0.2 <= time.monotonic() - started < 2


def test_another_pace_counts_for_waits_under_way() -> None:
    clock = Clock(1)
    reading, arrived = clock.read() + 600, threading.Event()

    def wait() -> None:
        if clock.wait_until(reading, never):
            arrived.set()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    assert not arrived.is_set()
    clock.go_at(1000)

    assert arrived.wait(10)
    assert clock.read() >= reading


def test_a_wait_ends_with_what_ends_it() -> None:
    clock, over = Clock(), threading.Event()
    threading.Timer(0.1, over.set).start()

    assert not clock.wait_until(clock.read() + 3600, over.is_set)


def test_readings_and_times_of_day_lead_to_each_other() -> None:
    clock = Clock(1)
    made = datetime.now(UTC)
    clock.go_at(60)
    clock.wait_until(clock.read() + 6, never)
    clock.go_at(10)

    for reading in (0.0, 3.0, 6.0, 600.0):
        assert clock.read_at(clock.moment_of(reading)) == pytest.approx(reading, abs=0.01)
    assert clock.read_at(made - timedelta(hours=1)) == pytest.approx(-3600, abs=1)
    assert clock.moment_of(clock.read()) == pytest.approx(
        datetime.now(UTC), abs=timedelta(seconds=1)
    )


@pytest.mark.parametrize("pace", [0, 0.5, -1, 1001, float("nan"), True, "60", None])
def test_what_is_no_pace_is_refused(pace: object) -> None:
    assert not is_pace(pace)


def test_pace_of_a_running_twin_is_changed_and_told(
    running_twin: RunningTwin,
) -> None:
    control = ControlClient(running_twin.url, running_twin.folder)

    assert control.get("status")["pace"] == 1
    assert control.post("pace", {"pace": 60}) == {"pace": 60}
    assert control.get("status")["pace"] == 60
    with pytest.raises(TwinError, match="pace must be from 1 to 1000, got 0"):
        control.post("pace", {"pace": 0})
    control.post("pace", {"pace": 1})


def test_pace_leaves_the_time_of_day_alone(running_twin: RunningTwin) -> None:
    control, ssm = ControlClient(running_twin.url, running_twin.folder), running_twin.client("ssm")
    name = "/" + unique("stamped")
    control.post("pace", {"pace": 1000})
    try:
        ssm.put_parameter(Name=name, Value="x", Type="String")
        stamped = ssm.get_parameter(Name=name)["Parameter"]["LastModifiedDate"]
    finally:
        control.post("pace", {"pace": 1})

    trail = (running_twin.folder / "audit.jsonl").read_text("utf-8").splitlines()
    told = datetime.fromisoformat(json.loads(trail[-1])["eventTime"])
    for each in (stamped, told):
        assert each == pytest.approx(datetime.now(UTC), abs=timedelta(seconds=30))
