"""Expressions of schedules mean what EventBridge documents, and what it refuses is refused."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from twin.engines.events_schedule import parse
from twin.errors import ServiceError

# A Wednesday.
NOW = datetime(2026, 7, 15, 10, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 3 ? * MON *)", "2026-07-20 03:00"),
        ("cron(0 10 * * ? *)", "2026-07-16 10:00"),
        ("cron(31 10 * * ? *)", "2026-07-15 10:31"),
        ("cron(30 10 * * ? *)", "2026-07-16 10:30"),
        ("cron(0/15 8-17 ? * MON-FRI *)", "2026-07-15 10:45"),
        ("cron(*/45 11 * * ? *)", "2026-07-15 11:00"),
        ("cron(0 8 1 * ? *)", "2026-08-01 08:00"),
        ("cron(0 8 L * ? *)", "2026-07-31 08:00"),
        ("cron(0 8 L FEB ? *)", "2027-02-28 08:00"),
        ("cron(0 8 29 2 ? *)", "2028-02-29 08:00"),
        # The first of August 2026 is a Saturday, the second a Sunday.
        ("cron(0 8 1W 8 ? *)", "2026-08-03 08:00"),
        ("cron(0 8 2W AUG ? *)", "2026-08-03 08:00"),
        ("cron(0 8 15W 8 ? *)", "2026-08-14 08:00"),
        ("cron(15 12 ? * 6#3 *)", "2026-07-17 12:15"),
        ("cron(0 8 ? * 6L *)", "2026-07-31 08:00"),
        ("cron(0 8 ? * L *)", "2026-07-18 08:00"),
        ("cron(0 8 ? * 1,SAT *)", "2026-07-18 08:00"),
        ("cron(0 0 1 1 ? 2030/2)", "2030-01-01 00:00"),
        ("rate(5 minutes)", "2026-07-15 10:35:20"),
        ("rate(1 hour)", "2026-07-15 11:30:20"),
        ("rate(7 days)", "2026-07-22 10:30:20"),
    ],
)
def test_the_next_time_is_the_first_that_the_expression_names(
    expression: str, expected: str
) -> None:
    assert parse(expression).next_after(NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_each_time_follows_the_one_before() -> None:
    schedule, found = parse("cron(0 */6 * * ? *)"), [NOW]
    for _ in range(5):
        following = schedule.next_after(found[-1])
        assert following is not None
        found.append(following)
    gaps = {after - before for before, after in itertools.pairwise(found[1:])}
    assert gaps == {timedelta(hours=6)}


def test_a_year_that_has_passed_never_comes() -> None:
    assert parse("cron(0 0 1 1 ? 1999)").next_after(NOW) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "every day",
        "rate(0 hours)",
        "rate(1 hours)",
        "rate(2 hour)",
        "rate(1 week)",
        "cron(0 3 * * *)",
        "cron(0 3 * * * *)",
        "cron(0 3 ? * ? *)",
        "cron(60 3 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 3 0 * ? *)",
        "cron(0 3 * 13 ? *)",
        "cron(0 3 ? * 8 *)",
        "cron(0 3 ? * MON#6 *)",
        "cron(0 3 ? * NOD *)",
        "cron(5-1 3 * * ? *)",
        "cron(*/0 3 * * ? *)",
        "cron(0 3 40W * ? *)",
    ],
)
def test_an_expression_that_eventbridge_refuses_is_refused(expression: str) -> None:
    with pytest.raises(ServiceError, match="Parameter ScheduleExpression is not valid"):
        parse(expression)
