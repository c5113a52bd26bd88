"""Where a resource is, for those who look up its tags, and how tags are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.twin import Twin

PARTITION = "aws"
Tags = Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """A resource by its ARN; ``tail`` is what follows the account: ``role/path/name``."""

    twin: Twin
    arn: str
    account: str
    region: str
    tail: str

    @property
    def kind(self) -> str:
        """The type of resource as its ARN has it."""
        return self.tail.partition("/")[0].partition(":")[0]

    @property
    def name(self) -> str:
        """What follows the type: path and name."""
        return self.tail[len(self.kind) + 1 :]


Holder = Callable[[Place], "Tags | None"]
"""Returns the tags of a resource; None where it does not exist, or nobody knows that it does."""


def listed(tags: Iterable[Mapping[str, Any]] | None) -> Tags:
    """Read tags from a list, whatever its members are called."""
    found: dict[str, str] = {}
    for tag in tags or ():
        for key, value in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")):
            if key in tag:
                found[str(tag[key])] = str(tag.get(value) or "")
    return found


def mapped(tags: Mapping[str, Any] | None) -> Tags:
    """Read tags from an object."""
    return {str(key): str(value) for key, value in (tags or {}).items()}


def tagged(backend: Any | None, name: str) -> Tags | None:
    """Read tags from a backend's tagging service, which does not know what exists."""
    tagger = getattr(backend, "tagger", None) or getattr(backend, "tagging_service", None)
    held = None if tagger is None else tagger.tags.get(name)
    return None if held is None else mapped(held)


def record(place: Place, kind: str, name: str, member: str = "tags") -> Tags | None:
    """Read tags from a table of the twin."""
    held = place.twin.table(kind, place.account, place.region).get(name)
    if held is None:
        return None
    given = held.get(member)
    return mapped(given) if isinstance(given, Mapping) else listed(given)
