"""SageMaker monitoring schedules, which moto 5.2.5 lacks: stored; nothing runs by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.declared.derived import find
from twin.declared.resource_type import ResourceType, Wording
from twin.registry import Answer, Registry
from twin.table import Record
from twin.twin import Twin


def _scheduled(_twin: Twin, call: Call, record: Record) -> Record:
    config = record.get("MonitoringScheduleConfig") or {}
    names = {
        "MonitoringJobDefinitionName": config.get("MonitoringJobDefinitionName"),
        "MonitoringType": config.get("MonitoringType"),
        "EndpointName": call.parameters.get("EndpointName"),
    }
    told = {name: value for name, value in names.items() if value is not None}
    return {"MonitoringScheduleStatus": "Scheduled", **told}


SCHEDULE = ResourceType(
    service="sagemaker",
    noun="MonitoringSchedule",
    key=("MonitoringScheduleName",),
    arn="monitoring-schedule/{MonitoringScheduleName}",
    missing=Wording("ResourceNotFound", "Monitoring Schedule {arn} not found"),
    exists=Wording("ResourceInUse", "Monitoring Schedule {arn} already exists"),
    computed=_scheduled,
)
TYPES = (SCHEDULE,)


def register(registry: Registry) -> None:
    """Put what cannot be derived into the registry."""
    registry.answers("sagemaker", "StartMonitoringSchedule")(_turning("Scheduled"))
    registry.answers("sagemaker", "StopMonitoringSchedule")(_turning("Stopped"))


def _turning(status: str) -> Answer:
    def turn(twin: Twin, call: Call) -> Mapping[str, Any]:
        name = str(find(twin, call, SCHEDULE, call.parameters)["MonitoringScheduleName"])
        table = twin.table(SCHEDULE.kind, call.account_id, call.region)
        table.change(name, lambda record: record.update(MonitoringScheduleStatus=status))
        return {}

    return turn
