"""`gatehouse destroy`: drain an account, destroy its root, prove that nothing is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from pipelines.errors import Finding, Misuse
from scripts.account_setup import AccountSetup
from scripts.account_work import AccountWork
from scripts.commands.account import (
    Admin,
    RootName,
    open_account,
    print_plan,
    progress_of,
)
from scripts.commands.context import Desk, desk, workshop
from scripts.commands.inventory import clients_of, require_known, show_leftovers
from scripts.commands.organization import destroy_organization
from scripts.commands.setup_removal import remove_setup, require_removable
from scripts.drain import Drain, require_no_data, require_not_locked
from scripts.inventory.item import Inventory
from scripts.inventory.scope import Clients, Scope
from scripts.inventory.storage import names_of_kept
from scripts.inventory.survey import take_inventory
from scripts.inventory.tagged import LAGS
from scripts.organization_work import ORGANIZATION
from scripts.planned_state import first_to_go, modules_of
from scripts.processes import ChildProcesses
from scripts.waiting import patience_for

_INDEX_LAGS = 900


@dataclass(frozen=True)
class Consent:
    """What the user agrees to."""

    yes: bool
    delete_data: bool
    keep_locked: bool
    confirmed: str | None


def destroy(
    account: RootName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    delete_data: Annotated[
        bool,
        typer.Option("--delete-data", help="Delete objects, images, models and spaces for good."),
    ] = False,
    keep_locked: Annotated[
        bool,
        typer.Option("--keep-locked", help="Leave buckets that nobody can empty yet, and keys."),
    ] = False,
    confirm: Annotated[
        str | None,
        typer.Option(
            "--confirm",
            metavar="ACCOUNT",
            help="The account's name again, where nobody can be asked to type it.",
        ),
    ] = None,
    bootstrap: Annotated[
        bool, typer.Option("--bootstrap", help="Remove the account's set-up too, at the very end.")
    ] = False,
    person: Admin = None,
) -> None:
    """Drain an account, destroy what is laid out there, and prove that nothing is left."""
    at = desk()
    if account == ORGANIZATION:
        destroy_organization(at, yes=yes)
        return
    consent = Consent(yes, delete_data, keep_locked, confirm)
    if bootstrap:
        require_removable(account, confirm, keep_locked=keep_locked, can_ask=at.voice.can_ask())
    destruction = Destruction(at, open_account(at, account, person), consent)
    setup = AccountSetup(workshop(at, ChildProcesses()), account, person) if bootstrap else None
    if setup is None or not setup.is_home:
        destruction.carry_out()
    if setup is not None:
        remove_setup(at.voice, setup, destruction.drain, confirm)


class Destruction:
    """The destruction of one account, in its order."""

    def __init__(self, at: Desk, work: AccountWork, consent: Consent) -> None:
        self._at = at
        self._voice = at.voice
        self._work = work
        self._consent = consent
        self._account = work.account.name
        scope = Scope(at.naming, work.account)
        clients = clients_of(work.access, scope)
        self.drain = Drain(
            clients,
            scope,
            _as_applier(work, scope),
            lambda seconds: patience_for(local=work.access.is_local, seconds=seconds),
            lambda text: at.voice.say(f"  {text}"),
            work.access.endpoint,
        )

    def carry_out(self) -> None:
        """Ask first, then drain, destroy and prove."""
        locked = self.drain.locked()
        before = self._inventory(locked)
        if not self._consent.keep_locked:
            require_not_locked(self._account, locked)
        if not self._consent.delete_data:
            require_no_data(before)
        # An account that is not even set up has no state that could be planned.
        exists = any(not item.is_ending for item in before.items)
        planned = self._plan() if exists else 0
        if planned == 0 and not before.laid_out:
            self._work.root.forget_plan()
            self._voice.say(f"{self._account}: nothing is laid out")
            return
        self._require_consent(before)
        self._voice.say(f"{self._account}: {len(before.laid_out)} things are there; draining")
        self.drain.end_work(locked, delete_data=self._consent.delete_data)
        done = self._destroy(locked) if planned else 0
        self._voice.say(f"{self._account}: {done} resources destroyed")
        self._prove(locked)

    def _inventory(self, locked: Mapping[str, datetime]) -> Inventory:
        found = take_inventory(self.drain.clients, self.drain.scope)
        require_known(found)
        if not self._consent.keep_locked:
            return found
        for bucket, until in locked.items():
            note = f"kept, locked until {until:%Y-%m-%d}"
            found = found.but(names_of_kept(self.drain.clients, bucket), note)
        return found

    def _plan(self) -> int:
        with progress_of(self._voice, f"plan {self._account}") as on_progress:
            made = self._work.plan(on_progress, destroy=True)
        print_plan(self._voice, self._account, made, as_json=False)
        return len(made.changes)

    def _destroy(self, locked: Mapping[str, datetime]) -> int:
        """Destroy what writes and what holds on first; then what was in its way, then the rest."""
        state = self._work.read_plan()
        kept = modules_of(state, locked)
        first = first_to_go(state)
        done = 0
        if kept:
            self._work.forget(kept)
            self._voice.say(f"  left where it is: {', '.join(kept)}")
        if first:
            with progress_of(self._voice, f"destroy {self._account}") as on_progress:
                self._work.plan(on_progress, destroy=True, targets=first)
                done += self._work.apply(on_progress)
        self.drain.clear_network(locked, delete_data=self._consent.delete_data)
        with progress_of(self._voice, f"destroy {self._account}") as on_progress:
            if first or kept:
                self._work.plan(on_progress, destroy=True)
            return done + self._work.apply(on_progress)

    def _prove(self, locked: Mapping[str, datetime]) -> None:
        patience = patience_for(local=self._work.access.is_local, seconds=_INDEX_LAGS)
        # Only the index of tags may still tell of what is gone; it is asked again.
        after = patience.last(
            f"inventory of {self._account}",
            lambda: self._inventory(locked),
            lambda found: any(item.note != LAGS for item in found.laid_out) or not found.laid_out,
        )
        ending = [item for item in after.items if item.is_ending]
        for item in ending:
            self._voice.say(f"  {item.kind} {item.name}: {item.note}")
        if after.laid_out:
            show_leftovers(self._voice, after)
            raise Finding(
                self._account,
                "must be empty after it was destroyed",
                got=f"{len(after.laid_out)} things",
                hint="run the same command again; what it cannot end is listed above",
            )
        kept = " but what is kept" if locked else ""
        self._voice.say(f"{self._account}: inventory zero, nothing of it is left{kept}")

    def _require_consent(self, before: Inventory) -> None:
        again = f"gatehouse destroy --account {self._account} --yes"
        if self._consent.delete_data and before.data:
            typed = self._consent.confirmed
            if typed is None and self._voice.can_ask():
                held = ", ".join(f"{item.kind} {item.name}" for item in before.data)
                self._voice.say(f"deleted for good: {held}")
                typed = self._voice.ask(f"Type {self._account} to delete its data for good:")
            if typed != self._account:
                self._refuse("typed to delete its data", typed, f"{again} --delete-data --confirm")
        elif not self._consent.yes and not (
            self._voice.can_ask() and self._voice.confirm(f"Destroy {self._account}?")
        ):
            self._refuse("confirmed to be destroyed", None, again)

    def _refuse(self, must: str, got: str | None, command: str) -> None:
        self._work.root.forget_plan()
        name = f" {self._account}" if command.endswith("--confirm") else ""
        raise Misuse(
            self._account,
            f"must be {must}",
            got=got or "no confirmation",
            hint=f"answer at a terminal, or elsewhere: {command}{name}",
        )


def _as_applier(work: AccountWork, scope: Scope) -> Clients:
    """Give clients of the role that applies, which is taken when the first of them is wanted."""
    made: list[Clients] = []

    def client(service: str) -> Any:
        if not made:
            made.append(clients_of(work.identities.apply(), scope))
        return made[0](service)

    return client
