"""Hours become the description of a forecast that they fit, or the error names line and column."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import GatehouseError, InvalidInput, Misuse
from pipelines.models.simulation import simulated_demand
from pipelines.steps.prepare_forecast import cut
from scripts.own_data.columns import Wishes
from scripts.own_data.series_draft import SeriesDraft, SeriesRequest, draft_series
from scripts.own_data.sheet import read_sheet

AHEAD = 24
HOURS = 120 * 24


@cache
def _lines(hours: int = HOURS) -> tuple[str, ...]:
    """Give header, the last so many known hours of the simulated series, and a day ahead."""
    header, *rows = simulated_demand().splitlines()
    return (header, *rows[-hours - AHEAD :])


def _changed(line: int, cells: dict[str, str]) -> list[str]:
    """Give the series with other cells on one line of the file; the header is line 1."""
    lines = list(_lines())
    header = lines[0].split(",")
    row = lines[line - 1].split(",")
    for name, cell in cells.items():
        row[header.index(name)] = cell
    lines[line - 1] = ",".join(row)
    return lines


def _draft(folder: Path, lines: list[str] | tuple[str, ...], **asked: object) -> SeriesDraft:
    file = folder / "demand.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    told: dict[str, Any] = {"name": "demand", "target": "demand", "time": "time", **asked}
    return draft_series(read_sheet(file), file, SeriesRequest(**told))


def test_hours_that_end_without_a_target_tell_horizon_and_what_is_known(tmp_path: Path) -> None:
    drafted = _draft(tmp_path, _lines())
    series = drafted.model.series
    assert series is not None
    assert (series.time, series.horizon, series.known) == ("time", AHEAD, ("working_day",))
    assert drafted.model.numeric == ("working_day", "temperature")
    assert (drafted.model.metric.name, drafted.model.metric.threshold) == ("relative_mae", 0.9)
    assert drafted.cut["rows"] == HOURS
    assert drafted.entry == {"answers": "batch"}


def test_the_first_job_cuts_what_was_drafted_in_the_same_way(tmp_path: Path) -> None:
    drafted = _draft(tmp_path, _lines())
    _, told = cut(tmp_path / "demand.csv", drafted.model)
    assert told == drafted.cut


def test_without_hours_ahead_nothing_is_guessed_to_be_known(tmp_path: Path) -> None:
    drafted = _draft(tmp_path, _lines()[:-AHEAD])
    series = drafted.model.series
    assert series is not None
    assert (series.horizon, series.known) == (24, ())
    assert any("no column is known for the hours ahead" in told for told in drafted.warnings)


def test_what_somebody_knows_better_counts(tmp_path: Path) -> None:
    drafted = _draft(
        tmp_path,
        _lines()[:-AHEAD],
        horizon=12,
        known=("working_day",),
        metric="mae",
        threshold=3.0,
        wishes=Wishes(ignored=("temperature",)),
    )
    series = drafted.model.series
    assert series is not None
    assert (series.horizon, series.known) == (12, ("working_day",))
    assert (drafted.model.metric.name, drafted.model.metric.threshold) == ("mae", 3.0)
    assert drafted.model.ignored == ("temperature",)
    assert any("needs working_day of 12 hours more" in told for told in drafted.warnings)


def test_texts_are_left_out_and_it_is_said_how_they_could_count(tmp_path: Path) -> None:
    header, *rows = _lines()
    days = ["monday,tuesday,sunday".split(",")[place % 3] for place in range(len(rows))]
    lines = [f"{header},day", *(f"{row},{day}" for row, day in zip(rows, days, strict=True))]
    (column,) = (one for one in _draft(tmp_path, lines).columns if one.name == "day")
    assert column.use.value == "ignored"
    assert "write a column of 0 and 1 for each value" in column.why


def _without(line: int) -> list[str]:
    lines = list(_lines())
    return [*lines[: line - 1], *lines[line:]]


def _twice(line: int) -> list[str]:
    lines = list(_lines())
    return [*lines[:line], lines[line - 1], *lines[line:]]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (_without(201), r"line 201, column time: must be .*, so that 1 hour is missing"),
        (_twice(7), r"line 8, column time: must have each hour once, got .* \(first on line 7\)"),
        (
            _changed(9, {"time": "2026-03-01 07:30"}),
            r"line 9, column time: must be UTC",
        ),
        (
            _changed(9, {"time": "yesterday"}),
            r"line 9, column time: must be a time such as 2026-01-31T07:00:00Z, got 'yesterday'",
        ),
        (_changed(9, {"demand": ""}), r"line 9, column demand: must be a finite number in every"),
        (
            _changed(9, {"temperature": ""}),
            r"line 9, column temperature: must be a finite number in every hour, got ''",
        ),
        (
            _changed(9, {"temperature": "mild"}),
            r"line \d+, column temperature: must be all numbers or all texts",
        ),
        (
            _changed(HOURS + 5, {"working_day": ""}),
            rf"line {HOURS + 5}, column working_day: must have a value in every hour ahead, or",
        ),
        (_lines()[: 20 * 24], r"must have hours for 7 forecasts held out"),
    ],
    ids=[
        *("gap", "doubled", "no full hour in UTC", "no time", "target missing", "value missing"),
        *("no number", "known in part", "too short"),
    ],
)
def test_hours_that_are_no_series_are_refused_with_their_place(
    tmp_path: Path, lines: list[str], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        _draft(tmp_path, lines)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"time": "hour"}, r"--time: must name a column of demand\.csv \(time, .*\), got hour"),
        ({"target": "load"}, r"--target: must name a column"),
        ({"time": "demand"}, r"--time: must be another column than the target"),
        ({"horizon": 0}, r"--horizon: must be 1 to 168 hours, got 0"),
        ({"known": ("wind",)}, r"--known: must name numeric columns \(working_day, temperature\)"),
        ({"metric": "auc"}, r"--metric: must be one of .* for a forecast, got auc"),
        ({"metric": "mae"}, r"--threshold: must be told for mae"),
        ({"threshold": float("nan")}, r"--threshold: must be a finite number"),
        ({"name": "D"}, r"NAME: must be 3 to 24"),
        ({"wishes": Wishes(categorical=("temperature",))}, r"--categorical: must be left out"),
        ({"wishes": Wishes(ignored=("wind",))}, r"must name columns of demand\.csv"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(
    tmp_path: Path, asked: dict[str, object], told: str
) -> None:
    with pytest.raises(Misuse, match=told):
        _draft(tmp_path, _lines(), **asked)


def test_more_hours_ahead_than_a_forecast_may_have_are_refused(tmp_path: Path) -> None:
    header, *rows = _lines()
    emptied = [",".join([*row.split(",")[:-2], "", ""]) for row in rows[-200:]]
    with pytest.raises(GatehouseError, match="must be one of 168 hours ahead at most, got 200"):
        _draft(tmp_path, [header, *rows[:-200], *emptied])
