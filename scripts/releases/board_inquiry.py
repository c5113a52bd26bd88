"""Asks for one thing after another, and says in a sentence what was not told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pipelines.errors import GatehouseError, Misuse

_Answer = TypeVar("_Answer")


class Inquiry:
    """Questions of one person; a refused one costs its answer and nothing else."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._closed: set[str] = set()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was not told and why, in the order in which it was asked."""
        return tuple(self._sentences.values())

    def ask(self, what: str, question: Callable[[], _Answer]) -> _Answer | None:
        """Ask; None where it is not told.

        What a person may not have is asked for once: each further refusal would look like an
        attack in the audit trail.
        """
        if what in self._closed:
            return None
        try:
            return question()
        except GatehouseError as error:
            if isinstance(error, Misuse):
                self._closed.add(what)
            self._sentences.setdefault(what, f"Not told here: {what} ({plainly(error)}).")
            return None


def plainly(error: GatehouseError) -> str:
    """Tell an error in one line, without its hint."""
    got = f", got {error.got}" if error.got is not None else ""
    return f"{error.address}: {error.must_hold}{got}"
