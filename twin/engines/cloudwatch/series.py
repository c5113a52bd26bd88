"""The values of one metric, gathered by slots of the twin's clock, and statistics over slots.

Alarms' periods are multiples of ten seconds, so that whole slots make up every period.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

SLOT_SECONDS = 10
_DAY = 86_400 // SLOT_SECONDS
# Neighbouring bins differ by a hundredth, which bounds their number: a latency of one
# millisecond to one minute has eleven hundred.
_STEP = math.log(1.01)


@dataclass
class Values:
    """How many values there were, and what is needed to tell statistics over them.

    ``bins`` counts values that are nearly the same; ``hidden`` is how many came as statistics
    only, over which nobody can tell a percentile.
    """

    count: float = 0.0
    total: float = 0.0
    least: float = math.inf
    most: float = -math.inf
    bins: dict[float, float] = field(default_factory=dict)
    hidden: float = 0.0

    def add(self, value: float, count: float = 1.0) -> None:
        """Add a value that was seen some times."""
        self.count += count
        self.total += value * count
        self.least, self.most = min(self.least, value), max(self.most, value)
        place = _bin(value)
        self.bins[place] = self.bins.get(place, 0.0) + count

    def add_statistics(self, count: float, total: float, least: float, most: float) -> None:
        """Add values of which only statistics are known."""
        if least == most:
            self.add(least, count)
            return
        self.count, self.total = self.count + count, self.total + total
        self.least, self.most = min(self.least, least), max(self.most, most)
        self.hidden += count

    def merge(self, other: Values) -> None:
        """Add all values of another."""
        self.count, self.total = self.count + other.count, self.total + other.total
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.hidden += other.hidden
        for value, count in other.bins.items():
            self.bins[value] = self.bins.get(value, 0.0) + count

    def statistic(self, name: str) -> float | None:
        """Return a statistic: Sum, Average, Minimum, Maximum, SampleCount, or p99.9.

        None where it cannot be told from what is known.
        """
        if not self.count:
            return None
        plain = {
            "Sum": self.total,
            "Average": self.total / self.count,
            "Minimum": self.least,
            "Maximum": self.most,
            "SampleCount": self.count,
        }
        return plain[name] if name in plain else self._percentile(name)

    def _percentile(self, name: str) -> float | None:
        try:
            share = float(name.removeprefix("p")) / 100
        except ValueError:
            return None
        if self.hidden or not name.startswith("p") or not 0 <= share <= 1:
            return None
        rank, passed = share * self.count, 0.0
        for value, count in sorted(self.bins.items()):
            passed += count
            if passed >= rank:
                return min(max(value, self.least), self.most)
        return self.most


class Series:
    """The values of one metric over the last day of the twin's clock."""

    def __init__(self) -> None:
        self._slots: dict[int, Values] = {}

    def at(self, reading: float) -> Values:
        """Return the values of the slot of a reading, to be added to."""
        slot = int(reading // SLOT_SECONDS)
        if slot not in self._slots:
            for old in [held for held in self._slots if held < slot - _DAY]:
                del self._slots[old]
            self._slots[slot] = Values()
        return self._slots[slot]

    def between(self, first: int, end: int) -> Values | None:
        """Return all values of the slots from ``first`` to before ``end``; None without any."""
        found = list(self._held(first, end))
        if not found:
            return None
        whole = Values()
        for values in found:
            whole.merge(values)
        return whole

    def _held(self, first: int, end: int) -> Iterator[Values]:
        if end - first < len(self._slots):
            wanted = (self._slots.get(slot) for slot in range(first, end))
            yield from (values for values in wanted if values is not None)
        else:
            yield from (values for slot, values in self._slots.items() if first <= slot < end)


def _bin(value: float) -> float:
    """Return the value that stands for all that are within half a hundredth of it."""
    if not value or not math.isfinite(value):
        return value
    return math.copysign(math.exp(round(math.log(abs(value)) / _STEP) * _STEP), value)
