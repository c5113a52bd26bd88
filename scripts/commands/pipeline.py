"""`gatehouse pipeline`: publish code, start training, see how it goes."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from pipelines.batch.settings import HOURS
from pipelines.errors import Finding, InvalidInput, Misuse
from pipelines.models.description import describe
from pipelines.models.per_run import chosen as choose
from pipelines.models.series_table import read_hours
from pipelines.steps.prepare import cut_up
from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.commands.pipeline_compare import compare
from scripts.console import Voice
from scripts.publishing import publish as publish_all
from scripts.training_data import BroughtData, bring_data
from scripts.training_runs import Step, TrainingRun, TrainingRuns
from scripts.waiting import patience_for

app = typer.Typer(no_args_is_help=True, help="Publish code, start training, see how it goes.")

OfBranch = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="The experiment branch, as `gatehouse branch list` names it."
    ),
]
app.command()(compare)
_STEP_COLUMNS = ("step", "status", "seconds", "outcome")


@app.command()
def publish(
    person: AsPerson = None,
    as_json: AsJson = False,
    unit: Annotated[
        str | None,
        typer.Option(metavar="UNIT", help="The business unit; the only one if left out."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(help="Image below the program layer: REPOSITORY@sha256:DIGEST."),
    ] = None,
) -> None:
    """Push the image, upload the source package, put the pipelines in place."""
    at = desk(person, unit=unit)
    published = publish_all(at.checkout.root, at.access, at.naming, at.home, base, at.voice.say)
    at.voice.fields(asdict(published), as_json=as_json)


@app.command()
def start(
    model: ModelName = None,
    data: Annotated[Path, typer.Option(help="CSV with the columns of the model.")] = ...,  # type: ignore[assignment]
    threshold: Annotated[
        float | None,
        typer.Option(help="What the metric must reach in this run, else the description's."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A hyperparameter of this run; repeat it."
        ),
    ] = None,
    branch: OfBranch = None,
    person: AsPerson = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the run to its end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a CSV, upload it and start a training run."""
    at = desk(person, model)
    name = at.model(model)
    chosen = _chosen(threshold) | choose(describe(name), settings or [])
    brought = upload_data(at, name, data)
    runs = training_runs(at, name, branch)
    run = runs.start({**brought.parameters, **chosen})
    at.voice.say(f"run {run.id} of {name} started on {brought.uri}")
    if wait:
        run = follow_run(at.voice, runs, run, local=at.access.is_local)
    at.voice.fields(_run_row(name, run), as_json=as_json)
    if run.status in ("Failed", "Stopped"):
        raise Finding(f"run {run.id}", "must succeed", got=run.reason or run.status)


@app.command()
def status(
    model: ModelName = None,
    run: Annotated[str | None, typer.Option(help="Show the steps of this run.")] = None,
    branch: OfBranch = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """List the training runs, or the steps of one."""
    at = desk(person, model)
    if run is None:
        rows = [
            _run_row(name, found)
            for name in at.models(model)
            for found in training_runs(at, name, branch).all()
        ]
        at.voice.rows(("run", "model", "status", "started", "name"), rows, as_json=as_json)
        return
    runs = training_runs(at, at.model(model), branch)
    arn = next((found.arn for found in runs.all() if found.id == run), run)
    steps = [_step_row(step) for step in runs.steps(arn)]
    at.voice.rows(_STEP_COLUMNS, steps, as_json=as_json)


def training_runs(at: Desk, model: str, branch: str | None = None) -> TrainingRuns:
    """Give the runs of a model's pipeline, or of the one that an experiment branch has of it."""
    naming = at.naming
    name = naming.branch(model, branch) if branch else naming.sagemaker_pipeline(model)
    return TrainingRuns(at.access, at.region, name)


def upload_data(at: Desk, model: str, file: Path) -> BroughtData:
    """Check a CSV as the first job would, then put it into the data bucket."""
    _require_csv(file)
    _, told = cut_up(file, describe(model))
    # The same bytes lie under the same address: what a run has kept of them is found again.
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return _bring(at, f"raw/{model}/{digest[:16]}", file, int(told["rows"]))


def put_hours(at: Desk, model: str, file: Path) -> BroughtData:
    """Check hours as a forecast would, then put them where they start one."""
    _require_csv(file)
    hours = read_hours(file, describe(model), with_ahead=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return _bring(at, f"{HOURS}/{model}/{moment}", file, len(hours))


def _require_csv(file: Path) -> None:
    if file.suffix != ".csv":
        raise InvalidInput(str(file), "must have a name that ends in .csv", got=file.name)


def _bring(at: Desk, folder: str, file: Path, rows: int) -> BroughtData:
    bucket = at.naming.bucket_name(at.home.name, "data")
    key = f"{folder}/{file.name}"
    brought = bring_data(at.access, at.region, bucket, key, file.read_bytes())
    at.voice.say(f"  {file.name}: {rows} rows, uploaded")
    return brought


def follow_run(voice: Voice, runs: TrainingRuns, run: TrainingRun, *, local: bool) -> TrainingRun:
    """Tell each step as it ends, until the run has ended."""
    told: set[str] = set()
    with voice.progress() as display:
        task = display.add_task("train", total=None, latest="")
        for state, steps in runs.follow(run.arn, patience_for(local=local, seconds=6 * 3600)):
            run = state
            for step in steps:
                if step.seconds is not None and step.name not in told:
                    told.add(step.name)
                    voice.say(_told(step))
            running = [step.name for step in steps if step.seconds is None]
            display.update(task, completed=len(told), latest=", ".join(running))
    return run


def _chosen(threshold: float | None) -> dict[str, str]:
    """Give the parameters of a run that somebody chose; refuse a number that nothing reaches."""
    if threshold is None:
        return {}
    if not isfinite(threshold):
        raise Misuse("--threshold", "must be a finite number", got=str(threshold))
    return {"Threshold": repr(threshold)}


def _told(step: Step) -> str:
    after = f" after {step.seconds:.1f} s" if step.seconds else ""
    reason = f": {step.reason}" if step.reason else ""
    kept = f", kept of run {step.kept_of}" if step.kept_of else ""
    return f"  {step.name}: {step.status}{after}{kept}{reason}"


def _run_row(model: str, run: TrainingRun) -> dict[str, object]:
    return {
        "run": run.id,
        "model": model,
        "status": run.status,
        "started": run.started,
        "name": run.name,
        "reason": run.reason,
        "arn": run.arn,
    }


def _step_row(step: Step) -> dict[str, object]:
    return {
        "step": step.name,
        "status": step.status,
        "seconds": step.seconds,
        "outcome": step.reason or step.outcome,
        "kept_of": step.kept_of,
    }
