"""Reads values of a plan without trusting their shape: what is not as expected counts as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

_NOTHING: Mapping[str, Any] = {}


def text(values: Mapping[str, Any], name: str) -> str:
    """Give a text, or "" where it is absent or something else."""
    found = values.get(name)
    return found if isinstance(found, str) else ""


def number(values: Mapping[str, Any], name: str) -> int | None:
    """Give a whole number, or None."""
    found = values.get(name)
    if isinstance(found, bool):
        return None
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return found if isinstance(found, int) else None


def switch(values: Mapping[str, Any], name: str) -> bool | None:
    """Give a Boolean, or None."""
    found = values.get(name)
    return found if isinstance(found, bool) else None


def texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Give the texts of a list, in order."""
    found = values.get(name)
    return tuple(each for each in found if isinstance(each, str)) if is_list(found) else ()


def rows(values: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """Give the blocks of a name; a single one counts as a list of one."""
    found = values.get(name)
    if isinstance(found, Mapping):
        return (found,)
    return tuple(each for each in found if isinstance(each, Mapping)) if is_list(found) else ()


def block(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give the first block of a name, or an empty one."""
    found = rows(values, name)
    return found[0] if found else _NOTHING


def mapping(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give an object, or an empty one."""
    found = values.get(name)
    return found if isinstance(found, Mapping) else _NOTHING


def tags_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Give the tags of a resource, those of the provider with them."""
    found = dict(mapping(values, "tags")) | dict(mapping(values, "tags_all"))
    return {str(key): each for key, each in sorted(found.items()) if isinstance(each, str)}


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether something is a list, as JSON has them."""
    return isinstance(value, list | tuple)
