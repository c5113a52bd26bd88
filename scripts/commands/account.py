"""`gatehouse plan` and `apply`: the Terraform root of one account, or of the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipelines.errors import Misuse
from scripts.account_work import AccountWork
from scripts.commands.context import AsJson, Desk, desk, workshop
from scripts.console import Voice
from scripts.organization_work import ORGANIZATION, OrganizationWork
from scripts.processes import ChildProcesses
from scripts.root_work import RootWork
from scripts.terraform import OnProgress, Plan
from scripts.terraform_events import Progress, count_changes

AccountName = Annotated[
    str,
    typer.Option("--account", metavar="ACCOUNT", help="A key of accounts in organization.yaml."),
]

RootName = Annotated[
    str,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        help="A key of accounts in organization.yaml, or organization for its guardrails.",
    ),
]

Admin = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="PERSON", help="The platform admin who works; needless where there is one."
    ),
]


def plan(
    account: RootName,
    as_json: AsJson = False,
    look: Annotated[
        bool, typer.Option("--look", help="Look for what a run that was cut off left behind.")
    ] = False,
    person: Admin = None,
) -> None:
    """Plan an account and save the plan."""
    at = desk()
    work = open_root(at, account, person)
    if look:
        work.root.note_begun()
    with progress_of(at.voice, f"plan {account}") as on_progress:
        made = work.plan(on_progress)
    print_plan(at.voice, account, made, as_json=as_json)
    if not made.is_empty:
        at.voice.say(f"The plan is saved; apply exactly it: make apply ACCOUNT={account}")


def apply(
    account: RootName,
    auto: Annotated[bool, typer.Option("--auto", help="Plan and apply in one go.")] = False,
    person: Admin = None,
) -> None:
    """Apply the saved plan of an account."""
    at = desk()
    work = open_root(at, account, person)
    with progress_of(at.voice, f"apply {account}") as on_progress:
        made, done = work.plan_and_apply(on_progress) if auto else (None, work.apply(on_progress))
    if made is not None:
        tell_adopted(at.voice, account, made)
    at.voice.say(f"{account}: {done} resources changed")


@contextmanager
def progress_of(voice: Voice, what: str) -> Iterator[OnProgress]:
    """Show how far a Terraform command is."""
    with voice.progress() as display:
        task = display.add_task(what, total=None, latest="")

        def show(progress: Progress) -> None:
            display.update(
                task,
                completed=progress.done,
                total=progress.total or None,
                latest=progress.latest[-40:],
            )

        yield show


def open_account(at: Desk, account: str, person: str | None = None) -> AccountWork:
    """Get ready to work in an account."""
    require_account(at, account)
    return AccountWork(workshop(at, ChildProcesses()), account, person)


def open_root(at: Desk, account: str, person: str | None = None) -> RootWork:
    """Get ready to work in the root of an account, or of the organisation."""
    if account == ORGANIZATION:
        return OrganizationWork(workshop(at, ChildProcesses()))
    return open_account(at, account, person)


def require_account(at: Desk, account: str) -> None:
    """Refuse what is no account of the organisation."""
    if not account:
        raise Misuse(
            "ACCOUNT",
            "must name an account",
            got="nothing",
            hint=f"one of {', '.join(at.naming.organization.accounts)}",
        )
    at.naming.organization.account(account)


def print_plan(voice: Voice, account: str, made: Plan, *, as_json: bool) -> None:
    """Show what a plan would do."""
    rows = [
        {"action": str(each.change), "address": each.address, "adopts": each.adopts}
        for each in made.changes
    ]
    if as_json:
        voice.json({"account": account, "empty": made.is_empty, "changes": rows})
        return
    if made.is_empty:
        voice.say(f"{account}: nothing to change")
        return
    adopted = any(row["adopts"] for row in rows)
    columns = ("action", "address", "adopts") if adopted else ("action", "address")
    voice.rows(columns, rows, as_json=False)
    counts = ", ".join(
        f"{count} to {change}" for change, count in count_changes(made.changes).items()
    )
    voice.say(f"{account}: {counts or 'outputs only'}")
    tell_adopted(voice, account, made)


def tell_adopted(voice: Voice, account: str, made: Plan) -> None:
    """Say that a plan takes over what is there, where it does."""
    adopted = sum(each.adopts is not None for each in made.changes)
    if adopted:
        voice.say(f"{account}: adopts {adopted} that a run which was cut off has left behind")
