"""`gatehouse inventory`: what of the platform exists in an account, asked of AWS itself."""

from __future__ import annotations

from typing import Any

from pipelines.errors import EnvironmentFault
from scripts.access import Access, in_account
from scripts.commands.account import AccountName
from scripts.commands.context import AsJson, desk
from scripts.console import Voice
from scripts.inventory.item import Inventory
from scripts.inventory.scope import Clients, Scope
from scripts.inventory.survey import take_inventory

_COLUMNS = ("kind", "name", "part", "note")
_PATIENT = 10


def inventory(account: AccountName, as_json: AsJson = False) -> None:
    """List what of the platform exists in an account, asked of AWS and not of any state."""
    at = desk()
    scope = Scope(at.naming, at.naming.organization.account(account))
    found = take_inventory(clients_of(in_account(at.access, at.naming, account), scope), scope)
    if as_json:
        at.voice.json(document(found))
    else:
        at.voice.rows(_COLUMNS, [item.row() for item in found.items], as_json=False)
        at.voice.say(summary(found))
    require_known(found)


def clients_of(access: Access, scope: Scope) -> Clients:
    """Give clients of the account's services that are patient where AWS throttles."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = access.client(service, scope.account.region, attempts=_PATIENT)
        return made[service]

    return client


def document(found: Inventory) -> dict[str, Any]:
    """Write an inventory for programs."""
    return {
        "account": found.account,
        "count": len(found.laid_out),
        "items": [item.row() for item in found.items],
        "unknown": [{"kind": each.kind, "reason": each.reason} for each in found.unknown],
    }


def summary(found: Inventory) -> str:
    """Tell in one line how much there is."""
    bootstrap = sum(item.is_bootstrap for item in found.items)
    ending = sum(item.is_ending for item in found.items)
    return (
        f"{found.account}: {len(found.laid_out)} things of the account, {bootstrap} of its "
        f"bootstrap, {ending} that end by themselves"
    )


def require_known(found: Inventory) -> None:
    """Refuse to call an inventory complete where AWS did not answer."""
    if found.unknown:
        told = "; ".join(f"{each.kind}: {each.reason}" for each in found.unknown)
        raise EnvironmentFault(
            f"inventory of {found.account}",
            "must get an answer from every service",
            got=told,
            hint="what is listed is there; whether it is all cannot be told",
        )


def show_leftovers(voice: Voice, found: Inventory) -> None:
    """List what is left."""
    voice.rows(_COLUMNS, [item.row() for item in found.laid_out], as_json=False)
