"""A forecast as a drawing: the hours before, the hours ahead between their bounds, and the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import floor, log10

from scripts.forecasts.document import Forecast

_BOTTOM, _TOP, _LEFT, _RIGHT = 26, 10, 44, 8
# About so many lines cross the sheet.
_LINES = 5


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what stands there."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Paths and places in units of the drawing, which a page scales to its own width."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    top: int
    past: str
    ahead: str
    linear: str
    bounds: str
    origin: float
    values: tuple[Tick, ...]
    days: tuple[Tick, ...]


def draw(forecast: Forecast, *, width: int, height: int, days: int) -> Chart:
    """Lay the chart out; `days` is how much of the past it shows."""
    history = forecast.history[-24 * days :]
    numbers = [value for _, value in history]
    for hour in forecast.hours:
        numbers += [hour.value, hour.lower, hour.upper, hour.baselines["linear"]]
    ticks = round_numbers(min(numbers), max(numbers))
    sheet = _Sheet(
        first=history[0][0],
        last=forecast.hours[-1].time,
        low=min(ticks[0], min(numbers)),
        high=max(ticks[-1], max(numbers)),
        width=width,
        height=height,
    )
    origin = history[-1]
    ahead = [(hour.time, hour.value) for hour in forecast.hours]
    lower = [(hour.time, hour.lower) for hour in forecast.hours]
    upper = [(hour.time, hour.upper) for hour in forecast.hours]
    linear = [(hour.time, hour.baselines["linear"]) for hour in forecast.hours]
    return Chart(
        width=width,
        height=height,
        left=_LEFT,
        right=width - _RIGHT,
        bottom=height - _BOTTOM,
        top=_TOP,
        past=sheet.path(history),
        ahead=sheet.path([origin, *ahead]),
        linear=sheet.path([origin, *linear]),
        bounds=sheet.path([origin, *upper, *reversed(lower)]) + "Z",
        origin=sheet.x(origin[0]),
        values=tuple(Tick(sheet.y(number), f"{number:g}") for number in ticks),
        days=tuple(sheet.midnights([*(time for time, _ in history), *(one for one, _ in ahead)])),
    )


def round_numbers(low: float, high: float) -> list[float]:
    """Give a few round numbers from one below `low` to one above `high`, evenly apart."""
    spread = (high - low) or abs(high) or 1.0
    unit = 10.0 ** floor(log10(spread / _LINES))
    step = next(unit * each for each in (1, 2, 5, 10) if spread <= unit * each * _LINES)
    first = floor(low / step)
    count = 1
    while (first + count) * step < high:
        count += 1
    return [round((first + place) * step, 10) for place in range(count + 1)]


@dataclass(frozen=True)
class _Sheet:
    first: datetime
    last: datetime
    low: float
    high: float
    width: int
    height: int

    def x(self, time: datetime) -> float:
        share = (time - self.first) / (self.last - self.first)
        return round(_LEFT + share * (self.width - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.height - _BOTTOM - share * (self.height - _BOTTOM - _TOP), 1)

    def path(self, points: Sequence[tuple[datetime, float]]) -> str:
        return "M" + "L".join(f"{self.x(time)} {self.y(value)}" for time, value in points)

    def midnights(self, times: Sequence[datetime]) -> list[Tick]:
        """Mark days, fewer of them where their names would touch."""
        starts = [time for time in times if time.hour == 0]
        room = 44.0
        close = any(self.x(after) - self.x(before) < room for before, after in pairwise(starts))
        return [
            Tick(self.x(time), f"{time:%b} {time.day}")
            for place, time in enumerate(starts)
            if not close or (len(starts) - place) % 2 == 1
        ]
