"""Evaluates alarms by the twin's clock and tells of their states; moto 5.2.5 only stores them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from twin.call import Call, Forward, Response
from twin.engines.cloudwatch import announcements, queues
from twin.engines.cloudwatch.announcements import Change
from twin.engines.cloudwatch.definition import Watched, watched
from twin.engines.cloudwatch.evaluation import State, Verdict, evaluate
from twin.engines.cloudwatch.metrics import Metrics
from twin.engines.cloudwatch.series import SLOT_SECONDS
from twin.moto_state import held
from twin.registry import Registry
from twin.twin import Twin

_MINUTE = 60 // SLOT_SECONDS
_KEPT_HISTORY = 100
_SHORTEST_PAUSE_SECONDS = 0.05


class Watch:
    """Which of some alarms went into ALARM while they were watched."""

    def __init__(self, account_id: str, region: str, names: Sequence[str]) -> None:
        self._place, self._names = (account_id, region), frozenset(names)
        self._tripped: list[str] = []

    @property
    def tripped(self) -> str | None:
        """The first alarm that was, or went, into ALARM."""
        return self._tripped[0] if self._tripped else None

    def learn(self, account_id: str, region: str, name: str) -> None:
        """Take note of an alarm that is in ALARM."""
        if (account_id, region) == self._place and name in self._names:
            self._tripped.append(name)


class Alarms:
    """The alarms of all accounts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._lock = threading.Lock()
        self._watches: list[Watch] = []
        self._fresh: set[tuple[str, str, str]] = set()
        self._ticking: threading.Event | None = None
        self._known: set[int] = set()

    def register(self, registry: Registry) -> None:
        """Stand around what makes alarms, sets their state, or gives them values."""
        registry.wraps("cloudwatch", "PutMetricAlarm")(self._put)
        registry.wraps("cloudwatch", "SetAlarmState")(self._set)
        registry.wraps("cloudwatch", "PutMetricData")(self._measured)

    @contextmanager
    def watching(self, account_id: str, region: str, names: Sequence[str]) -> Iterator[Watch]:
        """Learn which alarms are in ALARM, from now on and already."""
        watch = Watch(account_id, region, names)
        with self._lock:
            self._watches.append(watch)
        try:
            for name in names:
                if state_of(account_id, region, name) is State.ALARM:
                    watch.learn(account_id, region, name)
            yield watch
        finally:
            with self._lock:
                self._watches.remove(watch)

    def begin(self, twin: Twin) -> None:
        """Evaluate from now on, until the twin is reset or ends."""
        with self._lock:
            if self._ticking is twin.stopping:
                return
            self._ticking = twin.stopping
            if id(twin) not in self._known:
                self._known.add(id(twin))
                twin.on_reset(self._metrics.clear)
        twin.background("evaluation of alarms", lambda: self._tick(twin))

    def _put(self, twin: Twin, call: Call, forward: Forward) -> Response:
        """A new alarm has seen nothing yet; one that is changed stays in its state."""
        name = str(call.parameters.get("AlarmName"))
        before = _alarm(call.account_id, call.region, name)
        response = forward()
        if not response.ok:
            return response
        with twin.turn:
            alarm = _alarm(call.account_id, call.region, name)
            if before is not None and alarm is not None:
                for member in _KEPT_MEMBERS:
                    setattr(alarm, member, getattr(before, member))
            elif alarm is not None:
                alarm.state_value = State.INSUFFICIENT_DATA.value
        with self._lock:
            self._fresh.add((call.account_id, call.region, name))
        self.begin(twin)
        return response

    def _set(self, twin: Twin, call: Call, forward: Forward) -> Response:
        """A state that is set by hand has its effects, and holds until the next evaluation."""
        name = str(call.parameters.get("AlarmName"))
        alarm = _alarm(call.account_id, call.region, name)
        old = None if alarm is None else announcements.Standing.of(alarm)
        response = forward()
        if response.ok and alarm is not None and old is not None:
            self._changed(twin, Change(call.account_id, call.region, alarm, old))
            self.begin(twin)
        return response

    def _measured(self, twin: Twin, call: Call, forward: Forward) -> Response:
        response = forward()
        if response.ok:
            self._metrics.put_by(twin, call)
            self.begin(twin)
        return response

    def _tick(self, twin: Twin) -> None:
        clock, stopping = twin.clock, twin.stopping
        slot = minute = int(clock.read() // SLOT_SECONDS)
        while True:
            soonest = clock.read() + _SHORTEST_PAUSE_SECONDS * clock.pace
            if not clock.wait_until(max((slot + 1) * SLOT_SECONDS, soonest), stopping.is_set):
                return
            slot = int(clock.read() // SLOT_SECONDS)
            full = slot - slot % _MINUTE
            if full > minute:
                self._metrics.put(twin, queues.measured(twin))
            self._metrics.hand_over(twin)
            self._evaluate(twin, slot, full if full > minute else None)
            minute = max(minute, full)

    def _evaluate(self, twin: Twin, slot: int, minute: int | None) -> None:
        """Judge alarms by all slots before ``slot``; those of whole minutes when one is full."""
        with self._lock:
            fresh, self._fresh = self._fresh, set()
        for account_id, region, alarm in _all(twin):
            asked = watched(alarm, account_id, region)
            if asked is None:
                continue
            due = slot if asked.period < 60 else minute
            if due is None and (account_id, region, alarm.name) in fresh:
                due = slot
            if due is None or twin.stopping.is_set():
                continue
            verdict = evaluate(asked.rule, asked.points(self._metrics, due))
            if verdict.state is not None and verdict.state != alarm.state_value:
                data = _reason_data(twin, asked, verdict)
                old = announcements.Standing.of(alarm)
                with twin.turn:
                    alarm.update_state(verdict.reason, data, verdict.state.value)
                    del alarm.history[:-_KEPT_HISTORY]
                self._changed(twin, Change(account_id, region, alarm, old))

    def _changed(self, twin: Twin, change: Change) -> None:
        if change.alarm.state_value == State.ALARM:
            with self._lock:
                watches = list(self._watches)
            for watch in watches:
                watch.learn(change.account_id, change.region, change.alarm.name)
        announcements.announce(twin, change)


_KEPT_MEMBERS = (
    "state_value",
    "state_reason",
    "state_reason_data",
    "state_updated_timestamp",
    "history",
)


def exists(account_id: str, region: str, name: str) -> bool:
    """Tell whether there is an alarm of this name."""
    return _alarm(account_id, region, name) is not None


def state_of(account_id: str, region: str, name: str) -> State | None:
    """Return the state of an alarm, or None where there is none."""
    alarm = _alarm(account_id, region, name)
    return None if alarm is None else State(alarm.state_value)


def _alarm(account_id: str, region: str, name: str) -> Any | None:
    backend = held(cloudwatch_backends, account_id, region)
    return None if backend is None else backend.alarms.get(name)


def _all(twin: Twin) -> list[tuple[str, str, Any]]:
    with twin.turn:
        return [
            (account_id, region, alarm)
            for account_id, regions in list(dict.items(cloudwatch_backends))
            for region, backend in list(dict.items(regions))
            for alarm in list(backend.alarms.values())
        ]


def _reason_data(twin: Twin, asked: Watched, verdict: Verdict) -> str:
    return json.dumps(
        {
            "version": "1.0",
            "queryDate": announcements.written(twin.now()),
            "statistic": asked.statistic,
            "period": asked.period,
            "recentDatapoints": list(verdict.values),
            "threshold": asked.rule.threshold,
        }
    )
