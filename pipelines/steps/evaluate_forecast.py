"""Judge a trained forecast by hours that it has not seen, beside its baselines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from pipelines.forecasting.backtest import OWN, Backtest, backtest, evaluation_of
from pipelines.forecasting.forecaster import Forecaster, read_forecaster
from pipelines.models.description import ModelDescription
from pipelines.models.series_table import Hours, read_hours, spell
from pipelines.models.table import render_table
from pipelines.steps.reports import write_reports

_DIGITS = 9


def evaluate_forecast(model: ModelDescription, trained: Path, holdout: Path, output: Path) -> None:
    """Write what the forecast reaches and follows from, and every forecast of the evaluation.

    evaluation.json, explainability.json, predictions.csv and holdout.csv.
    """
    hours = read_hours(holdout, model)
    forecaster = read_forecaster(trained, model)
    found = backtest(forecaster, hours)
    reports = {
        "evaluation": evaluation_of(found, forecaster.learnt.scale),
        "explainability": _explanation(forecaster, hours, found),
    }
    write_reports(reports, output)
    (output / "predictions.csv").write_text(_predictions(hours, found), encoding="utf-8")
    (output / "holdout.csv").write_bytes(holdout.read_bytes())


def _explanation(forecaster: Forecaster, hours: Hours, found: Backtest) -> dict[str, Any]:
    """Tell how far each number that a forecast is made from moves it, the strongest first."""
    looked_up, told = forecaster.contributions(hours, found.origins)
    sizes = np.mean(np.abs(told), axis=0)
    means = np.mean(told, axis=0)
    ranked = sorted(range(len(looked_up.names)), key=lambda place: (-sizes[place], place))
    return {
        "schema_version": 1,
        "model": forecaster.model.name,
        "method": "TreeSHAP, exact (pred_contribs of xgboost)",
        "unit": "the target's own, upon the value one season before",
        "rows": len(told),
        "base": round(float(means[-1]), _DIGITS),
        "columns": [
            {
                "column": looked_up.names[place],
                "mean_absolute": round(float(sizes[place]), _DIGITS),
                "mean": round(float(means[place]), _DIGITS),
            }
            for place in ranked
        ],
    }


def _predictions(hours: Hours, found: Backtest) -> str:
    """Write a line per origin and step: what came true, the forecast, its bounds, the baselines."""
    others = [name for name in found.said if name != OWN]
    header = ["origin", "time", "step", "actual", OWN, "lower", "upper"]
    header += [name.replace(" ", "_") for name in others]
    rows = []
    for place, origin in enumerate(found.origins):
        for step in range(found.actual.shape[1]):
            tables = [found.actual, found.forecast.value, found.forecast.lower]
            tables += [found.forecast.upper, *(found.said[name] for name in others)]
            rows.append(
                [
                    spell(hours.at(origin)),
                    spell(hours.at(origin + 1 + step)),
                    str(step + 1),
                    *(f"{table[place, step]:.6f}" for table in tables),
                ]
            )
    return render_table(header, rows)
