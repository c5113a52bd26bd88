"""One step of a drain: find, ask for the end, wait until nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault
from scripts.access import aws_errors
from scripts.refusals import read_refusal
from scripts.waiting import Patience

# Something else must go first, or asks at the same time: the next round asks again.
_AGAIN = (
    "ConflictException",
    "DependencyViolation",
    "InvalidParameterValue",
    "OperationAborted",
    "ResourceInUse",
    "ResourceInUseException",
    "ResourceLimitExceeded",
)

Waiting = Callable[[float], Patience]
"""Gives the patience for a step that may take so many seconds on AWS."""


@dataclass(frozen=True)
class Step:
    """What is to be gone, and how it goes."""

    title: str
    find: Callable[[], Mapping[str, Any]]
    """What is still there, by name, with what `end` needs to know of it."""
    end: Callable[[Any], None]
    limit: float = 900
    """How many seconds it may take AWS."""
    is_data: bool = False
    """It is somebody's work: done only with their consent."""
    repeats: bool = False
    """Asking once may not be enough; each round asks again."""


@dataclass(frozen=True)
class Drained:
    """What a step did."""

    title: str
    ended: int


def drain(
    steps: Sequence[Step],
    waiting: Waiting,
    tell: Callable[[str], None],
    endpoint: str | None,
) -> list[Drained]:
    """Take the steps in order; each may be repeated, and one that is cut off is taken anew."""
    return [_take(step, waiting(step.limit), tell, endpoint) for step in steps]


def _take(
    step: Step, patience: Patience, tell: Callable[[str], None], endpoint: str | None
) -> Drained:
    asked: set[str] = set()

    def advance() -> Mapping[str, Any]:
        with _errors(step, endpoint):
            found = step.find()
            for name, target in found.items():
                if step.repeats or name not in asked:
                    if not asked:
                        tell(f"{step.title}: {_few(found)}")
                    if _end(step, name, target):
                        asked.add(name)
            return step.find() if found else found

    try:
        left = patience.last(step.title, advance, lambda found: not found)
    except EnvironmentFault as fault:
        if fault.address != step.title or not fault.must_hold.startswith("must be done within"):
            raise
        with _errors(step, endpoint):
            left = step.find()
        if left:
            raise EnvironmentFault(
                step.title,
                fault.must_hold,
                got=_few(left),
                hint="run the same command again: it goes on where this ended",
            ) from fault
    return Drained(step.title, len(asked))


def _end(step: Step, name: str, target: Any) -> bool:
    """Ask for the end of one thing; tell whether it was heard."""
    try:
        step.end(target)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _AGAIN:
            return False
        if name not in step.find():
            return True
        raise
    return True


@contextmanager
def _errors(step: Step, endpoint: str | None) -> Iterator[None]:
    with aws_errors(step.title, "must be possible", endpoint):
        try:
            yield
        except ClientError as error:
            refusal = read_refusal(str(error), "the role in use")
            if refusal is None:
                raise
            raise EnvironmentFault(
                step.title, f"must be allowed {refusal.action}", got=str(error), hint=refusal.hint()
            ) from error


def _few(found: Mapping[str, Any]) -> str:
    names = list(found)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
