"""Tells through which states an alarm has gone; moto 5.2.5 keeps them and tells nobody.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from twin.call import Call
from twin.engines.cloudwatch.announcements import Standing
from twin.moto_state import held
from twin.registry import Registry
from twin.twin import Twin

_STATE_UPDATE = "StateUpdate"
_MOST = 100


def register(registry: Registry) -> None:
    """Put the operation into the registry."""
    registry.answers("cloudwatch", "DescribeAlarmHistory")(describe_history)


@dataclass(frozen=True)
class _Step:
    """An alarm that went from one state into another."""

    name: str
    before: Standing
    after: Standing

    def item(self) -> dict[str, Any]:
        """Return the step as the service tells it."""
        data = {"version": "1.0", "oldState": _state(self.before), "newState": _state(self.after)}
        return {
            "AlarmName": self.name,
            "AlarmType": "MetricAlarm",
            "Timestamp": self.after.since,
            "HistoryItemType": _STATE_UPDATE,
            "HistorySummary": f"Alarm updated from {self.before.value} to {self.after.value}",
            "HistoryData": json.dumps(data),
        }


def describe_history(twin: Twin, call: Call) -> dict[str, Any]:
    """List the changes of state of one alarm or all, the latest first unless asked otherwise."""
    asked = call.parameters
    if asked.get("HistoryItemType", _STATE_UPDATE) != _STATE_UPDATE:
        return {"AlarmHistoryItems": []}
    if "MetricAlarm" not in (asked.get("AlarmTypes") or ["MetricAlarm"]):
        return {"AlarmHistoryItems": []}
    start, end = _utc(asked.get("StartDate")), _utc(asked.get("EndDate"))
    with twin.turn:
        steps = [
            step
            for alarm in _alarms(call, asked.get("AlarmName"))
            for step in _steps(alarm)
            if (start is None or step.after.since >= start)
            and (end is None or step.after.since <= end)
        ]
    ascending = asked.get("ScanBy") == "TimestampAscending"
    steps.sort(key=lambda step: step.after.since, reverse=not ascending)
    first = int(asked.get("NextToken") or 0)
    last = first + int(asked.get("MaxRecords") or _MOST)
    more = {"NextToken": str(last)} if last < len(steps) else {}
    return {"AlarmHistoryItems": [step.item() for step in steps[first:last]]} | more


def _alarms(call: Call, name: Any) -> list[Any]:
    backend = held(cloudwatch_backends, call.account_id, call.region)
    alarms = {} if backend is None else backend.alarms
    return list(alarms.values()) if name is None else [alarms[name]] if name in alarms else []


def _steps(alarm: Any) -> Iterator[_Step]:
    """Tell each change; a state that was set anew to the same value is none."""
    stood = [
        Standing(value, reason, data, _utc(since) or since)
        for _, reason, data, value, since in alarm.history
    ]
    for before, after in pairwise([*stood, Standing.of(alarm)]):
        if before.value != after.value:
            yield _Step(alarm.name, before, after)


def _state(standing: Standing) -> dict[str, Any]:
    data = {"stateReasonData": json.loads(standing.data)} if standing.data else {}
    return {"stateValue": standing.value, "stateReason": standing.reason} | data


def _utc(moment: Any) -> datetime | None:
    if moment is None:
        return None
    found = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
