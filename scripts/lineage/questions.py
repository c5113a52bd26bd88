"""Asks for one thing after another: what is refused is not known, what is wrong contradicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pipelines.errors import Finding, GatehouseError
from scripts.releases.board_inquiry import Inquiry, plainly

_Answer = TypeVar("_Answer")


class Questions:
    """Questions of one person about one lineage.

    What AWS will not tell becomes a sentence in `untold`. What is there and is found wanting, a
    document that was written over among it, becomes one in `contradictions`.
    """

    def __init__(self) -> None:
        self._inquiry = Inquiry()
        self._contradictions: dict[str, None] = {}

    @property
    def untold(self) -> tuple[str, ...]:
        """What was not told and why."""
        return self._inquiry.sentences

    @property
    def contradictions(self) -> tuple[str, ...]:
        """What was read and cannot be right."""
        return tuple(self._contradictions)

    def ask(self, what: str, question: Callable[[], _Answer]) -> _Answer | None:
        """Ask; None where it is not told, or is told and cannot be right."""

        def asked() -> _Answer | None:
            try:
                return question()
            except Finding as error:
                self.contradict(f"{what}: {plainly(error)}")
                return None

        return self._inquiry.ask(what, asked)

    def contradict(self, sentence: str) -> None:
        """Note what cannot be right."""
        self._contradictions.setdefault(sentence)

    def refuse(self, what: str, error: GatehouseError) -> None:
        """Note an error that somebody else has met."""
        self.contradict(f"{what}: {plainly(error)}")
