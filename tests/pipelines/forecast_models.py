"""A forecast that is quick to train, its hours, and what the three steps make of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.models.description import ModelDescription, read_description
from pipelines.models.simulation import simulated_demand
from pipelines.steps.evaluate_forecast import evaluate_forecast
from pipelines.steps.prepare import prepare
from pipelines.steps.train_forecast import train_forecast

DESCRIPTION = """\
schema_version: 1
name: demand
kind: forecast
target: { column: demand }
columns: { numeric: [working_day, temperature] }
series: { time: time, horizon: 24, known: [working_day] }
metric: { name: relative_mae, threshold: 0.9 }
"""
# Small enough for a second, long enough that the trees beat a line.
QUICK = (
    DESCRIPTION.replace("horizon: 24", "horizon: 6, seasons: [24], lags: 6")
    + "hyperparameters: { rounds: 40, max_depth: 3 }\n"
)
HOURS = 120 * 24
# Too little of it: the trees lose to the hour of the day before.
FEW_HOURS = 70 * 24


@dataclass(frozen=True)
class Built:
    """What the three steps made of a series."""

    model: ModelDescription
    csv: Path
    prepared: Path
    folder: Path
    evaluation: Path


def described(folder: Path, text: str = QUICK) -> Path:
    """Write a description and return its file."""
    path = folder / "demand.yaml"
    path.write_text(text, "utf-8")
    return path


def build(folder: Path, text: str = QUICK, hours: int = HOURS) -> Built:
    """Run the three steps on simulated hours."""
    model = read_description(described(folder, text))
    csv = folder / "demand.csv"
    csv.write_text(simulated_demand(hours, 6), "utf-8")
    prepared, trained, evaluation = folder / "prepared", folder / "model", folder / "evaluation"
    prepare(model, csv, prepared)
    train, validation, holdout = (
        prepared / part / f"{part}.csv" for part in ("train", "validation", "holdout")
    )
    train_forecast(model, train, validation, trained)
    evaluate_forecast(model, trained, holdout, evaluation)
    return Built(model, csv, prepared, trained, evaluation)
