"""An hourly series is read strictly: what cannot be used is named with its line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription, read_description
from pipelines.models.series_table import Hours, parse_hours, render_hours
from pipelines.models.simulation import simulated_demand
from tests.pipelines.forecast_models import described

GOOD = """\
time,working_day,temperature,demand
2026-03-01T22:00:00Z,0,1.5,60
2026-03-01T23:00:00Z,0,1.25,58.5
2026-03-02T00:00:00Z,1,1,57
2026-03-02T01:00:00Z,1,,
"""


@pytest.fixture
def model(tmp_path: Path) -> ModelDescription:
    """A forecast of six hours."""
    return read_description(described(tmp_path))


def read(text: str, model: ModelDescription, *, with_ahead: bool = True) -> Hours:
    return parse_hours(text, "hours.csv", model, with_ahead=with_ahead)


def test_hours_are_read_with_what_is_known_ahead(model: ModelDescription) -> None:
    hours = read(GOOD, model)
    assert len(hours) == 3
    assert hours.at(2) == datetime(2026, 3, 2, tzinfo=UTC)
    assert hours.values["demand"] == (60.0, 58.5, 57.0)
    assert hours.ahead == {"working_day": (1.0,)}


def test_columns_may_come_in_any_order_and_zones_in_any_spelling_of_utc(
    model: ModelDescription,
) -> None:
    text = "demand,temperature,time,working_day\n60,1.5,2026-03-01 22:00+00:00,0\n"
    assert read(text, model).cells == (("2026-03-01T22:00:00Z", "0", "1.5", "60"),)


def test_what_is_written_is_read_again_alike(model: ModelDescription) -> None:
    hours = read(simulated_demand(100, 0), model)
    assert read(render_hours(hours, model), model) == hours


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "2026-03-01T23:00:00Z,0,1.25,58.5\n",
            "",
            "hours.csv line 3, column time: must be 2026-03-01T23:00:00Z, the hour after the row"
            " before, got 2026-03-02T00:00:00Z, so that 1 hour is missing",
        ),
        (
            "2026-03-02T00",
            "2026-03-01T23",
            "hours.csv line 4, column time: must have each hour once, got 2026-03-01T23:00:00Z"
            " again (first on line 3)",
        ),
        (
            "2026-03-02T00",
            "2026-03-01T20",
            "hours.csv line 4, column time: must come after 2026-03-01T23:00:00Z, got"
            " 2026-03-01T20:00:00Z",
        ),
        (
            "01T23:00:00Z",
            "01T23:00:00",
            "hours.csv line 3, column time: must be UTC, and say so by a Z at its end, got"
            " '2026-03-01T23:00:00'",
        ),
        ("01T23:00:00Z", "02T00:00:00+01:00", "line 3, column time: must be UTC"),
        ("01T23:00:00Z", "01T23:30:00Z", "line 3, column time: must be a full hour"),
        ("2026-03-01T23:00:00Z", "2026-02-30T23:00:00Z", "must be a time that exists"),
        ("2026-03-01T23:00:00Z", "1.3.2026 23:00", "must be a time such as 2026-01-31T07:00:00Z"),
        ("1.25,58.5", "1.25,", "line 3, column demand: must be a finite number in every hour"),
        ("1.25,58.5", ",58.5", "line 3, column temperature: must be a finite number"),
        ("1.25,58.5", "1.25,inf", "line 3, column demand: must be a finite number"),
        ("02T01:00:00Z,1,,", "02T01:00:00Z,,,", "line 5, column working_day: must be a finite"),
        ("02T01:00:00Z,1,,", "02T01:00:00Z,1,2,", "line 5, column temperature: must be empty"),
        ("temperature,", "temp,", "hours.csv header: must have the column temperature"),
        (",demand", ",demand,more", "header: must have no column that model demand does not"),
    ],
)
def test_hours_that_cannot_be_used_are_refused_with_their_place(
    model: ModelDescription, old: str, new: str, sentence: str
) -> None:
    assert old in GOOD
    with pytest.raises(InvalidInput) as refused:
        read(GOOD.replace(old, new, 1), model)
    assert sentence in str(refused.value)


def test_hours_ahead_are_refused_where_only_the_past_counts(model: ModelDescription) -> None:
    with pytest.raises(InvalidInput, match="line 5, column temperature"):
        read(GOOD, model, with_ahead=False)


def test_more_hours_ahead_than_the_horizon_are_refused(model: ModelDescription) -> None:
    with pytest.raises(InvalidInput, match="must be empty in the last 6 hours at most"):
        read(simulated_demand(30, 7), model)


def test_a_header_alone_is_refused(model: ModelDescription) -> None:
    with pytest.raises(InvalidInput, match="must have hours below its header"):
        read("time,working_day,temperature,demand\n", model)
