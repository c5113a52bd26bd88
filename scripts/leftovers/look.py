"""What of a plan's creations is there already: asked once a run was cut off, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipelines.errors import Finding
from scripts.adoption import Ask, Place
from scripts.inventory.scope import Clients
from scripts.leftovers import catalog, dns, network, security
from scripts.leftovers.finder import Finder
from scripts.planned_state import resources

FINDERS: Mapping[str, Finder] = {
    **catalog.FINDERS,
    **dns.FINDERS,
    **network.FINDERS,
    **security.FINDERS,
}
"""By type of resource, what finds those whose identifiers AWS gives."""


def asking(clients: Clients) -> Ask:
    """Return what asks an account, through clients of its services by name."""

    def ask(kind: str, values: Mapping[str, Any]) -> tuple[str, ...]:
        finder = FINDERS.get(kind)
        return tuple(finder(clients, values)) if finder else ()

    return ask


def left_behind(plan: Mapping[str, Any], place: Place) -> dict[str, str]:
    """Tell, by address, what a plan would make and is there, and what it is imported by.

    What the state holds, or the plan imports already, is accounted for. Raises Finding where
    several things could be meant, or one thing by several addresses: to make one more, or to
    adopt the wrong one, would both be worse than to ask.
    """
    known = _accounted_for(plan)
    found: dict[str, str] = {}
    for planned in plan.get("resource_changes", []):
        change = planned["change"]
        if change["actions"] != ["create"] or "importing" in change:
            continue
        kind = str(planned["type"])
        there = [each for each in place.ask(kind, change.get("after") or {}) if each not in known]
        if len(there) > 1:
            raise _ambiguous(planned["address"], ", ".join(there))
        if there:
            found[str(planned["address"])] = there[0]
    for identifier, times in Counter(found.values()).items():
        if times > 1:
            meant = [address for address, each in found.items() if each == identifier]
            raise _ambiguous(" and ".join(meant), f"{identifier} for each")
    return found


def _accounted_for(plan: Mapping[str, Any]) -> set[str]:
    held = {str(found["values"].get("id")) for _, found in resources(plan)}
    imported = {
        str(planned["change"]["importing"].get("id"))
        for planned in plan.get("resource_changes", [])
        if planned["change"].get("importing")
    }
    return held | imported


def _ambiguous(address: str, got: str) -> Finding:
    return Finding(
        address,
        "must be one thing at most that a run which was cut off has left behind",
        got=got,
        hint="delete what nothing uses, then plan again",
    )
