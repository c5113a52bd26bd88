"""`gatehouse pipeline compare`: runs of a model and of its branches, with what each measured."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.experiment_runs import Experiment, Experiments, best_first
from scripts.training_runs import TrainingRuns

_COLUMNS = ("run", "branch", "commit", "status", "value", "version", "chosen")
_SHORT = 8


def compare(
    model: ModelName = None,
    branches: Annotated[
        list[str] | None,
        typer.Option(
            "--branch", metavar="NAME", help="The runs of an experiment branch too; repeat it."
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=200, help="How many runs of each.")] = 10,
    best: Annotated[bool, typer.Option("--best", help="The best first, not the latest.")] = False,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Compare training runs: commit, settings, data, the deciding metric and the version."""
    at = desk(person, model)
    name = at.model(model)
    found: list[Experiment] = []
    for branch in (None, *(branches or ())):
        at.voice.say(f"reading runs of {name}" + (f" on {branch}" if branch else ""))
        found += _experiments(at, name, branch, most)
    found.sort(key=lambda one: one.run.started, reverse=True)
    if best:
        found = best_first(found)
    if as_json:
        at.voice.json([one.document() for one in found])
        return
    at.voice.rows(_COLUMNS, [_row(one) for one in found], as_json=False)
    for metric, higher in sorted({(one.plan.metric, one.plan.higher_is_better) for one in found}):
        at.voice.say(f"value is {metric}: {'higher' if higher else 'lower'} is better")


def _experiments(at: Desk, model: str, branch: str | None, most: int) -> list[Experiment]:
    naming = at.naming
    pipeline = naming.branch(model, branch) if branch else naming.sagemaker_pipeline(model)
    runs = TrainingRuns(at.access, at.region, pipeline)
    latest = runs.all()[:most]
    return list(Experiments(at.access, at.region).of(runs, latest, branch))


def _row(one: Experiment) -> dict[str, Any]:
    chosen = ", ".join(f"{name} {value}" for name, value in one.differs.items())
    return {
        "run": one.run.id,
        "branch": one.branch,
        "commit": one.plan.commit[:_SHORT],
        "status": one.run.status,
        "value": None if one.value is None else f"{one.value:.4g}",
        "version": one.version,
        "chosen": chosen or None,
    }
