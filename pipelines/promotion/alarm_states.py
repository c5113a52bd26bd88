"""What the alarms of an endpoint say right now, and which of them rang while nobody looked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from pipelines.attestations.moments import spell
from pipelines.aws_call import aws_call

_ALARM = "ALARM"
_NO_REASON = "none"


class AlarmClient(Protocol):
    """The operations of the `cloudwatch` client that are used here."""

    def describe_alarms(self, **request: Any) -> dict[str, Any]: ...

    def describe_alarm_history(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class AlarmState:
    """An alarm with its state, and CloudWatch's reason for it.

    Of an alarm that has stopped ringing the reason is why it rang, at `rang_at`.
    """

    name: str
    state: str
    reason: str
    rang_at: datetime | None = None

    @property
    def rings(self) -> bool:
        """Tell whether the alarm says that something is wrong."""
        return self.state == _ALARM

    @property
    def told(self) -> str:
        """The alarm in words, for people who ask why a rollout was taken back."""
        past = f" (at {spell(self.rang_at)}; {self.state} since)" if self.rang_at else ""
        return f"alarm {self.name}: {self.reason}{past}"

    def document(self) -> dict[str, str]:
        """Return what a report tells about the alarm."""
        past = {"rang_at": spell(self.rang_at)} if self.rang_at else {}
        return {"name": self.name, "state": self.state, "reason": self.reason} | past


def read_alarms(client: AlarmClient, names: Sequence[str]) -> tuple[AlarmState, ...]:
    """Ask CloudWatch for alarms by their names, a hundred at most; absent ones are left out.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    """
    if not names:
        return ()
    with aws_call(f"alarms {', '.join(names)}", "must be describable"):
        found = client.describe_alarms(AlarmNames=list(names), AlarmTypes=["MetricAlarm"])
    return tuple(
        AlarmState(
            str(one["AlarmName"]),
            str(one["StateValue"]),
            str(one.get("StateReason") or _NO_REASON),
        )
        for one in found.get("MetricAlarms", [])
    )


def alarms_that_rang(
    client: AlarmClient, names: Sequence[str], since: datetime
) -> tuple[AlarmState, ...]:
    """Tell which alarms ring, and which have rung since a moment and stopped again.

    SageMaker takes a rollout back for an alarm of a single minute; that is over when somebody
    comes to look.
    """
    told = (_rang(client, alarm, since) for alarm in read_alarms(client, names))
    return tuple(alarm for alarm in told if alarm is not None)


def _rang(client: AlarmClient, alarm: AlarmState, since: datetime) -> AlarmState | None:
    """Find the latest time at which an alarm rang, unless it does.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
    """
    if alarm.rings:
        return alarm
    with aws_call(f"alarm {alarm.name}", "must have a history that can be read"):
        found = client.describe_alarm_history(
            AlarmName=alarm.name,
            AlarmTypes=["MetricAlarm"],
            HistoryItemType="StateUpdate",
            StartDate=since,
            ScanBy="TimestampDescending",
        )
    for item in found.get("AlarmHistoryItems", []):
        new = json.loads(item.get("HistoryData") or "{}").get("newState") or {}
        if new.get("stateValue") == _ALARM:
            reason = str(new.get("stateReason") or _NO_REASON)
            return replace(alarm, reason=reason, rang_at=item["Timestamp"])
    return None
