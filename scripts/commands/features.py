"""`gatehouse features`: which groups there are, what was ingested, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from pipelines.organization_features import OwnedGroup
from scripts.commands.asking import ask
from scripts.commands.context import AsJson, AsPerson, Desk, desk
from scripts.commands.features_undelivered import (
    Unit,
    Waiting,
    send_again,
    undelivered,
    waiting,
)
from scripts.training_runs import TrainingRun, TrainingRuns

app = typer.Typer(no_args_is_help=True, help="Feature groups: what they hold, and ask them.")

_LIST_COLUMNS = ("group", "owner", "columns", "ingestions", "undelivered", "latest", "started")
_COLUMN_COLUMNS = ("column", "type", "role")
_RUN_COLUMNS = ("object", "status", "started", "reason")

GroupName = Annotated[str, typer.Argument(metavar="NAME", help="The feature group.")]


@app.command("list")
def list_groups(
    person: AsPerson = None,
    as_json: AsJson = False,
    unit: Unit = None,
) -> None:
    """List the feature groups, how their latest ingestion went, and how many were given up."""
    at = desk(person, unit=unit)
    groups = at.naming.organization.features.of_unit(at.home.business_unit)
    given_up = waiting(at)
    rows = [_group_row(each, _ingestions(at, each).all(), given_up) for each in groups.values()]
    at.voice.rows(_LIST_COLUMNS, rows, as_json=as_json)


@app.command()
def show(
    name: GroupName,
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many ingestions.")] = 10,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Tell a group's columns and its latest ingestions, with why one failed."""
    at, group = _at(name, person)
    ingestions = _ingestions(at, group)
    runs = ingestions.all()
    found = [_run_row(ingestions, run) for run in runs[:most]]
    columns, given_up = list(_columns(group)), waiting(at)
    if as_json:
        told = _group_row(group, runs, given_up)
        at.voice.json(told | {"columns": columns, "executions": found})
        return
    at.voice.rows(_COLUMN_COLUMNS, columns, as_json=False)
    at.voice.rows(_RUN_COLUMNS, found, as_json=False)
    if given_up.of(name):
        at.voice.say(f"of {name} wait undelivered: {given_up.of(name)}")
    at.voice.say(f"bring CSV files to s3://{_bucket(at)}/features/{group.name}/incoming/")


@app.command()
def query(
    name: GroupName,
    sql: Annotated[str, typer.Argument(metavar="SELECT", help="The question, in SQL.")],
    most: Annotated[int, typer.Option(min=1, max=100000, help="How many rows.")] = 100,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Ask for records in SQL; the group's table is called as the group, with _ for -."""
    at, _ = _at(name, person)
    ask(at, at.naming.features_name(at.home.name), sql, most, as_json=as_json)


app.command()(undelivered)
app.command("redeliver")(send_again)


def _at(name: str, person: str | None) -> tuple[Desk, OwnedGroup]:
    """Sit down in the business unit of a group."""
    organization = desk().naming.organization
    group = organization.feature_group(name)
    return desk(person, unit=group.business_unit), group


def _group_row(group: OwnedGroup, runs: Sequence[TrainingRun], given_up: Waiting) -> dict[str, Any]:
    latest = runs[0] if runs else None
    return {
        "group": group.name,
        "description": group.description,
        "owner": group.owner,
        "columns": len(group.records.columns),
        "ingestions": len(runs),
        "undelivered": given_up.of(group.name),
        "latest": latest.status if latest else None,
        "started": latest.started if latest else None,
    }


def _columns(group: OwnedGroup) -> Iterator[dict[str, Any]]:
    roles = {group.records.record_id: "names a record", group.records.event_time: "its time"}
    for column, kind in group.records.columns.items():
        yield {"column": column, "type": kind.value, "role": roles.get(column)}


def _run_row(runs: TrainingRuns, run: TrainingRun) -> dict[str, Any]:
    reasons = (step.reason for step in runs.steps(run.arn) if step.reason)
    reason = run.reason if run.status != "Failed" else next(reasons, run.reason)
    told = {"object": run.name, "status": run.status, "started": run.started, "reason": reason}
    return told | {"arn": run.arn}


def _ingestions(at: Desk, group: OwnedGroup) -> TrainingRuns:
    return TrainingRuns(at.access, at.region, at.naming.feature_group(group.name))


def _bucket(at: Desk) -> str:
    return at.naming.bucket_name(at.home.name, "data")
