"""`gatehouse branch`: a pipeline for an experiment branch, which nothing promotes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.definitions.branch_order import Order, Wanted, name_of
from pipelines.errors import Misuse
from scripts.branches import Branch, Branches
from scripts.commands.context import AsJson, AsPerson, Desk, desk
from scripts.model_packages import ModelPackages
from scripts.source_package import branch_of

app = typer.Typer(
    no_args_is_help=True,
    help="A pipeline for each experiment branch; nothing promotes what it registers.",
)

_Named = Annotated[str, typer.Argument(metavar="NAME", help="The branch, as `list` names it.")]
_Models = Annotated[
    str | None, typer.Argument(metavar="[MODEL]", help="The model; all of them if left out.")
]
_COLUMNS = ("name", "model", "branch", "commit", "changed")


@app.command()
def publish(
    model: _Models = None,
    branch: Annotated[
        str | None, typer.Option(help="What the branch is called; git is asked if left out.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Its name on AWS, where git's is too long or taken.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="Image below the program layer: REPOSITORY@sha256:DIGEST.")
    ] = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Push the image of this checkout and put the branch's pipelines in place."""
    at = desk(person, model)
    called = branch or branch_of(at.checkout.root)
    order = Order(called, name_of(called, name), tuple(at.models(model)), Wanted.PRESENT)
    commit = _branches(at).publish(order, base)
    pipelines = [at.naming.branch(each, order.name) for each in order.models]
    at.voice.say(f"pipelines {', '.join(pipelines)} are in place; train with --branch {order.name}")
    told = {"branch": called, "name": order.name, "commit": commit, "pipelines": pipelines}
    at.voice.fields(told, as_json=as_json)


@app.command("list")
def list_(model: _Models = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """List the pipelines of branches, with their commits, and what a removal has left."""
    at = desk(person, model)
    rows = [asdict(found) for found in _branches(at).all(tuple(at.models(model)))]
    at.voice.rows(_COLUMNS, rows, as_json=as_json)


@app.command()
def versions(
    name: _Named, model: _Models = None, person: AsPerson = None, as_json: AsJson = False
) -> None:
    """List what a branch has registered: commit, metric and data of each version."""
    at = desk(person, model)
    rows: list[dict[str, object]] = []
    for found in _found(at, name, model):
        packages = ModelPackages(at.access, at.region, found.pipeline)
        for listed in packages.all():
            package = packages.describe(listed.arn)
            told = {"model": found.model, "version": package.version, "created": package.created}
            rows.append(told | dict(package.metadata))
    columns = ("model", "version", "commit", "metric", "metric_value", "created")
    at.voice.rows(columns, rows, as_json=as_json)


@app.command()
def remove(
    name: _Named, model: _Models = None, person: AsPerson = None, as_json: AsJson = False
) -> None:
    """Take a branch's pipelines away, with all that they registered; again, if it was cut off."""
    at = desk(person, model)
    found = _found(at, name, model)
    models = tuple(each.model for each in found)
    _branches(at).remove(Order(found[0].branch, name, models, Wanted.REMOVED))
    at.voice.say(f"branch {found[0].branch} is gone: {', '.join(each.pipeline for each in found)}")
    at.voice.fields({"name": name, "models": list(models)}, as_json=as_json)


def _branches(at: Desk) -> Branches:
    return Branches(at.checkout.root, at.access, at.naming, at.home, at.voice.say)


def _found(at: Desk, name: str, model: str | None) -> list[Branch]:
    """Give the pipelines of a branch; refuse a name that none has."""
    known = _branches(at).all(tuple(at.models(model)))
    found = [each for each in known if each.name == name]
    if not found:
        names = ", ".join(sorted({each.name for each in known})) or "none"
        raise Misuse("branch", f"must be one that is published ({names})", got=name)
    return found
