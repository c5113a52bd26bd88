"""`gatehouse model`: a model of one's own, and the first gate, its versions in the registry."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.commands.model_new import new
from scripts.model_packages import ModelPackage, ModelPackages

app = typer.Typer(
    no_args_is_help=True, help="A model of your own; the first gate, its versions in the registry."
)
app.command()(new)

Version = Annotated[int, typer.Option("--version", min=1, help="The version in the registry.")]
Summary = Annotated[
    str, typer.Option("--summary", metavar="TEXT", help="Why; it stays with the version.")
]


@app.command("list")
def list_(model: ModelName = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """List the versions of a model, or of all."""
    at = desk(person, model)
    rows = [
        _row(name, found) for name in at.models(model) for found in model_packages(at, name).all()
    ]
    at.voice.rows(("model", "version", "approval", "created"), rows, as_json=as_json)


@app.command()
def show(
    version: Version,
    model: ModelName = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Show a version with its lineage."""
    at = desk(person, model)
    name = at.model(model)
    package = model_packages(at, name).version(version)
    at.voice.fields(_row(name, package) | dict(package.metadata), as_json=as_json)


@app.command()
def approve(
    version: Version,
    summary: Summary,
    model: ModelName = None,
    person: AsPerson = None,
) -> None:
    """Approve a version: its promotion starts at once."""
    _decide(desk(person, model), model, version, summary, approve=True)


@app.command()
def reject(
    version: Version,
    summary: Summary,
    model: ModelName = None,
    person: AsPerson = None,
) -> None:
    """Reject a version: it is never promoted, and production goes back where it runs there."""
    _decide(desk(person, model), model, version, summary, approve=False)


def model_packages(at: Desk, model: str) -> ModelPackages:
    """Give the versions of a model."""
    return ModelPackages(at.access, at.region, at.naming.model_package_group(model))


def _decide(at: Desk, model: str | None, version: int, summary: str, *, approve: bool) -> None:
    name = at.model(model)
    packages = model_packages(at, name)
    decided = packages.decide(packages.version(version), approve=approve, summary=summary)
    at.voice.say(f"{name} version {version}: {decided.approval}")


def _row(model: str, package: ModelPackage) -> dict[str, object]:
    return {
        "model": model,
        "version": package.version,
        "approval": package.approval,
        "created": package.created,
        "arn": package.arn,
    }
