"""A policy that is rewritten under load, and which of its texts may have been in force when."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from policies.iam import Policy


@dataclass
class _Change:
    began: float
    ended: float
    to: int


@dataclass
class Switch:
    """One place of a policy; ``variants`` are what stands there in turn, None for nothing.

    Only one thread turns a switch.
    """

    name: str
    variants: tuple[Policy | None, ...]
    apply: Callable[[int], object]
    _changes: list[_Change] = field(default_factory=lambda: [_Change(-math.inf, -math.inf, 0)])

    def turn(self) -> None:
        """Put the next variant in its place."""
        to = (self._changes[-1].to + 1) % len(self.variants)
        change = _Change(time.monotonic(), math.inf, to)
        self._changes.append(change)
        self.apply(to)
        change.ended = time.monotonic()

    @property
    def turns(self) -> int:
        """How often it was turned."""
        return len(self._changes) - 1

    def possible(self, asked: float, answered: float) -> frozenset[int]:
        """Return the variants that may have been in force between two moments.

        A variant may be so from when its change is asked for until the next one is answered.
        """
        found = set()
        for number, change in enumerate(self._changes):
            following = self._changes[number + 1 : number + 2]
            until = following[0].ended if following else math.inf
            if change.began <= answered and until >= asked:
                found.add(change.to)
        return frozenset(found)
