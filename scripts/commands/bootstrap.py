"""`gatehouse bootstrap` and `unlock`: set an account up; release the lock of a run that died."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.account_setup import AccountSetup
from scripts.commands.account import (
    AccountName,
    Admin,
    RootName,
    open_root,
    progress_of,
    require_account,
)
from scripts.commands.context import desk, workshop
from scripts.processes import ChildProcesses


def bootstrap(account: AccountName, person: Admin = None) -> None:
    """Set an account up: state bucket, boundaries, and who plans and applies. Again is no harm."""
    at = desk()
    require_account(at, account)
    setup = AccountSetup(workshop(at, ChildProcesses()), account, person)
    with progress_of(at.voice, f"bootstrap {account}") as on_progress:
        done = setup.run(on_progress)
    moved = "; its state is in its bucket now" if done.moved else ""
    at.voice.say(f"{account}: {done.changes} resources changed{moved}")


def unlock(
    account: RootName,
    lock: Annotated[str, typer.Option("--lock", metavar="ID", help="The lock, as it was told.")],
    setup: Annotated[bool, typer.Option("--setup", help="The lock of the bootstrap.")] = False,
    person: Admin = None,
) -> None:
    """Release the lock of a run that ended without releasing it."""
    at = desk()
    if setup:
        require_account(at, account)
        work = AccountSetup(workshop(at, ChildProcesses()), account, person).work()
    else:
        work = open_root(at, account, person)
    work.unlock(lock)
    at.voice.say(f"{account}: the state is free; plan again before you apply")
