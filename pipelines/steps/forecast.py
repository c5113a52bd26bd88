"""Forecast the hours that follow a series: the rows of the result table, and what a chart shows.

Usage: python -m pipelines.steps.forecast --model NAME --package ARN --made-at TIME [--input PATH]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.forecasting.forecaster import Forecast, read_forecaster
from pipelines.layout import root
from pipelines.models.description import ModelDescription
from pipelines.models.series_table import Hours, read_hours, spell
from pipelines.models.table import render_table
from pipelines.steps.options import add_model, model_of
from pipelines.steps.outcome import finish
from pipelines.steps.prepare import raw_file

# The table's columns, in the order in which modules/forecast-table declares them.
COLUMNS = ("made_at", "origin", "time", "step", "forecast", "lower", "upper", "linear", "package")
# How much of the past a chart shows beside the hours ahead.
_SHOWN_DAYS = 7
_DIGITS = 6


@dataclass(frozen=True)
class Stamp:
    """Which version forecasts, by its ARN, and when; every row and the chart say both."""

    package: str
    made_at: str


def forecast(
    model: ModelDescription, trained: Path, source: Path, output: Path, stamp: Stamp
) -> None:
    """Write table/forecast.csv, a row per hour ahead, and chart/forecast.json below `output`.

    The origin is the last complete hour of the series.
    """
    hours = read_hours(raw_file(source), model, with_ahead=True)
    origin = len(hours) - 1
    found = read_forecaster(trained, model).forecast(hours, [origin])
    _write(output / "table" / "forecast.csv", render_table(COLUMNS, _rows(hours, found, stamp)))
    document = _document(model, hours, found, stamp)
    text = json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"
    _write(output / "chart" / "forecast.json", text)


def _rows(hours: Hours, found: Forecast, stamp: Stamp) -> list[list[str]]:
    origin = len(hours) - 1
    tables = [found.value, found.lower, found.upper, found.baselines["linear"]]
    return [
        [
            stamp.made_at,
            spell(hours.at(origin)),
            spell(hours.at(origin + 1 + step)),
            str(step + 1),
            *(f"{table[0, step]:.{_DIGITS}f}" for table in tables),
            stamp.package,
        ]
        for step in range(found.value.shape[1])
    ]


def _document(
    model: ModelDescription, hours: Hours, found: Forecast, stamp: Stamp
) -> dict[str, Any]:
    origin = len(hours) - 1
    first = max(0, len(hours) - 24 * _SHOWN_DAYS)
    return {
        "schema_version": 1,
        "model": model.name,
        "target": model.target,
        "package": stamp.package,
        "made_at": stamp.made_at,
        "origin": spell(hours.at(origin)),
        "history": [
            {"time": spell(hours.at(place)), "value": hours.values[model.target][place]}
            for place in range(first, len(hours))
        ],
        "forecast": [
            {
                "time": spell(hours.at(origin + 1 + step)),
                "value": _number(found.value[0, step]),
                "lower": _number(found.lower[0, step]),
                "upper": _number(found.upper[0, step]),
                "baselines": {
                    name: _number(values[0, step]) for name, values in found.baselines.items()
                },
            }
            for step in range(found.value.shape[1])
        ],
    }


def _number(value: float) -> float:
    return round(float(value), _DIGITS)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Parse the command line and run the step."""
    base = root(environment)
    inputs = base / "processing/input"
    parser = argparse.ArgumentParser(prog="pipelines.steps.forecast", description=__doc__)
    add_model(parser)
    parser.add_argument("--package", required=True, help="ARN of the version that forecasts")
    parser.add_argument("--made-at", required=True, help="when, such as 2026-01-31T07:00:00Z")
    parser.add_argument("--archive", type=Path, default=inputs / "model/model.tar.gz")
    parser.add_argument("--input", type=Path, default=inputs / "series")
    parser.add_argument("--output", type=Path, default=base / "processing/output")
    options = parser.parse_args(arguments)

    def step() -> None:
        model = model_of(options)
        stamp = Stamp(options.package, options.made_at)
        forecast(model, options.archive, options.input, options.output, stamp)

    return finish(step, base / "output" / "message")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
