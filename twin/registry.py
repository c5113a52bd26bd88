"""Who answers, repairs or watches which operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twin.call import Call, Forward, Response

if TYPE_CHECKING:
    from twin.twin import Twin

Answer = Callable[["Twin", Call], "Mapping[str, Any] | Response | None"]
"""Answers an operation from its parameters; the mapping follows the output shape."""

Wrap = Callable[["Twin", Call, Forward], "Response | Mapping[str, Any] | None"]
"""Stands around an operation: may change request or answer, or act after it."""


Watch = Callable[["Twin", Call, Response, "str | None"], None]
"""Learns of a call after it was answered, with the error code where it failed."""

Owner = Callable[["Twin", Call], "str | None"]
"""Tells which account owns what a request names; None for the caller's own."""


class Registry:
    """The table of operations that the twin handles itself.

    An operation has at most one answer (else it goes to moto) and any number of wraps,
    which stand around it in the order of registration, the first outermost. A wrap for
    operation ``*`` stands around every operation of its service.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], Answer] = {}
        self._wraps: dict[tuple[str, str], list[Wrap]] = {}
        self._owners: dict[str, Owner] = {}
        self._watches: list[Watch] = []

    def answers(self, service: str, operation: str) -> Callable[[Answer], Answer]:
        """Register the function that answers an operation; a second one is an error."""

        def register(answer: Answer) -> Answer:
            key = (service, operation)
            if key in self._answers:
                raise ValueError(f"{service}.{operation} has an answer already")
            self._answers[key] = answer
            return answer

        return register

    def wraps(self, service: str, operation: str) -> Callable[[Wrap], Wrap]:
        """Register a function that stands around an operation."""

        def register(wrap: Wrap) -> Wrap:
            self._wraps.setdefault((service, operation), []).append(wrap)
            return wrap

        return register

    def owns(self, service: str) -> Callable[[Owner], Owner]:
        """Register the function that tells in which account a service's requests act."""

        def register(owner: Owner) -> Owner:
            self._owners[service] = owner
            return owner

        return register

    def watches(self, watch: Watch) -> Watch:
        """Register a function that learns of every call after it was answered."""
        self._watches.append(watch)
        return watch

    def watchers(self) -> list[Watch]:
        """Return the functions that learn of every call."""
        return self._watches

    def owner_of(self, service: str) -> Owner | None:
        """Return the function that tells in which account a service's requests act."""
        return self._owners.get(service)

    def answer_of(self, service: str, operation: str) -> Answer | None:
        """Return the answer of an operation, or None where moto answers."""
        return self._answers.get((service, operation))

    def wraps_of(self, service: str, operation: str) -> list[Wrap]:
        """Return what stands around an operation, outermost first."""
        return [*self._wraps.get((service, "*"), []), *self._wraps.get((service, operation), [])]

    def operations(self) -> list[tuple[str, str]]:
        """Return the operations that the twin answers itself, sorted."""
        return sorted(self._answers)

    def wrapped(self) -> list[tuple[str, str]]:
        """Return the operations around which something stands, sorted; ``*`` for a service."""
        return sorted(self._wraps)
