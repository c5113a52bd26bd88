"""Check an hourly series against its description and cut it by time: the past is trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.series_table import Hours, read_hours, render_hours, series_of, spell

# Forecasts of fewer origins say little about the next one.
FEWEST_ORIGINS = 7


def cut(raw: Path, model: ModelDescription) -> tuple[dict[str, str], dict[str, Any]]:
    """Give the CSV of each part, and what data.json tells of the series.

    Hours ahead may follow in the data; they are not for training. Validation and holdout begin with
    the hours that their first forecast looks back over, which belong to the part before.
    """
    series = series_of(model)
    hours = read_hours(raw, model, with_ahead=True)
    first, last = _borders(raw.name, hours, model)
    parts = {
        "train": hours.part(0, first),
        "validation": hours.part(first - series.context, last),
        "holdout": hours.part(last - series.context, len(hours)),
    }
    texts = {name: render_hours(part, model) for name, part in parts.items()}
    told = {
        "rows": len(hours),
        "columns": [series.time, *model.columns],
        "from": spell(hours.at(0)),
        "until": spell(hours.at(len(hours) - 1)),
        "ahead": len(next(iter(hours.ahead.values()), ())),
        "parts": {
            name: {
                "rows": len(part),
                "from": spell(part.at(0)),
                "until": spell(part.at(len(part) - 1)),
            }
            for name, part in parts.items()
        },
    }
    return texts, told


def _borders(name: str, hours: Hours, model: ModelDescription) -> tuple[int, int]:
    """Find where validation and holdout begin; too short a series is refused."""
    series = series_of(model)
    count = len(hours)
    last = count - round(count * model.split.holdout)
    first = last - round(count * model.split.validation)
    judged = count - last - series.horizon
    # The holdout's first origin is its hour before; then one every `origin_every`.
    origins = 0 if judged < 0 else judged // series.origin_every + 1
    shortest = series.context + 2 * series.horizon
    if origins < FEWEST_ORIGINS or first < shortest or last - first < series.horizon:
        raise InvalidInput(
            name,
            f"must have hours for {FEWEST_ORIGINS} forecasts held out, and for {shortest} hours"
            " trained on",
            got=f"{count} hours: {max(0, origins)} forecasts and {max(0, first)} hours",
            hint="give more of the past, or shorten series.horizon, seasons or origin_every",
        )
    return first, last
