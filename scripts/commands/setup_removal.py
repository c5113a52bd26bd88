"""The end of `gatehouse destroy --bootstrap`: the set-up of an account is taken away."""

from __future__ import annotations

from pipelines.errors import Finding, Misuse
from scripts.account_setup import AccountSetup
from scripts.commands.account import print_plan, progress_of
from scripts.commands.inventory import require_known
from scripts.console import Voice
from scripts.drain import Drain
from scripts.inventory.item import Inventory
from scripts.inventory.survey import take_inventory


def require_removable(
    account: str, confirmed: str | None, *, keep_locked: bool, can_ask: bool
) -> None:
    """Refuse what cannot end well before anything is begun."""
    if keep_locked:
        raise Misuse(
            "--bootstrap",
            "must leave nothing that is locked, which needs somebody who may read it",
            got="--keep-locked",
            hint="remove the set-up when the last lock has ended",
        )
    if not can_ask and confirmed != account:
        raise Misuse(
            "--confirm",
            "must repeat the account's name, because its states are deleted for good",
            got=confirmed or "nothing",
            hint=f"gatehouse destroy --account {account} --bootstrap --yes --confirm {account}",
        )


def remove_setup(voice: Voice, setup: AccountSetup, drain: Drain, confirmed: str | None) -> None:
    """Bring the state home, delete the states in the bucket, destroy the set-up, prove it."""
    account = drain.scope.account.name
    _require_consent(voice, account, confirmed)
    found = _inventory(drain)
    if not found.items or all(item.is_ending for item in found.items):
        voice.say(f"{account}: is not set up")
        return
    # The state first: whatever is cut off from here on, it is beside the root.
    work = setup.come_home()
    drain.empty_setup()
    with progress_of(voice, f"remove the set-up of {account}") as on_progress:
        made = work.plan(on_progress, destroy=True)
        print_plan(voice, account, made, as_json=False)
        done = work.apply(on_progress) if made.changes else 0
    left = [item for item in _inventory(drain).items if not item.is_ending]
    if left:
        raise Finding(
            account,
            "must be empty after its set-up was removed",
            got=", ".join(f"{item.kind} {item.name}" for item in left[:5]),
            hint="run the same command again; what it cannot end is listed by: "
            f"gatehouse inventory --account {account}",
        )
    work.root.forget_local_state()
    voice.say(f"{account}: {done} resources of its set-up destroyed, nothing is left")


def _require_consent(voice: Voice, account: str, confirmed: str | None) -> None:
    typed = confirmed
    if typed is None and voice.can_ask():
        typed = voice.ask(f"Type {account} to delete its set-up and its states for good:")
    if typed != account:
        raise Misuse(account, "must be typed to remove its set-up", got=typed or "nothing")


def _inventory(drain: Drain) -> Inventory:
    found = take_inventory(drain.clients, drain.scope)
    require_known(found)
    return found
