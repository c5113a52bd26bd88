"""What a tested endpoint is asked beside its predictions: its contract, bad input, its pace."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.promotion.consumer import CSV, CSV_WITH_HEADER, JSON, Answer, Consumer
from pipelines.promotion.rows import Table


@dataclass(frozen=True)
class Check:
    """One thing that an endpoint must do, and what it did."""

    name: str
    passed: bool
    found: str

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {"name": self.name, "passed": self.passed, "found": self.found}


@dataclass(frozen=True)
class Latency:
    """How long single requests took, in milliseconds."""

    requests: int
    p50_ms: float
    p95_ms: float
    limit_p95_ms: float

    @property
    def passed(self) -> bool:
        """Tell whether the endpoint is fast enough."""
        return self.p95_ms <= self.limit_p95_ms

    def document(self) -> dict[str, Any]:
        """Return the form in which a report carries it."""
        return {
            "requests": self.requests,
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
            "limit_p95_ms": self.limit_p95_ms,
        }


def ask_contract(consumer: Consumer, row: Table, numeric: Collection[str]) -> Iterator[Check]:
    """Ask in each content type for each content type; `numeric` names the columns of numbers."""
    bodies = {CSV: row.csv(), JSON: _json(row, numeric)}
    for given, body in bodies.items():
        for wanted in (CSV, JSON):
            answer = consumer.ask(body, given, wanted)
            kind = answer.content_type.partition(";")[0].strip()
            passed = answer.status == 200 and kind == wanted and _well_formed(answer, wanted)
            yield Check(
                f"{given} is answered with {wanted}", passed, f"{answer.status} {kind}".strip()
            )


def ask_nonsense(consumer: Consumer, row: Table) -> Iterator[Check]:
    """Send what no consumer should: the container refuses it, and is not hurt by it."""
    header, cells = ",".join(row.header), list(row.rows[0])
    narrow = Table(row.header[1:], (row.rows[0][1:],))
    requests = {
        "an empty body": (b"", CSV, CSV),
        "a row with too few values": (",".join(cells[:-1]).encode(), CSV, CSV),
        "a row with too many values": (",".join([*cells, "1"]).encode(), CSV, CSV),
        "a table without a column": (narrow.csv(), CSV, CSV),
        "a header without rows": (header.encode(), CSV, CSV),
        "an unknown column": (row.csv().replace(b"\n", b",unknown\n", 1), CSV, CSV),
        "bytes that are no text": (b"\xff\xfe\x00", CSV, CSV),
        "broken JSON": (b'{"instances": [', JSON, JSON),
        "JSON without rows": (b'{"instances": []}', JSON, JSON),
        "JSON of another shape": (b'"row"', JSON, JSON),
        "an unknown content type": (row.csv(), "application/x-unknown", CSV),
        "an answer in an unknown type": (row.csv(), CSV, "application/x-unknown"),
    }
    for name, (body, content_type, accept) in requests.items():
        status = consumer.ask(body, content_type, accept).status
        yield Check(f"{name} is refused", 400 <= status < 500, str(status))
    after = consumer.ask(row.csv(), CSV, CSV_WITH_HEADER)
    yield Check("it answers after bad input", after.status == 200, str(after.status))


def measure_latency(
    consumer: Consumer, row: Table, requests: int, limit_p95_ms: float, now: Callable[[], float]
) -> Latency:
    """Time single requests one after the other; `now` counts seconds."""
    body, taken = row.csv(), []
    for _ in range(requests):
        start = now()
        consumer.ask(body)
        taken.append((now() - start) * 1000)
    return Latency(requests, percentile(taken, 50), percentile(taken, 95), limit_p95_ms)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` percent of the values do not exceed."""
    ordered = sorted(values)
    return round(float(ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]), 3)


def _json(row: Table, numeric: Collection[str]) -> bytes:
    instances = [
        {
            name: (float(cell) if name in numeric else cell) if cell else None
            for name, cell in zip(row.header, cells, strict=True)
        }
        for cells in row.rows
    ]
    return json.dumps({"instances": instances}).encode()


def _well_formed(answer: Answer, kind: str) -> bool:
    try:
        text = answer.body.decode("utf-8")
        return bool(json.loads(text)["predictions"]) if kind == JSON else bool(text.strip())
    except (ValueError, KeyError, TypeError):
        return False
