"""The simulated series is the same on every run, complete, and hides what nobody knows ahead."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pipelines.models.description import read_description
from pipelines.models.sample import main
from pipelines.models.series_table import read_hours
from pipelines.models.simulation import is_working, simulated_demand
from tests.pipelines.forecast_models import DESCRIPTION, described


def test_the_sample_is_a_forecast_s_data(tmp_path: Path) -> None:
    out = tmp_path / "demand.csv"
    assert main(["--model", "demand", "--out", str(out)]) == 0
    model = read_description(described(tmp_path, DESCRIPTION))
    hours = read_hours(out, model, with_ahead=True)
    assert len(hours) == 730 * 24
    assert len(hours.ahead["working_day"]) == 24
    assert all(20 < value < 200 for value in hours.values["demand"])
    assert all(-30 < value < 45 for value in hours.values["temperature"])


def test_a_shorter_simulation_is_the_beginning_of_a_longer_one() -> None:
    assert simulated_demand(100, 0) == "".join(
        simulated_demand(300, 5).splitlines(keepends=True)[:101]
    )


def test_holidays_and_weekends_are_free() -> None:
    assert not is_working(datetime(2025, 1, 1, tzinfo=UTC))
    assert not is_working(datetime(2025, 1, 4, tzinfo=UTC))
    assert is_working(datetime(2025, 1, 7, tzinfo=UTC))
