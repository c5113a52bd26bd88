"""Statistics over slots are those of the values, and what is held has an end."""

from __future__ import annotations

import math
import random

import pytest

from twin.engines.cloudwatch.series import SLOT_SECONDS, Series, Values


def test_statistics_are_those_of_the_values() -> None:
    values = Values()
    for value in (4.0, 1.0, 7.0):
        values.add(value)
    values.add(8.0, 2)

    told = {name: values.statistic(name) for name in ("Sum", "Average", "Minimum", "Maximum")}
    assert told == {"Sum": 28.0, "Average": 5.6, "Minimum": 1.0, "Maximum": 8.0}
    assert values.statistic("SampleCount") == 5
    assert Values().statistic("Sum") is None


@pytest.mark.parametrize("share", [50, 90, 99, 99.9, 100])
def test_percentiles_are_near_those_of_the_values(share: float) -> None:
    drawn = random.Random(3)  # noqa: S311
    known = sorted(drawn.lognormvariate(9, 1) for _ in range(20_000))
    values = Values()
    for value in known:
        values.add(value)

    exact = known[min(math.ceil(share / 100 * len(known)), len(known)) - 1]
    assert values.statistic(f"p{share:g}") == pytest.approx(exact, rel=0.01)
    assert len(values.bins) <= 1_100


def test_percentile_over_statistics_alone_is_not_told() -> None:
    values = Values()
    values.add_statistics(10, 100, 1, 30)

    assert values.statistic("Average") == 10
    assert values.statistic("p99") is None
    assert values.statistic("tm99") is None


def test_values_of_all_slots_of_a_period_count_and_no_others() -> None:
    series = Series()
    for reading in (0, 9.9, 10, 25, 59.9, 60):
        series.at(reading).add(1)

    whole = series.between(0, 6)
    assert whole is not None
    assert whole.count == 5
    assert series.between(7, 100) is None
    assert series.between(-6, 0) is None


def test_a_series_holds_no_more_than_a_day() -> None:
    series = Series()
    for slot in range(20_000):
        series.at(slot * SLOT_SECONDS).add(1)

    held = series.between(0, 20_000)
    assert held is not None
    assert held.count <= 86_400 / SLOT_SECONDS + 1
