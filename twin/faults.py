"""Makes requests fail as AWS's do now and then: throttled, failed, delayed, without an answer.

Which requests it hits follows from a seed, so that a run can be had again.
"""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from twin.call import Call
from twin.errors import ServiceError

_LONGEST_DELAY = 300.0


class Kind(StrEnum):
    """What a fault does to a request that it hits."""

    THROTTLE = "throttle"
    """Refused as too many; nothing is done."""
    FAIL = "fail"
    """Answered with an error of the server; nothing is done."""
    DELAY = "delay"
    """Done, some seconds later."""
    DROP = "drop"
    """The connection ends without an answer; nothing is done."""
    LOSE = "lose"
    """Done, but the connection ends without an answer."""
    ROLLBACK = "rollback"
    """An update of an endpoint that is accepted, and undone later without an error."""
    INTERRUPT = "interrupt"
    """A managed spot training that loses its machine once, and is started again on another."""


OF_REQUESTS = (Kind.THROTTLE, Kind.FAIL, Kind.DELAY, Kind.DROP, Kind.LOSE)
"""The kinds that befall a request itself."""


class Misasked(Exception):
    """A fault cannot be as it was asked for; the text says why."""


@dataclass(frozen=True)
class Fault:
    """What shall happen to which requests.

    ``service`` and ``operation`` are patterns of botocore's names (``s3``, ``Put*``),
    ``account`` one of the callers' account. Of the requests that match, a share of ``rate`` is
    hit, at most ``count``. ``code`` and ``status`` replace the error that the service would give.
    """

    kind: Kind
    service: str = "*"
    operation: str = "*"
    account: str = "*"
    rate: float = 1.0
    seed: int = 0
    count: int | None = None
    seconds: float = 0.0
    code: str | None = None
    status: int | None = None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Fault:
        """Read a fault from the control API; raises Misasked for what it cannot be."""
        unknown = sorted(set(document) - set(cls.__dataclass_fields__))
        if unknown:
            raise Misasked(f"a fault has no {', '.join(unknown)}")
        given = {key: value for key, value in document.items() if value is not None}
        try:
            given["kind"] = Kind(given.get("kind", ""))
        except ValueError:
            kinds = ", ".join(kind.value for kind in Kind)
            raise Misasked(f"kind must be one of {kinds}, got {given.get('kind')!r}") from None
        fault = cls(**given)
        fault._check()
        return fault

    def _check(self) -> None:
        for name in ("service", "operation", "account"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise Misasked(f"{name} must be a pattern, got {getattr(self, name)!r}")
        if not _is_number(self.rate) or not 0 < self.rate <= 1:
            raise Misasked(f"rate must be more than 0 and at most 1, got {self.rate!r}")
        if type(self.seed) is not int:
            raise Misasked(f"seed must be a whole number, got {self.seed!r}")
        if self.count is not None and (type(self.count) is not int or self.count < 1):
            raise Misasked(f"count must be a whole number of at least 1, got {self.count!r}")
        if not _is_number(self.seconds) or not 0 <= self.seconds <= _LONGEST_DELAY:
            raise Misasked(f"seconds must be from 0 to {_LONGEST_DELAY:g}, got {self.seconds!r}")
        if self.kind is Kind.DELAY and not self.seconds:
            raise Misasked("a delay needs seconds, got none")
        if self.code is not None and not isinstance(self.code, str):
            raise Misasked(f"code must be an error code, got {self.code!r}")
        if self.status is not None and self.status not in range(400, 600):
            raise Misasked(f"status must be from 400 to 599, got {self.status!r}")

    def concerns(self, call: Call) -> bool:
        """Tell whether the fault is for requests like this one."""
        return (
            fnmatch.fnmatchcase(call.service, self.service)
            and fnmatch.fnmatchcase(call.operation, self.operation)
            and fnmatch.fnmatchcase(call.caller.account_id, self.account)
        )

    def error(self, protocol: str) -> ServiceError | None:
        """Return the answer that the fault gives in a service of a protocol, if it gives one."""
        if self.kind is Kind.THROTTLE:
            code, message, status = _THROTTLED.get(protocol, _THROTTLED["json"])
        elif self.kind is Kind.FAIL:
            code, message, status = _FAILED.get(protocol, _FAILED["json"])
        elif self.kind is Kind.DROP:
            # For the record only: nobody gets it.
            code, message, status = "NoAnswer", "The connection was ended by a fault.", 503
        else:
            return None
        return ServiceError(self.code or code, message, self.status or status)


@dataclass
class _Standing:
    number: int
    fault: Fault
    chances: random.Random
    met: int = 0
    hit: int = 0


class Faults:
    """The faults of a twin. The first that hits a request is the one that it meets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []
        self._made = 0

    def add(self, fault: Fault) -> int:
        """Let a fault happen from now on; return its number."""
        with self._lock:
            self._made += 1
            standing = _Standing(self._made, fault, random.Random(fault.seed))  # noqa: S311
            # Replaced, not changed: whoever goes through the list does so without the lock.
            self._standing = [*self._standing, standing]
            return self._made

    def clear(self, number: int | None = None) -> int:
        """End a fault, or all; return how many were ended."""
        with self._lock:
            kept = [s for s in self._standing if number is not None and s.number != number]
            ended = len(self._standing) - len(kept)
            self._standing = kept
            return ended

    def listed(self) -> list[dict[str, Any]]:
        """Return all faults with how many requests each has met and hit."""
        with self._lock:
            return [
                {"number": s.number, **asdict(s.fault), "met": s.met, "hit": s.hit}
                for s in self._standing
            ]

    def strike(self, call: Call, kinds: Collection[Kind] = OF_REQUESTS) -> Fault | None:
        """Return the fault of some kinds that a request meets, if it meets any.

        Those of other kinds than the usual ones befall what a request brings about: whoever does
        that asks for them.
        """
        if not self._standing:
            return None
        for standing in self._standing:
            fault = standing.fault
            if fault.kind in kinds and fault.concerns(call) and self._hits(standing):
                return standing.fault
        return None

    def _hits(self, standing: _Standing) -> bool:
        fault = standing.fault
        with self._lock:
            standing.met += 1
            # One number for each request that it meets, so that the sequence is the seed's alone.
            drawn = standing.chances.random() < fault.rate
            if not drawn or (fault.count is not None and standing.hit >= fault.count):
                return False
            standing.hit += 1
            return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# What services of each protocol say; SDKs repeat such requests after a pause.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
_THROTTLED = {
    "json": ("ThrottlingException", "Rate exceeded", 400),
    "rest-json": ("TooManyRequestsException", "Rate exceeded", 429),
    "query": ("Throttling", "Rate exceeded", 400),
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "rest-xml": ("SlowDown", "Please reduce your request rate.", 503),
}
_FAILED = {
    "json": ("InternalServerException", "An internal error occurred.", 500),
    "query": ("InternalFailure", "An internal error occurred.", 500),
    "ec2": ("InternalError", "An internal error has occurred.", 500),
    "rest-xml": ("InternalError", "We encountered an internal error. Please try again.", 500),
}
