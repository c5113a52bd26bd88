"""`gatehouse forecast`: let an approved version forecast newer hours, and look at what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Finding, Misuse
from scripts.commands.asking import ask
from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.commands.model import model_packages
from scripts.commands.pipeline import put_hours
from scripts.console import Voice, voice
from scripts.forecasts.document import Forecast, read_forecast, spell
from scripts.forecasts.results import Results
from scripts.model_packages import ModelPackage
from scripts.promotions import Promotion, Promotions
from scripts.waiting import Patience, patience_for

app = typer.Typer(
    no_args_is_help=True, help="Forecasts of hourly series: make one, look at what it says."
)

_COLUMNS = ("time", "forecast", "lower", "upper", "linear")
# A batch waits for a build and a job.
_LONGEST_SECONDS = 3600.0


@app.command()
def start(
    model: ModelName = None,
    data: Annotated[Path, typer.Option(help="CSV of hours, those ahead last.")] = ...,  # type: ignore[assignment]
    person: AsPerson = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the forecast to its end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Upload newer hours; they start a forecast of the latest approved version."""
    at = desk(person, model)
    name = at.model(model)
    package, flow = _approved(at, name), _flow(at, name)
    uri = put_hours(at, name, data).uri
    at.voice.say(f"version {package.version} of {name} forecasts from {uri}")
    if not wait:
        return
    patience = patience_for(local=at.access.is_local, seconds=_LONGEST_SECONDS)
    begun = patience.last(f"forecast from {uri}", lambda: _of(flow, uri), bool)
    found = _follow(flow, begun[0], patience)
    row = {"execution": found.id, "model": name, "version": package.version}
    at.voice.fields(row | {"status": found.status}, as_json=as_json)


@app.command()
def show(
    model: ModelName = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="A forecast.json that lies here, instead."),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="PAGE", help="Draw it into a new .html file."),
    ] = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Tell the latest hours ahead with their bounds, or draw them beside the days before."""
    at = voice()
    found = _latest(model, person) if file is None else _read(file)
    if chart is not None:
        # Only this makes a page.
        from scripts.forecasts.page import write_page

        write_page(found, chart)
        at.say(f"forecast of {found.target} in {chart}")
        return
    _tell(at, found, as_json=as_json)


@app.command()
def query(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model that forecasts.")],
    sql: Annotated[str, typer.Argument(metavar="SELECT", help="The question, in SQL.")],
    most: Annotated[int, typer.Option(min=1, max=100000, help="How many rows.")] = 100,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Ask in SQL for what was forecast: all of it as MODEL, the latest as MODEL_latest, _ for -."""
    at = desk(person, model)
    # A model that does not forecast has no view: told before anything is asked.
    at.naming.forecast_pipeline(model)
    ask(at, at.naming.forecasts_name(at.home.name), sql, most, as_json=as_json)


def _tell(at: Voice, found: Forecast, *, as_json: bool) -> None:
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
    at.say(f"made {found.made_at} by version {found.version} of {found.model}")


def _approved(at: Desk, model: str) -> ModelPackage:
    versions = model_packages(at, model).all()
    found = next((one for one in versions if one.approval == "Approved"), None)
    if found is None:
        raise Misuse(
            f"model {model}",
            "must have a version that is approved",
            got=f"{len(versions)} versions, none of them approved",
            hint=f"a lead approves one: gatehouse model approve {model} --version N",
        )
    return found


def _flow(at: Desk, model: str) -> Promotions:
    return Promotions(at.access, at.region, at.naming.forecast_pipeline(model))


def _of(flow: Promotions, uri: str) -> list[Promotion]:
    """Find the forecast that some hours have started."""
    return [found for found in flow.all() if found.variables.get("SeriesUri") == uri]


def _follow(flow: Promotions, begun: Promotion, patience: Patience) -> Promotion:
    *_, (found, actions) = flow.follow(begun.id, patience)
    if found.status != "Succeeded":
        reasons = [action.reason for action in actions if action.reason]
        raise Finding(f"forecast {found.id}", "must succeed", got=(reasons or [found.status])[-1])
    return found


def _latest(model: str | None, person: str | None) -> Forecast:
    at = desk(person, model)
    bucket = at.naming.bucket_name(at.home.name, "data")
    return Results(at.access, at.region, bucket, at.model(model)).latest()


def _read(file: Path) -> Forecast:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Misuse(str(file), "must be a readable file", got=error.strerror) from error
    return read_forecast(content, file.name)
