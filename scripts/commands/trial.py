"""`gatehouse trial`: an approved version behind an endpoint, to be tried out where it was built."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.errors import Finding
from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.commands.model import Version, model_packages
from scripts.commands.pipeline import follow_run
from scripts.training_runs import TrainingRuns

app = typer.Typer(
    no_args_is_help=True,
    help="An approved version behind an endpoint where models are built, to try it out.",
)

Wait = Annotated[bool, typer.Option("--wait", help="Follow the run to its end.")]


@app.command()
def deploy(
    version: Version,
    model: ModelName = None,
    person: AsPerson = None,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Put a version behind the trial's endpoint, or move the endpoint to it."""
    at = desk(person, model)
    name = at.model(model)
    package = model_packages(at, name).version(version)
    parameters = {"ModelPackageArn": package.arn, "Wanted": "serving"}
    _run(at, name, parameters, wait=wait, as_json=as_json)


@app.command()
def remove(
    model: ModelName = None,
    person: AsPerson = None,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Remove the trial's endpoint, with what it runs."""
    at = desk(person, model)
    _run(at, at.model(model), {"Wanted": "removed"}, wait=wait, as_json=as_json)


def _run(at: Desk, model: str, parameters: dict[str, str], *, wait: bool, as_json: bool) -> None:
    endpoint = at.naming.trial(model)
    runs = TrainingRuns(at.access, at.region, endpoint)
    run = runs.start(parameters)
    at.voice.say(f"run {run.id} of trial {endpoint} started")
    if wait:
        run = follow_run(at.voice, runs, run, local=at.access.is_local)
    row = {"run": run.id, "endpoint": endpoint, "status": run.status, "arn": run.arn}
    at.voice.fields(row, as_json=as_json)
    if run.status in ("Failed", "Stopped"):
        failed = [step for step in runs.steps(run.arn) if step.reason]
        reason = failed[-1].reason if failed else run.reason
        raise Finding(f"trial {endpoint}", "must be deployed", got=reason or run.status)
