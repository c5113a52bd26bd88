"""`gatehouse release`: what is on its way to production, and the gate before it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines.errors import Misuse
from scripts.commands.context import AsJson, AsPerson, Desk, ModelName, desk
from scripts.promotions import Action, Promotion, Promotions, require_gate

app = typer.Typer(no_args_is_help=True, help="The second gate: what is on its way to production.")

Execution = Annotated[
    str | None, typer.Option("--execution", metavar="ID", help="The promotion that is meant.")
]
Summary = Annotated[
    str, typer.Option("--summary", metavar="TEXT", help="Why; it stays with the release.")
]
_ACTION_COLUMNS = ("stage", "action", "status", "seconds", "reason")


@app.command("list")
def list_(model: ModelName = None, person: AsPerson = None, as_json: AsJson = False) -> None:
    """List the promotions of a model, or of all."""
    at = desk(person, model)
    rows = []
    for name in at.models(model):
        flow = promotions(at, name)
        gate = flow.gate()
        rows += [
            _row(name, found, waits=gate is not None and gate.execution == found.id)
            for found in flow.all()
        ]
    columns = ("model", "version", "status", "waits", "started", "execution")
    at.voice.rows(columns, rows, as_json=as_json)


@app.command()
def show(
    model: ModelName = None,
    execution: Execution = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Show what runs, what waits and which digests a release consists of."""
    at = desk(person, model)
    name = at.model(model)
    flow = promotions(at, name)
    gate = flow.gate()
    chosen = execution or (gate.execution if gate else None) or _latest(flow, name)
    found = flow.describe(chosen)
    waits = gate is not None and gate.execution == chosen
    actions = flow.actions(chosen)
    release = flow.release(chosen)
    summary = _row(name, found, waits=waits) | {"reason": found.reason}
    if as_json:
        rows = [_action_row(action) for action in actions]
        at.voice.json(summary | {"actions": rows, "release": release})
        return
    at.voice.fields(summary | _digests(release), as_json=False)
    at.voice.rows(_ACTION_COLUMNS, [_action_row(action) for action in actions], as_json=False)
    if waits:
        at.voice.say(f"It waits for: gatehouse release approve {name} --summary TEXT, or reject")


@app.command()
def approve(
    summary: Summary,
    model: ModelName = None,
    execution: Execution = None,
    person: AsPerson = None,
) -> None:
    """Let the release that waits at the gate go to production."""
    _decide(desk(person, model), model, execution, summary, approve=True)


@app.command()
def reject(
    summary: Summary,
    model: ModelName = None,
    execution: Execution = None,
    person: AsPerson = None,
) -> None:
    """Refuse the release that waits at the gate; production stays as it is."""
    _decide(desk(person, model), model, execution, summary, approve=False)


def promotions(at: Desk, model: str) -> Promotions:
    """Give the promotions of a model."""
    return Promotions(at.access, at.region, at.naming.promotion_pipeline(model))


def _decide(
    at: Desk, model: str | None, execution: str | None, summary: str, *, approve: bool
) -> None:
    name = at.model(model)
    flow = promotions(at, name)
    gate = require_gate(flow, name, execution)
    release = flow.release(gate.execution) or {}
    flow.decide(gate, approve=approve, summary=summary)
    done = "approved" if approve else "rejected"
    at.voice.say(f"{name}: {release.get('release_id', gate.execution)} {done}")


def _latest(flow: Promotions, model: str) -> str:
    found = flow.all()
    if not found:
        raise Misuse(
            f"model {model}",
            "must have a promotion to show",
            got="none",
            hint="approve a version: gatehouse model list",
        )
    return found[0].id


def _row(model: str, promotion: Promotion, *, waits: bool) -> dict[str, Any]:
    return {
        "model": model,
        "version": promotion.package_arn.rpartition("/")[2],
        "status": promotion.status,
        "waits": "at the gate" if waits else "",
        "started": promotion.started,
        "execution": promotion.id,
        "package": promotion.package_arn,
    }


def _digests(release: dict[str, Any] | None) -> dict[str, Any]:
    if release is None:
        return {"release": "not bundled yet"}
    return {
        "release": release["release_id"],
        "archive": release["archive"]["sha256"],
        "image": release["image"]["digest"],
        "definition": release["definition"]["sha256"],
        "evaluation": release["evaluation"]["sha256"],
        "data": release["data"]["sha256"],
        "commit": release["commit"],
    }


def _action_row(action: Action) -> dict[str, Any]:
    return {
        "stage": action.stage,
        "action": action.name,
        "status": action.status,
        "seconds": action.seconds,
        "reason": action.reason,
    }
