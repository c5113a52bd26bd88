"""A batch forecasts the hours after a series: a table and a chart of the same numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipelines.models.simulation import simulated_demand
from pipelines.steps import forecast
from scripts.forecasts.document import read_forecast
from tests.pipelines.forecast_models import HOURS, Built, build

MADE_AT = "2026-03-05T00:10:07Z"
PACKAGE = "arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-demand/1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Run the three steps on simulated hours."""
    return build(tmp_path_factory.mktemp("forecast"))


def run(built: Built, source: Path, folder: Path) -> int:
    (folder / "output").mkdir(exist_ok=True)
    return forecast.main(
        [
            *("--model", "demand", "--description", str(built.csv.parent / "demand.yaml")),
            *("--package", PACKAGE, "--made-at", MADE_AT, "--archive", str(built.folder)),
            *("--input", str(source), "--output", str(folder)),
        ],
        {"ML_ROOT": str(folder)},
    )


def test_table_and_chart_tell_the_same_hours(built: Built, tmp_path: Path) -> None:
    assert run(built, built.csv, tmp_path) == 0
    rows = list(
        csv.DictReader((tmp_path / "table" / "forecast.csv").read_text("utf-8").splitlines())
    )
    found = read_forecast((tmp_path / "chart" / "forecast.json").read_bytes(), "forecast.json")
    assert tuple(rows[0]) == forecast.COLUMNS
    assert [float(row["forecast"]) for row in rows] == [hour.value for hour in found.hours]
    assert [float(row["linear"]) for row in rows] == [
        hour.baselines["linear"] for hour in found.hours
    ]
    assert [row["step"] for row in rows] == [str(step) for step in range(1, 7)]
    assert rows[0]["time"] == "2025-05-01T00:00:00Z"
    assert {row["package"] for row in rows} == {PACKAGE} == {found.package}
    assert {row["made_at"] for row in rows} == {MADE_AT} == {found.made_at}
    assert all(float(row["lower"]) < float(row["upper"]) for row in rows)
    assert len(found.history) == 7 * 24


def test_the_same_hours_give_the_same_bytes(built: Built, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert run(built, built.csv, tmp_path / name) == 0
        made.append((tmp_path / name / "chart" / "forecast.json").read_bytes())
    assert made[0] == made[1]


def test_hours_ahead_that_are_not_known_are_refused(built: Built, tmp_path: Path) -> None:
    source = tmp_path / "demand.csv"
    source.write_text(simulated_demand(HOURS, 2), "utf-8")
    assert run(built, source, tmp_path) == 1
    said = (tmp_path / "output" / "message").read_text("utf-8")
    assert "series column working_day: must be known for the 6 hours ahead, got 2 of 6" in said
    assert not (tmp_path / "table" / "forecast.csv").exists()
