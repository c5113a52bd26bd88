"""`gatehouse release`: what is on its way to production, and the gates before its stages."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.attestations.moments import spell
from scripts.commands.context import AsPerson, Desk, ModelName, desk
from scripts.commands.release_board import board
from scripts.commands.release_dossier import dossier, verify
from scripts.commands.release_rollback import rollback
from scripts.commands.release_stops import freeze, revoke, unfreeze
from scripts.commands.release_trust import trust
from scripts.commands.release_view import list_, show
from scripts.promotions import Promotions
from scripts.releases.approving import Word, check_minutes
from scripts.releases.deciding import (
    Outcome,
    approve_waiting,
    reject_waiting,
    still_missing,
    waiting,
)
from scripts.releases.office import ModelOffice, now

app = typer.Typer(no_args_is_help=True, help="The second gate: what is on its way to production.")

Execution = Annotated[
    str | None, typer.Option("--execution", metavar="ID", help="The promotion that is meant.")
]
Summary = Annotated[
    str, typer.Option("--summary", metavar="TEXT", help="Why; it stays with the release.")
]
Ticket = Annotated[
    str, typer.Option("--ticket", metavar="TEXT", help="Where this is talked about: CHG-1234.")
]
Expires = Annotated[
    int | None,
    typer.Option(
        "--expires",
        metavar="MINUTES",
        help="How long the approval counts; as long as the organisation lets it if left out.",
    ),
]


def approve(
    summary: Summary,
    ticket: Ticket,
    model: ModelName = None,
    execution: Execution = None,
    expires: Expires = None,
    person: AsPerson = None,
) -> None:
    """Sign that the release at the gate may go on; it goes once enough have."""
    office = ModelOffice(desk(person, model), model)
    office.key()
    promotion = office.organization.promotion
    minutes = promotion.approval_valid_minutes if expires is None else expires
    check_minutes(minutes, promotion.approval_valid_minutes)
    made_at = now()
    found = waiting(office, execution, made_at)
    office.at.voice.fields(found.shown(), as_json=False)
    word = Word(office.at.named(), summary, ticket, made_at, minutes)
    tell(office, approve_waiting(office, found, word), found.statement.release.id)


def reject(
    summary: Summary,
    model: ModelName = None,
    execution: Execution = None,
    person: AsPerson = None,
) -> None:
    """Refuse the release that waits at the gate; production stays as it is."""
    office = ModelOffice(desk(person, model), model)
    release = reject_waiting(office, execution, summary)
    office.at.voice.say(f"{office.model}: {release} rejected")


def tell(office: ModelOffice, outcome: Outcome, release: str) -> None:
    """Tell how things stand after an approval."""
    tally, say = outcome.tally, office.at.voice.say
    mine = tally.of(office.at.named())
    if mine is not None:
        done = "approved" if outcome.signed else "was approved"
        say(f"{release} {done} by {mine.approver} until {spell(mine.expires_at)}")
    if outcome.opened and outcome.past:
        say(f"{office.model}: {release} may be tried again; a platform admin retries the stage")
        return
    if outcome.opened:
        say(f"{office.model}: {release} goes to {outcome.stage}")
        return
    people = ", ".join(still_missing(office, outcome)) or "nobody who could"
    given = f"{len(tally.approvals)} of {tally.required}"
    say(f"{office.model}: {given} have approved; {tally.missing} more must: {people}")


def promotions(at: Desk, model: str) -> Promotions:
    """Give the promotions of a model."""
    return Promotions(at.access, at.region, at.naming.promotion_pipeline(model))


app.command("list")(list_)
_DECISIONS = (approve, reject, rollback, revoke, freeze, unfreeze)
for command in (show, board, *_DECISIONS, trust, dossier, verify):
    app.command()(command)
