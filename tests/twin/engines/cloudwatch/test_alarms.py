"""Alarms follow what is measured, tell of it, and are judged by the clock that can be sped up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique, until
from tests.twin.engines.laboratory import laboratory
from twin.engines import notices


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a twin whose minutes are seconds."""
    with laboratory(tmp_path_factory.mktemp("twin"), pace=60.0) as lab:
        yield lab


def alarm(lab: Lab, namespace: str, **changes: Any) -> str:
    """Make an alarm on values over five of a metric called Size."""
    name = unique("alarm")
    given: dict[str, Any] = {
        "AlarmName": name,
        "Namespace": namespace,
        "MetricName": "Size",
        "Statistic": "Maximum",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5,
        "Period": 60,
        "EvaluationPeriods": 1,
    }
    lab.client("cloudwatch").put_metric_alarm(**given | changes)
    return name


def described(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = lab.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def enters(lab: Lab, name: str, state: str) -> dict[str, Any]:
    """Wait until an alarm is in a state."""
    until(lambda: described(lab, name)["StateValue"] == state, f"{state} of {name}")
    return described(lab, name)


def put(lab: Lab, namespace: str, value: float, **changes: Any) -> None:
    lab.client("cloudwatch").put_metric_data(
        Namespace=namespace, MetricData=[{"MetricName": "Size", "Value": value, **changes}]
    )


def test_alarm_goes_with_its_metric_and_back_when_there_is_nothing(lab: Lab) -> None:
    space = unique("space")
    name = alarm(lab, space)
    assert described(lab, name)["StateValue"] == "INSUFFICIENT_DATA"
    put(lab, space, 4)
    assert "not greater than the threshold (5): [4]" in enters(lab, name, "OK")["StateReason"]
    put(lab, space, 9)
    alarmed = enters(lab, name, "ALARM")
    assert "greater than the threshold (5)" in alarmed["StateReason"]
    assert json.loads(alarmed["StateReasonData"])["recentDatapoints"][-1] == 9
    # What is stamped is the time of day, however fast the alarms' minutes pass.
    stamped = alarmed["StateUpdatedTimestamp"]
    assert abs(datetime.now(UTC) - stamped) < timedelta(minutes=1)
    assert "unknown" in enters(lab, name, "INSUFFICIENT_DATA")["StateReason"]


def test_percentile_and_dimensions_are_those_of_the_alarm(lab: Lab) -> None:
    space = unique("space")
    mine = [{"Name": "Who", "Value": "me"}]
    asks = {"Statistic": None, "ExtendedStatistic": "p90", "Dimensions": mine}
    given = {key: value for key, value in asks.items() if value is not None}
    plain = {"ExtendedStatistic": "p90"}
    names = []
    for changes in (given, plain):
        made = unique("alarm")
        lab.client("cloudwatch").put_metric_alarm(
            AlarmName=made,
            Namespace=space,
            MetricName="Size",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=5,
            Period=60,
            EvaluationPeriods=1,
            TreatMissingData="ignore",
            **changes,
        )
        names.append(made)
    values = {"Value": 0, "Values": [1.0, 9.0], "Counts": [80.0, 20.0], "Dimensions": mine}
    values.pop("Value")
    lab.client("cloudwatch").put_metric_data(
        Namespace=space, MetricData=[{"MetricName": "Size", **values}]
    )
    enters(lab, names[0], "ALARM")
    assert described(lab, names[1])["StateValue"] == "INSUFFICIENT_DATA"


def test_several_of_several_periods_make_an_alarm(lab: Lab) -> None:
    space = unique("space")
    name = alarm(
        lab, space, EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="notBreaching"
    )
    enters(lab, name, "OK")
    now = datetime.now(UTC)
    # A minute of the alarm is a second of the day.
    put(lab, space, 9, Timestamp=now - timedelta(seconds=1))
    put(lab, space, 9, Timestamp=now + timedelta(seconds=1))
    enters(lab, name, "ALARM")
    enters(lab, name, "OK")


def test_short_periods_are_judged_every_ten_seconds(lab: Lab) -> None:
    space = unique("space")
    name = alarm(lab, space, Period=10, TreatMissingData="notBreaching")
    put(lab, space, 9)
    enters(lab, name, "ALARM")
    enters(lab, name, "OK")


def test_state_that_is_set_holds_until_the_next_evaluation(lab: Lab) -> None:
    name = alarm(lab, unique("space"), TreatMissingData="notBreaching")
    enters(lab, name, "OK")
    with_pace = lab.twin.clock
    with_pace.go_at(1)
    try:
        lab.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="tried"
        )
        assert described(lab, name)["StateReason"] == "tried"
        assert described(lab, name)["StateValue"] == "ALARM"
    finally:
        with_pace.go_at(60)
    enters(lab, name, "OK")


