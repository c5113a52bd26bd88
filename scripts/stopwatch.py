"""How long each part of a longer work took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Measures named parts, in the order in which they were done."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.parts: list[tuple[str, float]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        start = self._now()
        yield
        self.parts.append((name, self._now() - start))

    def total(self) -> float:
        """Add the parts up."""
        return sum(seconds for _, seconds in self.parts)
