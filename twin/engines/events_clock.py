"""Fires rules with a schedule by the twin's clock.

A rule's calendar starts when the rule is made and goes as fast as the clock: at the pace 1000 an
hour of it takes 3.6 seconds. The event bears the time of that calendar, as EventBridge's bears the
time for which it was planned.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moto.events.models import events_backends

from twin.call import Call, Forward, Response
from twin.engines import events_schedule
from twin.engines.events_schedule import Schedule
from twin.twin import Twin

_GLANCE_SECONDS = 0.05

Fire = Callable[[Twin, tuple[str, str, str], Any, datetime], None]
"""Delivers to the targets of a rule of an account, region and bus, for a planned time."""


@dataclass
class _Calendar:
    """When a rule was first seen, by its own calendar and the clock, and when it fires next."""

    expression: str
    schedule: Schedule
    began: datetime
    reading: float
    due: datetime | None

    def now(self, reading: float) -> datetime:
        return self.began + timedelta(seconds=reading - self.reading)


class ScheduledRules:
    """The rules of all accounts that fire by themselves."""

    def __init__(self, fire: Fire) -> None:
        self._fire = fire
        self._lock = threading.Lock()
        self._calendars: dict[str, _Calendar] = {}
        self._ticking: threading.Event | None = None

    def put_rule(self, twin: Twin, call: Call, forward: Forward) -> Response:
        """Refuse a schedule that EventBridge would refuse; begin to look at the clock."""
        expression = call.parameters.get("ScheduleExpression")
        if not expression:
            return forward()
        events_schedule.parse(str(expression))
        response = forward()
        if response.ok:
            self._learn(twin)
            self._begin(twin)
        return response

    def _begin(self, twin: Twin) -> None:
        with self._lock:
            if self._ticking is twin.stopping:
                return
            self._ticking = twin.stopping
        twin.background("schedules of rules", lambda: self._tick(twin))

    def _tick(self, twin: Twin) -> None:
        clock, stopping = twin.clock, twin.stopping
        while clock.wait_until(clock.read() + _GLANCE_SECONDS * clock.pace, stopping.is_set):
            for place, rule, due in self._learn(twin):
                if rule.state.startswith("ENABLED") and not stopping.is_set():
                    self._fire(twin, place, rule, due)

    def _learn(self, twin: Twin) -> list[tuple[tuple[str, str, str], Any, datetime]]:
        """Give rules a calendar, and return those that are due with the times they were due at."""
        found = []
        with self._lock:
            scheduled = _scheduled(twin)
            for place, rule in scheduled:
                held = self._calendars.get(rule.arn)
                if held is None or held.expression != rule.scheduled_expression:
                    self._calendars[rule.arn] = _calendar(twin, rule.scheduled_expression)
                    continue
                now = held.now(twin.clock.read())
                while held.due is not None and held.due <= now:
                    found.append((place, rule, held.due))
                    held.due = held.schedule.next_after(held.due)
            known = {rule.arn for _, rule in scheduled}
            self._calendars = {arn: one for arn, one in self._calendars.items() if arn in known}
        return found


def _calendar(twin: Twin, expression: str) -> _Calendar:
    schedule, began = events_schedule.parse(expression), twin.now()
    return _Calendar(expression, schedule, began, twin.clock.read(), schedule.next_after(began))


def _scheduled(twin: Twin) -> list[tuple[tuple[str, str, str], Any]]:
    with twin.turn:
        return [
            ((account_id, region, "default"), rule)
            for account_id, regions in list(dict.items(events_backends))
            for region, backend in list(dict.items(regions))
            for bus in [backend.event_buses.get("default")]
            if bus is not None
            for rule in list(bus.rules.values())
            if rule.scheduled_expression
        ]
