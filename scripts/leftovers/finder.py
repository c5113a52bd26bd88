"""How a thing is asked for by what a plan says of it: its full set of tags, and what tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.inventory.scope import Clients

Values = Mapping[str, Any]
"""What a plan says of a thing that is to be made; what is not known yet is missing."""

Finder = Callable[[Clients, Values], Iterable[str]]
"""Gives the identifiers, as they are imported, of all things that may be meant."""

OURS = ("account", "project")
"""Without these tags nobody could tell whose a thing is."""


def planned_tags(values: Values) -> Mapping[str, str]:
    """Give all tags that a thing is to bear; none where they do not tell that it is ours."""
    tags = values.get("tags_all") or {}
    return tags if all(tags.get(name) for name in OURS) else {}


def bears(found: Mapping[str, str] | Iterable[Mapping[str, str]], values: Values) -> bool:
    """Tell whether what was found bears every tag that is planned, however a service lists them."""
    wanted = planned_tags(values)
    if not isinstance(found, Mapping):
        found = {
            str(tag.get("Key", tag.get("key"))): str(tag.get("Value", tag.get("value")))
            for tag in found
        }
    return bool(wanted) and wanted.items() <= found.items()


def agrees(values: Values, found: Mapping[str, Any], members: Mapping[str, str]) -> bool:
    """Tell whether a thing has what is known of it, by planned attribute and member."""
    return all(
        _reach(found, member) == values[name]
        for name, member in members.items()
        if values.get(name) is not None
    )


def knows(values: Values, *names: str) -> bool:
    """Tell whether a plan knows these already; an identifier of what is to be made it does not."""
    return all(isinstance(values.get(name), str) and values[name] for name in names)


def _reach(found: Any, path: str) -> Any:
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
