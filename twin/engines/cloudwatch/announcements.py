"""Tells EventBridge, and the topics that an alarm names, that its state has changed.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.engines import events, service_principal
from twin.network import of_service
from twin.twin import Twin

_log = logging.getLogger(__name__)
_SERVICE = "cloudwatch.amazonaws.com"
_SUBJECT_CHARACTERS = 100


@dataclass(frozen=True)
class Standing:
    """In which state an alarm is, since when, and why."""

    value: str
    reason: str
    data: str | None
    since: datetime

    @staticmethod
    def of(alarm: Any) -> Standing:
        """Return the present state of an alarm of moto."""
        since = alarm.state_updated_timestamp
        since = since if since.tzinfo else since.replace(tzinfo=UTC)
        return Standing(alarm.state_value, alarm.state_reason, alarm.state_reason_data, since)

    def told(self) -> dict[str, Any]:
        """Return it as events tell it."""
        told = {"value": self.value, "reason": self.reason, "timestamp": written(self.since)}
        return told | ({"reasonData": self.data} if self.data else {})


@dataclass(frozen=True)
class Change:
    """An alarm that is in another state than before, or was put into its state anew."""

    account_id: str
    region: str
    alarm: Any
    before: Standing


def announce(twin: Twin, change: Change) -> None:
    """Send the event, and where the state is another and actions are enabled, carry them out."""
    alarm, now = change.alarm, Standing.of(change.alarm)
    detail = {
        "alarmName": alarm.name,
        "state": now.told(),
        "previousState": change.before.told(),
        "configuration": {"description": alarm.description or "", "metrics": _metrics(alarm)},
    }
    place = (change.account_id, change.region)
    kind = "CloudWatch Alarm State Change"
    events.emit(twin, *place, "aws.cloudwatch", kind, detail, [alarm.alarm_arn])
    if not alarm.actions_enabled or now.value == change.before.value:
        return
    actions = {
        "OK": alarm.ok_actions,
        "ALARM": alarm.alarm_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }[now.value]
    for action in list(actions or ()):
        work = partial(_act, twin, change, now, str(action))
        twin.background(f"action of alarm {alarm.name}", work)


def written(moment: datetime) -> str:
    """Write a moment as CloudWatch does."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def _act(twin: Twin, change: Change, now: Standing, action: str) -> None:
    """Publish on a topic, as CloudWatch itself; other actions are recorded as not modelled."""
    failure: tuple[str, str] | None = None
    if action.split(":")[2] != "sns":
        failure = ("UnsupportedAction", f"alarms' actions on {action} are not modelled")
    else:
        arn = change.alarm.alarm_arn
        credentials = service_principal.credentials(twin, _SERVICE, change.account_id, arn)
        client = twin.client("sns", credentials, change.region, of_service(_SERVICE))
        subject = f'{now.value}: "{change.alarm.name}" in {change.region}'[:_SUBJECT_CHARACTERS]
        message = json.dumps(_message(change, now))
        try:
            client.publish(TopicArn=action, Subject=subject, Message=message)
        except ClientError as error:
            answered = error.response["Error"]
            failure = (str(answered.get("Code")), str(answered.get("Message")))
        except BotoCoreError as error:
            failure = (type(error).__name__, str(error))
    _record(twin, change, action, failure)


def _record(twin: Twin, change: Change, action: str, failure: tuple[str, str] | None) -> None:
    twin.audit.add(
        {
            "eventTime": twin.now().isoformat(timespec="milliseconds"),
            "eventSource": _SERVICE,
            "eventName": "AlarmAction",
            "awsRegion": change.region,
            "recipientAccountId": change.account_id,
            "alarm": change.alarm.alarm_arn,
            "target": action,
            "errorCode": failure[0] if failure else None,
            "errorMessage": failure[1] if failure else None,
        }
    )


def _message(change: Change, now: Standing) -> dict[str, Any]:
    """Return what a topic's subscribers read.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    alarm = change.alarm
    return {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": change.account_id,
        "NewStateValue": now.value,
        "NewStateReason": now.reason,
        "StateChangeTime": written(now.since),
        "Region": change.region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": change.before.value,
        "OKActions": list(alarm.ok_actions or ()),
        "AlarmActions": list(alarm.alarm_actions or ()),
        "InsufficientDataActions": list(alarm.insufficient_data_actions or ()),
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "ExtendedStatistic" if alarm.extended_statistic else "Statistic",
            "Statistic": alarm.extended_statistic or (alarm.statistic or "").upper(),
            "Unit": alarm.unit,
            "Dimensions": [{"value": one.value, "name": one.name} for one in alarm.dimensions],
            "Period": alarm.period,
            "EvaluationPeriods": alarm.evaluation_periods,
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": alarm.threshold,
            "TreatMissingData": alarm.treat_missing_data or "missing",
            "EvaluateLowSampleCountPercentile": alarm.evaluate_low_sample_count_percentile or "",
        },
    }


def _metrics(alarm: Any) -> list[dict[str, Any]]:
    if not alarm.metric_name:
        return []
    metric = {
        "namespace": alarm.namespace,
        "name": alarm.metric_name,
        "dimensions": {one.name: one.value for one in alarm.dimensions},
    }
    statistic = alarm.statistic or alarm.extended_statistic
    asked = {"metric": metric, "period": alarm.period, "stat": statistic}
    return [{"id": str(uuid.uuid4()), "metricStat": asked, "returnData": True}]
