"""Rules with a schedule fire by the twin's clock, and the events say for when they were planned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique
from tests.twin.engines.test_events import deliveries

_PACE = 1000.0


@contextmanager
def faster(lab: Lab, pace: float) -> Iterator[None]:
    """Let the clock go faster for a while."""
    lab.twin.clock.go_at(pace)
    try:
        yield
    finally:
        lab.twin.clock.go_at(1.0)


def scheduled(lab: Lab, expression: str, arn: str, **settings: Any) -> str:
    """Make a rule with a schedule and one target, and return its name."""
    name, events = unique("plan"), lab.client("events")
    events.put_rule(Name=name, ScheduleExpression=expression, **settings)
    events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": arn}])
    return name


def test_an_hourly_rule_fires_again_and_again_as_fast_as_the_clock_goes(lab: Lab) -> None:
    url, arn = lab.queue()
    name = scheduled(lab, "rate(1 hour)", arn)
    with faster(lab, _PACE):
        first, second = (json.loads(lab.received(url)["Body"]) for _ in range(2))
    lab.client("events").disable_rule(Name=name)
    assert (first["source"], first["detail-type"]) == ("aws.events", "Scheduled Event")
    assert first["detail"] == {}
    assert first["resources"][0].endswith(f":rule/{name}")
    assert first["id"] != second["id"]
    planned = [datetime.fromisoformat(one["time"]) for one in (first, second)]
    assert planned[1] - planned[0] == timedelta(hours=1)


def test_a_cron_rule_fires_at_the_minute_that_it_names(lab: Lab) -> None:
    url, arn = lab.queue()
    name = scheduled(lab, "cron(17 * * * ? *)", arn)
    with faster(lab, _PACE):
        event = json.loads(lab.received(url)["Body"])
    lab.client("events").disable_rule(Name=name)
    assert event["time"][14:] == "17:00Z"


def test_a_disabled_rule_does_not_fire(lab: Lab) -> None:
    _, arn = lab.queue()
    url, other = lab.queue()
    disabled = scheduled(lab, "rate(1 hour)", arn, State="DISABLED")
    enabled = scheduled(lab, "rate(2 hours)", other)
    with faster(lab, _PACE):
        lab.received(url)
    lab.client("events").disable_rule(Name=enabled)
    assert deliveries(lab, disabled) == []


def test_a_rule_fires_its_own_targets_and_no_others(lab: Lab) -> None:
    _, arn = lab.queue()
    events, hears_all = lab.client("events"), unique("rule")
    events.put_rule(Name=hears_all, EventPattern=json.dumps({"source": ["aws.events"]}))
    events.put_targets(Rule=hears_all, Targets=[{"Id": "t", "Arn": arn}])
    url, own = lab.queue()
    name = scheduled(lab, "rate(1 hour)", own)
    with faster(lab, _PACE):
        lab.received(url)
    events.disable_rule(Name=name)
    assert deliveries(lab, hears_all) == []


def test_a_rule_with_a_schedule_that_means_nothing_is_refused(lab: Lab) -> None:
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        lab.client("events").put_rule(Name=unique("plan"), ScheduleExpression="cron(0 3 * * * *)")
