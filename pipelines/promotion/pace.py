"""How fast an endpoint answers, and whether rightly: to one client, and to several at once."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import GatehouseError
from pipelines.models.limits import Load
from pipelines.promotion.consumer import CSV, CSV_WITH_HEADER, Answer, Consumer
from pipelines.promotion.held_out import HeldOut
from pipelines.promotion.rows import Table, compare, parse_csv
from pipelines.promotion.watch import Watch

_SHARE = 95
_TOLD = 3
_LONGEST = 200
# Of milliseconds. What is counted as late must be what the percentile tells.
_DIGITS = 3


@dataclass(frozen=True)
class Pace:
    """How long each request took in milliseconds, and what went wrong with how many."""

    limits: Load
    taken_ms: tuple[float, ...]
    errors: tuple[str, ...]

    @property
    def error_share(self) -> float:
        """Tell which share of the requests was not answered, or wrongly."""
        return round(len(self.errors) / len(self.taken_ms), 6)

    def failures(self) -> list[str]:
        """Tell in words what does not hold."""
        limits, sent, found = self.limits, len(self.taken_ms), []
        with_whom = f" while {limits.clients} clients ask" if limits.clients > 1 else ""
        if self.error_share > limits.error_share:
            rule = f"of 100 requests {limits.error_share * 100:g} may fail{with_whom}"
            found.append(f"{rule}: got {len(self.errors)} of {sent} ({self.errors[0]})")
        p95 = percentile(self.taken_ms, _SHARE)
        if p95 > limits.p95_ms:
            rule = f"{_SHARE} of 100 requests must end within {limits.p95_ms} ms{with_whom}"
            found.append(f"{rule}: got {p95} ms")
        return found

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        shares = {f"p{share}_ms": percentile(self.taken_ms, share) for share in (50, 95, 99)}
        return shares | {
            "clients": self.limits.clients,
            "requests": len(self.taken_ms),
            "planned": self.limits.requests,
            "errors": len(self.errors),
            "error_share": self.error_share,
            "told": list(dict.fromkeys(self.errors))[:_TOLD],
            "limit_p95_ms": self.limits.p95_ms,
            "limit_error_share": self.limits.error_share,
            "passed": not self.failures(),
        }


class _Tally:
    """What several clients note together."""

    def __init__(self, limits: Load) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._begun = 0
        self._late = 0
        self.taken: list[float] = []
        self.errors: list[str] = []

    def next(self) -> int | None:
        """Give the number of the next request, or None.

        Nobody asks on once the limits cannot be kept any more: an endpoint that hangs is refused
        after few requests.
        """
        with self._lock:
            planned = self._limits.requests
            allowed = planned - math.ceil(planned * _SHARE / 100)
            hopeless = len(self.errors) > planned * self._limits.error_share
            if self._begun == planned or hopeless or self._late > allowed:
                return None
            self._begun += 1
            return self._begun - 1

    def note(self, taken_ms: float, error: str | None) -> None:
        """Note how a request ended."""
        with self._lock:
            self.taken.append(taken_ms)
            self._late += taken_ms > self._limits.p95_ms
            if error:
                self.errors.append(error[:_LONGEST])


def measure_pace(
    consumer: Consumer, held_out: HeldOut, limits: Load, tolerance: float, watch: Watch
) -> Pace:
    """Let clients ask for held-out rows one by one, all at once, and hold each answer to record."""
    tally = _Tally(limits)
    rows = list(held_out.rows.batches(1))
    recorded = list(held_out.predictions.batches(1))

    def client() -> None:
        while (number := tally.next()) is not None:
            place = number % len(rows)
            body, start = rows[place].csv(), watch.seconds()
            try:
                answer: Answer | GatehouseError = consumer.ask(body, CSV, CSV_WITH_HEADER)
            except GatehouseError as error:
                answer = error
            taken_ms = round((watch.seconds() - start) * 1000, _DIGITS)
            tally.note(taken_ms, _wrong(answer, recorded[place], tolerance))

    watch.together([client] * limits.clients)
    return Pace(limits, tuple(tally.taken), tuple(tally.errors))


def _wrong(answer: Answer | GatehouseError, recorded: Table, tolerance: float) -> str | None:
    if isinstance(answer, GatehouseError):
        return str(answer).partition("\n")[0]
    if answer.status != 200:
        return f"status {answer.status}"
    try:
        differ = compare(recorded, parse_csv("an answer", answer.body), tolerance).differing_rows
    except GatehouseError as error:
        return str(error).partition("\n")[0]
    return "another prediction than the recorded one" if differ else None


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` percent of the values do not exceed."""
    ordered = sorted(values)
    return round(float(ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]), _DIGITS)
