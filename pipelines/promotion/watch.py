"""The time that a test takes, and the many clients that it asks with: both are handed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

Work = Callable[[], None]


def in_threads(works: Sequence[Work]) -> None:
    """Do all works at once and wait for them; raises what the first one to fail raised."""
    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


@dataclass(frozen=True)
class Watch:
    """Tells the time of day, counts seconds, and does several works together."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    seconds: Callable[[], float] = field(default=time.perf_counter)
    together: Callable[[Sequence[Work]], None] = field(default=in_threads)