def test_changed_alarm_keeps_its_state_until_it_is_judged(lab: Lab) -> None:
    space = unique("space")
    name = alarm(lab, space, TreatMissingData="breaching")
    enters(lab, name, "ALARM")
    alarm(lab, space, AlarmName=name, TreatMissingData="ignore")
    assert described(lab, name)["StateValue"] == "ALARM"


def test_change_of_state_reaches_topic_and_bus(lab: Lab) -> None:
    events = lab.client("events")
    url, queue = lab.queue()
    rule = unique("rule")
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"state": {"value": ["ALARM"]}},
    }
    topic = alarm_topic(lab)
    space = unique("space")
    name = alarm(lab, space, TreatMissingData="notBreaching", AlarmActions=[topic])
    enters(lab, name, "OK")
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern | {"detail": {"alarmName": [name]}}))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": queue}])
    put(lab, space, 9)

    event = json.loads(lab.received(url)["Body"])
    assert event["resources"] == [described(lab, name)["AlarmArn"]]
    detail = event["detail"]
    assert (detail["previousState"]["value"], detail["state"]["value"]) == ("OK", "ALARM")
    assert detail["configuration"]["metrics"][0]["metricStat"]["stat"] == "Maximum"

    def told() -> Any:
        return [n for n in notices.kept(lab.twin)["notices"] if n["topic"] == topic]

    (notice,) = until(told, "a notice on the topic")
    message = json.loads(notice["message"])
    assert (message["AlarmName"], message["NewStateValue"]) == (name, "ALARM")
    assert (message["OldStateValue"], message["Trigger"]["Threshold"]) == ("OK", 5)


def test_actions_that_are_disabled_are_not_carried_out(lab: Lab) -> None:
    topic = alarm_topic(lab)
    space = unique("space")
    quiet = alarm(lab, space, AlarmActions=[topic], ActionsEnabled=False)
    loud = alarm(lab, space, AlarmActions=[topic])
    put(lab, space, 9)
    enters(lab, quiet, "ALARM")
    enters(lab, loud, "ALARM")

    def told() -> Any:
        return [n for n in notices.kept(lab.twin)["notices"] if n["topic"] == topic]

    found = until(told, "a notice on the topic")
    assert {json.loads(notice["message"])["AlarmName"] for notice in found} == {loud}


def test_topic_that_does_not_admit_cloudwatch_is_not_reached(lab: Lab) -> None:
    topic = lab.topic()
    space = unique("space")
    name = alarm(lab, space, AlarmActions=[topic])
    put(lab, space, 9)
    enters(lab, name, "ALARM")
    trail = lab.twin.settings.folder / "audit.jsonl"

    def refused() -> Any:
        lines = (json.loads(line) for line in trail.read_text("utf-8").splitlines())
        acts = [one for one in lines if one.get("eventName") == "AlarmAction"]
        return [one for one in acts if one["target"] == topic]

    (record,) = until(refused, "the record of the action")
    assert record["errorCode"] in ("AuthorizationError", "AccessDenied")


def test_what_is_measured_is_not_kept_for_ever(lab: Lab) -> None:
    space, cloudwatch = unique("space"), lab.client("cloudwatch")
    values = [{"MetricName": "Size", "Values": [1.0], "Counts": [1000.0]}]
    for _ in range(25):
        cloudwatch.put_metric_data(Namespace=space, MetricData=values)
    assert len(cloudwatch_backends[TOOLS][REGION].metric_data) <= 20_000


def alarm_topic(lab: Lab) -> str:
    """Make a topic on which CloudWatch may speak, and return its ARN."""
    name = unique("topic")
    arn = f"arn:aws:sns:{REGION}:{TOOLS}:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    lab.client("sns").create_topic(Name=name, Attributes={"Policy": policy})
    return arn


def test_a_message_that_waits_in_a_queue_raises_an_alarm_on_it(lab: Lab) -> None:
    url, _ = lab.queue()
    queue = {"Name": "QueueName", "Value": url.rpartition("/")[2]}
    name = alarm(
        lab,
        "AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[queue],
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=1,
    )
    enters(lab, name, "OK")
    lab.client("sqs").send_message(QueueUrl=url, MessageBody="given up")
    enters(lab, name, "ALARM")
    lab.client("sqs").purge_queue(QueueUrl=url)
    enters(lab, name, "OK")
