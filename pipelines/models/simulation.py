"""A simulated hourly series: the electricity demand of a town that does not exist.

Nothing in it was measured. Demand follows the hour, working days, and the temperature of the last
hours, heating and cooling alike; the temperature has weather of its own, which nobody knows ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, pi
from random import Random

START = datetime(2025, 1, 1, tzinfo=UTC)
HOURS = 730 * 24
AHEAD = 24
_SEED = 20
# Share of the day's peak by hour, on working days and on others.
_WORKING = (52, 49, 47, 46, 47, 53, 66, 82, 92, 95, 96, 97, 96, 95, 94, 93, 94, 98, 100, 96, 88, 78)
_FREE = (56, 53, 50, 48, 48, 49, 53, 59, 67, 74, 79, 82, 83, 81, 78, 76, 77, 81, 86, 85, 80, 73)
_NIGHT = (66, 57)
# Days of a year that are free besides weekends, by month and day.
_HOLIDAYS = frozenset({(1, 1), (1, 6), (5, 1), (8, 15), (11, 1), (12, 25), (12, 26)})


@dataclass
class _Weather:
    """Temperature in degrees Celsius: the year, the day, and what drifts from hour to hour."""

    chance: Random
    drift: float = 0.0

    def next(self, time: datetime) -> float:
        day = time.timetuple().tm_yday
        self.drift = 0.985 * self.drift + self.chance.gauss(0, 0.6)
        year = 11 - 10.5 * cos(2 * pi * (day - 20) / 365)
        return year - 4 * cos(2 * pi * (time.hour - 3) / 24) + self.drift


def is_working(time: datetime) -> bool:
    """Tell whether people work on that day."""
    return time.weekday() < 5 and (time.month, time.day) not in _HOLIDAYS


def simulated_demand(hours: int = HOURS, ahead: int = AHEAD) -> str:
    """Return hours of demand in MW as CSV, then `ahead` hours of which only the calendar is known.

    The same arguments give the same text.
    """
    chance = Random(_SEED)  # noqa: S311 - a simulation, not a secret
    weather, felt, noise = _Weather(chance), 5.0, 0.0
    lines = ["time,working_day,temperature,demand"]
    for place in range(hours + ahead):
        time = START + timedelta(hours=place)
        text = f"{time:%Y-%m-%dT%H:%M:%SZ},{int(is_working(time))}"
        if place >= hours:
            lines.append(f"{text},,")
            continue
        temperature = weather.next(time)
        # Walls are slow: what is felt inside follows the air by hours.
        felt += 0.15 * (temperature - felt)
        noise = 0.8 * noise + chance.gauss(0, 0.5)
        lines.append(f"{text},{temperature:.2f},{_demand(time, felt) + noise:.3f}")
    return "\n".join(lines) + "\n"


def _demand(time: datetime, felt: float) -> float:
    shares = ((_WORKING if is_working(time) else _FREE) + _NIGHT)[time.hour] / 100
    # Nobody heats an office at night; who is cold or hot at noon uses most.
    heating, cooling = 1.6 * max(0.0, 15 - felt), 2.4 * max(0.0, felt - 21)
    return 80 * shares + (heating + cooling) * (0.4 + 0.8 * shares)
