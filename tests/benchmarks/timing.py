"""How long some work takes."""

from __future__ import annotations

import time
from collections.abc import Callable


def timed(work: Callable[[], object]) -> float:
    """Give the wall seconds of some work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
