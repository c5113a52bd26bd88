"""`gatehouse drift`: what differs between accounts and what their roots say."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines.errors import GatehouseError
from scripts.account_work import AccountWork
from scripts.commands.account import Admin, open_root, progress_of
from scripts.commands.context import AsJson, Desk, desk
from scripts.commands.inventory import clients_of, require_known
from scripts.drift import Drifted, beside, drifted
from scripts.inventory.scope import Scope
from scripts.inventory.survey import take_inventory
from scripts.organization_work import ORGANIZATION

_COLUMNS = ("account", "address", "difference", "attributes", "policy")
DRIFTED, CANNOT_TELL = 1, 3

AccountNames = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        help="An account, or organization; again for more. All accounts if left out.",
    ),
]


Beside = Annotated[
    bool,
    typer.Option("--beside", help="Also list what was made by hand beside the root, asked of AWS."),
]


def drift(
    accounts: AccountNames = None,
    beside_too: Beside = False,
    as_json: AsJson = False,
    person: Admin = None,
) -> None:
    """Tell what differs between accounts and what their roots say; nothing is changed.

    Ends with 0 where nothing differs, 1 where something does, 3 where it cannot be told.
    """
    at = desk()
    names = accounts or list(at.naming.organization.accounts)
    for name in names:
        if name != ORGANIZATION:
            at.naming.organization.account(name)
    found: dict[str, list[Drifted]] = {}
    faults: dict[str, GatehouseError] = {}
    for name in names:
        try:
            found[name] = _of(at, name, person, beside_too=beside_too)
        except GatehouseError as fault:
            faults[name] = fault
    _show(at, found, faults, as_json=as_json)
    code = CANNOT_TELL if faults else DRIFTED if any(found.values()) else 0
    raise typer.Exit(code)


def _of(at: Desk, account: str, person: str | None, *, beside_too: bool) -> list[Drifted]:
    work = open_root(at, account, person)
    with progress_of(at.voice, f"plan {account}") as on_progress:
        plan = work.compare(on_progress)
    found = drifted(plan)
    if beside_too and isinstance(work, AccountWork):
        scope = Scope(at.naming, work.account)
        listed = take_inventory(clients_of(work.access, scope), scope)
        require_known(listed)
        found += beside(listed, plan, scope)
    return found


def _show(
    at: Desk,
    found: dict[str, list[Drifted]],
    faults: dict[str, GatehouseError],
    *,
    as_json: bool,
) -> None:
    rows = [each.row(account) for account, differing in found.items() for each in differing]
    if as_json:
        at.voice.json(
            {
                "accounts": [
                    {"account": name, "drifted": bool(differing), "told": True}
                    for name, differing in found.items()
                ]
                + [
                    {"account": name, "drifted": None, "told": False, "reason": str(fault)}
                    for name, fault in faults.items()
                ],
                "drift": rows,
            }
        )
    elif rows:
        at.voice.rows(_COLUMNS, [_readable(row) for row in rows], as_json=False)
    for name, differing in found.items():
        bearing = sum(each.bears_policy for each in differing)
        at.voice.say(
            f"{name}: {len(differing)} resources differ, {bearing} of them bear policy"
            if differing
            else f"{name}: as its root says"
        )
    for name, fault in faults.items():
        at.voice.say(f"error: {name}: cannot be told: {fault}")


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"policy": "yes" if row["policy"] else ""}
