"""What the alarms of an endpoint say right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.aws_call import aws_call


class AlarmClient(Protocol):
    """The operation of the `cloudwatch` client that is used here."""

    def describe_alarms(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class AlarmState:
    """An alarm with its state and CloudWatch's reason for it."""

    name: str
    state: str
    reason: str

    @property
    def rings(self) -> bool:
        """Tell whether the alarm says that something is wrong."""
        return self.state == "ALARM"

    def document(self) -> dict[str, str]:
        """Return what a report tells about the alarm."""
        return {"name": self.name, "state": self.state, "reason": self.reason}


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
            str(one["AlarmName"]), str(one["StateValue"]), str(one.get("StateReason") or "none")
        )
        for one in found.get("MetricAlarms", [])
    )
