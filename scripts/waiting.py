"""Waiting for something that AWS does, by asking until it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from pipelines.errors import EnvironmentFault

_State = TypeVar("_State")


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask; the clock is passed in."""

    seconds: float
    interval: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def ask(
        self, address: str, read: Callable[[], _State], done: Callable[[_State], bool]
    ) -> Iterator[_State]:
        """Yield each state that is read, the last of which is done."""
        end = self.now() + self.seconds
        while True:
            state = read()
            yield state
            if done(state):
                return
            if self.now() >= end:
                raise EnvironmentFault(
                    address,
                    f"must be done within {self.seconds:.0f} s",
                    got="no end yet",
                    hint="it goes on without this command; ask for its state later",
                )
            self.sleep(self.interval)

    def last(
        self, address: str, read: Callable[[], _State], done: Callable[[_State], bool]
    ) -> _State:
        """Wait until it is done and give the last state."""
        *_, state = self.ask(address, read, done)
        return state


def patience_for(*, local: bool, seconds: float) -> Patience:
    """Ask often on this machine, and rarely where requests are counted."""
    return Patience(seconds, 0.3 if local else 10.0)
