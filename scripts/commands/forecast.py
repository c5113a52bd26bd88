"""`gatehouse forecast`: what a forecast says of the hours ahead, as a table or a chart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from scripts.commands.context import AsJson
from scripts.console import voice
from scripts.forecasts.document import Forecast, read_forecast, spell

app = typer.Typer(no_args_is_help=True, help="Forecasts of hourly series: look at what was made.")

_COLUMNS = ("time", "forecast", "lower", "upper", "linear")


@app.callback()
def forecast() -> None:
    """Keep `show` a command of its own."""


@app.command()
def show(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A forecast.json, as a batch forecast wrote it.")
    ],
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="Draw it into a new .html file."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the hours ahead with their bounds, or draw them beside the days before."""
    at = voice()
    found = _read(file)
    if chart is not None:
        # Only this makes a page.
        from scripts.forecasts.page import write_page

        write_page(found, chart)
        at.say(f"forecast of {found.target} in {chart}")
        return
    rows = [
        {
            "time": spell(hour.time),
            "forecast": hour.value,
            "lower": hour.lower,
            "upper": hour.upper,
            "linear": hour.baselines["linear"],
        }
        for hour in found.hours
    ]
    at.rows(_COLUMNS, rows, as_json=as_json)


def _read(file: Path) -> Forecast:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Misuse(str(file), "must be a readable file", got=error.strerror) from error
    return read_forecast(content, file.name)
