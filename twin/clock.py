"""A clock that can be sped up: what AWS waits for passes N times as fast, the time of day does not.

What is stamped into records, tokens and signatures is the time of day and comes from elsewhere.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

SLOWEST, FASTEST = 1.0, 1000.0
# How long a pause goes on before somebody looks at what else may end it.
_GLANCE_SECONDS = 0.05
_MOST_CHANGES = 1_000


def is_pace(value: object) -> bool:
    """Tell whether a clock can go at this pace."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and SLOWEST <= value <= FASTEST
    )


@dataclass(frozen=True)
class _Since:
    """From when on a pace holds: seconds since 1970, and the clock's seconds at that moment."""

    moment: float
    reading: float
    pace: float


class Clock:
    """Seconds that pass at a pace; at the pace N, N of them pass in one second of the day."""

    def __init__(self, pace: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._changes = [_Since(time.time(), 0.0, pace)]
        # The day's clock may be set; how long something took is told by one that only goes on.
        self._mark = time.monotonic()

    @property
    def pace(self) -> float:
        """How many of the clock's seconds pass in one second of the day."""
        with self._lock:
            return self._changes[-1].pace

    def read(self) -> float:
        """Return the clock's seconds since it was made."""
        with self._lock:
            return self._read()

    def read_at(self, moment: datetime) -> float:
        """Return what the clock showed at a moment of the day; before its making, less than 0."""
        seconds = moment.timestamp()
        with self._lock:
            held = [change for change in self._changes if change.moment <= seconds]
            since = held[-1] if held else self._changes[0]
            return since.reading + (seconds - since.moment) * (since.pace if held else 1.0)

    def moment_of(self, reading: float) -> datetime:
        """Return the time of day at which the clock shows, or showed, a reading."""
        with self._lock:
            held = [change for change in self._changes if change.reading <= reading]
            since = held[-1] if held else self._changes[0]
            seconds = (reading - since.reading) / (since.pace if held else 1.0)
            return datetime.fromtimestamp(since.moment + seconds, UTC)

    def go_at(self, pace: float) -> None:
        """Go at another pace from now on, waits that are under way included."""
        with self._lock:
            reading, self._mark = self._read(), time.monotonic()
            self._changes = [*self._changes, _Since(time.time(), reading, pace)][-_MOST_CHANGES:]

    def wait_until(self, reading: float, ended: Callable[[], bool]) -> bool:
        """Wait until the clock shows a reading; tell whether it does; False where ended before."""
        pause = threading.Event()
        while not ended():
            left = (reading - self.read()) / self.pace
            if left <= 0:
                return True
            pause.wait(min(left, _GLANCE_SECONDS))
        return False

    def _read(self) -> float:
        since = self._changes[-1]
        return since.reading + (time.monotonic() - self._mark) * since.pace
