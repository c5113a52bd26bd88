"""Reads values of planned resources, keeping apart what is known, unknown and absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from policies.model import PlannedResource


class State(Enum):
    """What a plan says about a value."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Known after the apply only, or not readable because the plan has another shape."""
    ABSENT = "absent"
    """Null, an empty block, or not in the plan at all."""


@dataclass(frozen=True)
class Reading:
    """One value at one place of a resource; ``path`` has an index for each block of a list."""

    path: str
    state: State
    value: Any = None

    def shown(self) -> str:
        """Return the value as a message shows it."""
        return {
            State.KNOWN: f"`{self.value}`",
            State.UNKNOWN: "a value that the plan does not know",
            State.ABSENT: "nothing",
        }[self.state]


def readings(resource: PlannedResource, path: str) -> tuple[Reading, ...]:
    """Return the values at a path such as ``rule.filter.prefix``, one for each block on the way.

    There is always at least one: an absent or unknown block makes an absent or unknown value.
    """
    return tuple(_walk(resource.values, resource.unknown, path.split("."), ""))


def reading(resource: PlannedResource, path: str) -> Reading:
    """Return the value at a path through which there is one way only; more ways are UNKNOWN."""
    found = readings(resource, path)
    return found[0] if len(found) == 1 else Reading(path, State.UNKNOWN)


def text(resource: PlannedResource, path: str) -> str | None:
    """Return a known text, or None."""
    found = reading(resource, path)
    return found.value if found.state is State.KNOWN and isinstance(found.value, str) else None


def blocks(resource: PlannedResource, path: str) -> tuple[PlannedResource, ...] | None:
    """Return the blocks at a path as if each were a resource; None where the plan does not tell."""
    made: list[PlannedResource] = []
    for found in readings(resource, path):
        if found.state is State.ABSENT:
            continue
        unknown = _part(resource.unknown, found.path)
        if not isinstance(found.value, list) or not isinstance(unknown, list | bool | None):
            return None
        for index, value in enumerate(found.value):
            if not isinstance(value, Mapping):
                return None
            beside = unknown[index] if isinstance(unknown, list) and index < len(unknown) else {}
            made.append(_block(resource, value, beside))
    return tuple(made)


def _block(resource: PlannedResource, value: Mapping[str, Any], unknown: Any) -> PlannedResource:
    return replace(resource, values=value, unknown=unknown if isinstance(unknown, Mapping) else {})


def _walk(values: Any, unknown: Any, path: list[str], walked: str) -> Iterator[Reading]:
    if unknown is True:
        yield Reading(walked, State.UNKNOWN)
    elif isinstance(values, list) and path:
        yield from _through(values, unknown, path, walked)
    elif not path:
        yield _leaf(values, unknown, walked)
    elif values is None:
        later = _part(unknown, ".".join(path))
        yield Reading(walked, State.UNKNOWN if _has_true(later) else State.ABSENT)
    elif isinstance(values, Mapping):
        beside = unknown.get(path[0]) if isinstance(unknown, Mapping) else None
        here = f"{walked}.{path[0]}".lstrip(".")
        yield from _walk(values.get(path[0]), beside, path[1:], here)
    else:
        yield Reading(walked, State.UNKNOWN)


def _through(values: list[Any], unknown: Any, path: list[str], walked: str) -> Iterator[Reading]:
    if not values:
        yield Reading(walked, State.UNKNOWN if _has_true(unknown) else State.ABSENT)
    for index, value in enumerate(values):
        beside = unknown[index] if isinstance(unknown, list) and index < len(unknown) else None
        yield from _walk(value, beside, path, f"{walked}.{index}")


def _leaf(value: Any, unknown: Any, walked: str) -> Reading:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        # A block: what is unknown inside it says nothing about whether it is there.
        return Reading(walked, State.KNOWN, value)
    if _has_true(unknown):
        return Reading(walked, State.UNKNOWN)
    if value is None or value in ("", [], {}):
        return Reading(walked, State.ABSENT)
    return Reading(walked, State.KNOWN, value)


def _part(unknown: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(unknown, Mapping):
            unknown = unknown.get(step)
        elif isinstance(unknown, list) and step.isdigit() and int(step) < len(unknown):
            unknown = unknown[int(step)]
        elif isinstance(unknown, list):
            return next((found for part in unknown if (found := _part(part, step))), None)
        else:
            return unknown if unknown is True else None
    return unknown


def _has_true(unknown: Any) -> bool:
    if isinstance(unknown, Mapping):
        return any(_has_true(part) for part in unknown.values())
    if isinstance(unknown, list):
        return any(_has_true(part) for part in unknown)
    return unknown is True
