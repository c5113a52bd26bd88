"""What an alarm has gone through is told, the latest first, and only what is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.twin.engines.accounts import Lab, unique
from tests.twin.engines.laboratory import laboratory


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a twin at the pace of the day: no alarm is judged while a test runs."""
    with laboratory(tmp_path_factory.mktemp("twin")) as lab:
        yield lab


def alarm(lab: Lab, *states: str) -> str:
    """Make an alarm and put it through states."""
    name, client = unique("alarm"), lab.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName=name,
        Namespace="Nothing",
        MetricName="Size",
        Statistic="Maximum",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=5,
        Period=3600,
        EvaluationPeriods=1,
    )
    for state in states:
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason=f"it is {state}")
    return name


def history(lab: Lab, name: str, **asked: Any) -> list[dict[str, Any]]:
    found = lab.client("cloudwatch").describe_alarm_history(AlarmName=name, **asked)
    items: list[dict[str, Any]] = found["AlarmHistoryItems"]
    return items


def states(items: list[dict[str, Any]]) -> list[str]:
    return [json.loads(item["HistoryData"])["newState"]["stateValue"] for item in items]


def test_an_alarm_that_rang_and_is_well_again_is_in_the_history(lab: Lab) -> None:
    name = alarm(lab, "OK", "ALARM", "OK")
    items = history(lab, name, HistoryItemType="StateUpdate")
    # It was OK when it was first judged, or is put there by the first word about it.
    assert states(items)[:2] == ["OK", "ALARM"]
    rang = json.loads(items[1]["HistoryData"])
    assert rang["newState"]["stateReason"] == "it is ALARM"
    assert rang["oldState"]["stateValue"] == "OK"
    assert items[1]["HistorySummary"] == "Alarm updated from OK to ALARM"
    assert abs(items[1]["Timestamp"] - datetime.now(UTC)) < timedelta(minutes=5)
    assert states(history(lab, name, ScanBy="TimestampAscending"))[-2:] == ["ALARM", "OK"]


def test_a_state_that_is_set_anew_is_no_change(lab: Lab) -> None:
    name = alarm(lab, "ALARM", "ALARM")
    assert states(history(lab, name)).count("ALARM") == 1


def test_only_the_time_and_the_kind_that_are_asked_for_are_told(lab: Lab) -> None:
    name = alarm(lab, "ALARM")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert history(lab, name, StartDate=later) == []
    assert history(lab, name, EndDate=later - timedelta(hours=2)) == []
    assert history(lab, name, HistoryItemType="Action") == []
    assert history(lab, name, AlarmTypes=["CompositeAlarm"]) == []
    assert history(lab, unique("other")) == []


def test_a_long_history_comes_in_pages(lab: Lab) -> None:
    name = alarm(lab, *["ALARM", "OK"] * 3)
    client = lab.client("cloudwatch")
    pages = client.get_paginator("describe_alarm_history").paginate(
        AlarmName=name, PaginationConfig={"PageSize": 2}
    )
    paged = [item for page in pages for item in page["AlarmHistoryItems"]]
    assert len(paged) >= 5
    assert paged == history(lab, name)
