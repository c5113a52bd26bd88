"""`gatehouse release rollback`: take production back to a release that ran there before."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.errors import EnvironmentFault, Finding, Misuse
from pipelines.promotion.going_back import LAST
from scripts.commands.context import AsJson, AsPerson, desk
from scripts.promotions import Promotion
from scripts.releases.approving import Word
from scripts.releases.going_back import (
    Started,
    check_free,
    decide,
    prospects,
    shown,
)
from scripts.releases.office import ModelOffice, now
from scripts.waiting import patience_for

# How long the word counts: long enough for accounts one after the other, no longer than needed.
_MINUTES = 60
_LONGEST = 3600.0

To = Annotated[
    str,
    typer.Option(
        "--to", metavar="RELEASE", help="The release to go back to; by default the one before."
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        help="A production account; all if left out; again for more.",
    ),
]


def rollback(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model.")],
    summary: Annotated[
        str, typer.Option("--summary", metavar="TEXT", help="Why; it stays with the release.")
    ],
    ticket: Annotated[
        str, typer.Option("--ticket", metavar="TEXT", help="Where this is talked about: INC-12.")
    ],
    to: To = LAST,
    account: Accounts = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it to its end.")] = False,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Sign that production goes back to a release that ran there before, and start that."""
    office = ModelOffice(desk(person, model), model)
    office.key()
    check_free(office)
    lasting = office.organization.promotion.approval_valid_minutes
    with tempfile.TemporaryDirectory(prefix="rollback-") as folder:
        found = prospects(office, account or (), to, now(), Path(folder))
        seen = shown(found)
        # Whoever is asked shall see what for, though programs read the answer.
        speak = office.at.voice.aside() if as_json else office.at.voice
        speak.fields(seen, as_json=False)
        _confirm(office, str(seen["goes back to"]), yes=yes)
        word = Word(office.at.named(), summary, ticket, now(), min(_MINUTES, lasting))
        started = decide(office, found, word, lasting=lasting)
    # Before it is waited for: whoever loses patience or the connection has its name.
    to = started.word.to.release_id
    office.at.voice.say(f"{model}: goes back to {to}, execution {started.execution}")
    ended = _wait(office, started) if wait else None
    _tell(office, started, seen, ended, as_json=as_json)


def _confirm(office: ModelOffice, release: str, *, yes: bool) -> None:
    if yes:
        return
    if not office.at.voice.can_ask():
        raise Misuse(
            "--yes",
            "must be said where nobody can be asked",
            got=f"production that goes back to {release}",
            hint="look at what it runs and goes back to; then --yes",
        )
    if not office.at.voice.confirm(f"Take production back to {release}?"):
        raise typer.Abort


def _wait(office: ModelOffice, started: Started) -> Promotion:
    try:
        return _follow(office, started)
    except KeyboardInterrupt:
        # Other commands end what they started; nobody shall believe that of this one.
        raise EnvironmentFault(
            f"rollback {started.execution}",
            "must be waited for until it ends",
            got="an interruption",
            hint="it goes on without this command: gatehouse release board",
        ) from None


def _follow(office: ModelOffice, started: Started) -> Promotion:
    flow, voice = office.backs, office.at.voice
    patience = patience_for(local=office.at.access.is_local, seconds=_LONGEST)
    told: set[str] = set()
    with voice.progress() as display:
        task = display.add_task("rollback", total=None, latest="")
        for state, actions in flow.follow(started.execution, patience):
            found = state
            for action in actions:
                if action.status not in ("InProgress",) and action.name not in told:
                    told.add(action.name)
                    voice.say(f"  {action.name}: {action.status}")
            running = [action.name for action in actions if action.status == "InProgress"]
            display.update(task, completed=len(told), latest=", ".join(running))
    return found


def _tell(
    office: ModelOffice,
    started: Started,
    seen: dict[str, Any],
    ended: Promotion | None,
    *,
    as_json: bool,
) -> None:
    to, say = started.word.to.release_id, office.at.voice.say
    if as_json:
        office.at.voice.json(
            {
                "model": office.model,
                "accounts": list(started.word.accounts),
                "from": started.word.left.release_id if started.word.left else None,
                "to": to,
                "decision": started.decision,
                "execution": started.execution,
                "status": ended.status if ended else "InProgress",
                "reason": ended.reason if ended else None,
                "passed_over": seen["passed over"],
            }
        )
    if ended is None:
        say("see gatehouse release board")
        return
    if ended.status != "Succeeded":
        raise Finding(
            f"rollback {started.execution}",
            "must succeed",
            got=ended.reason or ended.status,
            hint="see docs/runbooks/roll-back-a-release.md",
        )
    if not as_json:
        say(f"{office.model}: production runs {to} again")
