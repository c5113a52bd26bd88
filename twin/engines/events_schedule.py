"""Tells when a rule with a schedule fires next: rate(...) and cron(...) as EventBridge reads them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from twin.errors import ServiceError

_RATE = re.compile(r"rate\(([1-9][0-9]{0,8}) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# EventBridge counts the days of a week from Sunday, 1.
_DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_LOOK_AHEAD_DAYS = 366 * 9
_WEEK = 7

Days = Callable[[date], bool]


@dataclass(frozen=True)
class Schedule:
    """When a rule fires: every so often, or at the minutes that a cron expression names (UTC)."""

    every: timedelta | None = None
    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    on: Days | None = None

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment; None where there is none in nine years."""
        if self.every is not None:
            return moment + self.every
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = start.date() + timedelta(days=ahead)
            if self.on is None or not self.on(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if found >= start:
                        return found
        return None


def parse(expression: str) -> Schedule:
    """Read an expression; raises ServiceError ValidationException for one EventBridge refuses."""
    rate = _RATE.fullmatch(expression)
    if rate is not None:
        number, unit, plural = int(rate[1]), rate[2], bool(rate[3])
        if plural == (number == 1):
            raise _invalid()
        return Schedule(every=number * _UNITS[unit])
    cron = _CRON.fullmatch(expression)
    fields = cron[1].split() if cron is not None else []
    try:
        minute, hour, day, month, weekday, year = fields
        return _cron((minute, hour), (day, month, weekday, year))
    except ValueError as error:
        raise _invalid() from error


def _cron(times: tuple[str, str], days: tuple[str, str, str, str]) -> Schedule:
    day, month, weekday, year = days
    if (day == "?") == (weekday == "?"):
        raise ValueError("one of day-of-month and day-of-week must be ?, and not both")
    months = _numbers(month, 1, 12, _MONTHS)
    years = _numbers(year, _FIRST_YEAR, _LAST_YEAR)
    of_days = _weekdays(weekday) if day == "?" else _month_days(day)
    return Schedule(
        minutes=_numbers(times[0], 0, 59),
        hours=_numbers(times[1], 0, 23),
        on=lambda one: one.month in months and one.year in years and of_days(one),
    )


def _numbers(
    field: str, first: int, last: int, names: Mapping[str, int] | None = None
) -> frozenset[int]:
    """Read a field of lists, ranges and steps: ``1,5-9,*/15``."""
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        start, dash, end = span.partition("-")
        if span == "*":
            low, high = first, last
        else:
            low = _number(start, names)
            high = _number(end, names) if dash else (last if slash else low)
        by = int(step) if slash else 1
        if not first <= low <= high <= last or by < 1:
            raise ValueError(f"{field} is out of bounds")
        found |= set(range(low, high + 1, by))
    return frozenset(found)


def _number(text: str, names: Mapping[str, int] | None) -> int:
    known = (names or {}).get(text.upper())
    return int(text) if known is None else known


def _month_days(field: str) -> Days:
    if field == "L":
        return lambda day: day.day == _length(day)
    if field.endswith("W"):
        wanted = int(field[:-1])
        if not 1 <= wanted <= 31:
            raise ValueError(f"{field} is out of bounds")
        return lambda day: day.day == _nearest_weekday(day, wanted)
    numbers = _numbers(field, 1, 31)
    return lambda day: day.day in numbers


def _weekdays(field: str) -> Days:
    if "#" in field:
        name, _, nth = field.partition("#")
        wanted, place = _number(name, _DAYS), int(nth)
        if not (1 <= wanted <= _WEEK and 1 <= place <= 5):
            raise ValueError(f"{field} is out of bounds")
        return lambda day: _weekday(day) == wanted and (day.day - 1) // _WEEK + 1 == place
    if field.endswith("L"):
        last = _number(field[:-1], _DAYS) if field != "L" else _DAYS["SAT"]
        if not 1 <= last <= _WEEK:
            raise ValueError(f"{field} is out of bounds")
        return lambda day: (
            _weekday(day) == last and (field == "L" or day.day > _length(day) - _WEEK)
        )
    numbers = _numbers(field, 1, _WEEK, _DAYS)
    return lambda day: _weekday(day) in numbers


def _weekday(day: date) -> int:
    return day.isoweekday() % _WEEK + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> int:
    """Return the working day nearest to a day of its month, never in another month."""
    length = _length(day)
    at = day.replace(day=min(wanted, length))
    if at.isoweekday() == 6:
        return at.day - 1 if at.day > 1 else at.day + 2
    if at.isoweekday() == _WEEK:
        return at.day + 1 if at.day < length else at.day - 2
    return at.day


def _invalid() -> ServiceError:
    return ServiceError("ValidationException", "Parameter ScheduleExpression is not valid.")
