"""How one service's operations are read: what its table has to say beyond the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

Pair = tuple[str, str]
"""An action and the ARN it is asked on."""

Entry = Callable[["Twin", Call], Iterable[Pair]]
"""Reads one operation by itself: its actions and ARNs."""

Resolver = Callable[["Twin", Call], tuple[str, ...]]
"""Returns the ARNs of one kind of resource that a call names; empty where it names none."""


@dataclass(frozen=True)
class Service:
    """What a service's table says where the reference does not say it, or says it otherwise.

    ``places``: which parameters fill a place of an ARN's template, after one of its own name; as
    ``kind/place`` which alone do so for a kind. ``kinds``: kinds of resource that a function finds.
    ``actions``: the action of an operation that is not called like it. ``about``: the kinds an
    operation is about, where others than the reference lists. ``entries``: operations read by a
    function alone. ``arns``: parameters that are whole ARNs, beside those that are everywhere
    called so. ``new``: places of ARNs that AWS itself fills when an operation makes something;
    ``*`` for all. ``free``: operations that AWS allows everybody, whatever policies say.
    ``tagged``: the action that a request needs besides when it makes something with tags, by
    operation, where the reference does not tell it; with the kind that is tagged, where the making
    is on everything.
    """

    prefix: str
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, Resolver] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    arns: tuple[str, ...] = ()
    new: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    tagged: Mapping[str, str] = field(default_factory=dict)
