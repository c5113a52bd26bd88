"""Under load every request is answered rightly and soon, or the reason why not is told."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from pipelines.models.limits import Load
from pipelines.promotion.consumer import Consumer
from pipelines.promotion.held_out import HeldOut
from pipelines.promotion.pace import Pace, measure_pace
from pipelines.promotion.rows import parse_csv
from pipelines.promotion.watch import Watch, in_threads
from tests.pipelines.promotion.runtime import FakeRuntime, refused
from tests.pipelines.promotion.test_promotion_test import one_by_one
from tests.pipelines.promotion.world import HOLDOUT, PREDICTIONS

LIMITS = Load(clients=4, requests=40, p95_ms=2000, error_share=0)
Invoke = Callable[..., dict[str, Any]]


def held_out() -> HeldOut:
    """The two rows of the table and their recorded predictions."""
    rows = parse_csv("rows", HOLDOUT)
    return HeldOut(
        rows.without("diagnosis"),
        rows.column("diagnosis", "rows"),
        parse_csv("recorded", PREDICTIONS),
    )


def paced(
    wrap: Callable[[Invoke], Invoke] | None = None,
    *,
    limits: Load = LIMITS,
    seconds: float = 0.01,
    watch: Watch | None = None,
) -> Pace:
    """Measure a container whose invocations are wrapped in something."""
    runtime = FakeRuntime()
    if wrap:
        runtime.invoke_endpoint = wrap(runtime.invoke_endpoint)  # type: ignore[method-assign]
    ticks = itertools.count()
    one = Watch(seconds=lambda: next(ticks) * seconds, together=one_by_one)
    return measure_pace(Consumer(runtime, "endpoint"), held_out(), limits, 1e-6, watch or one)


def test_every_request_is_counted_and_held_to_record() -> None:
    found = paced()
    assert found.failures() == []
    assert found.document() == {
        "clients": 4,
        "requests": 40,
        "planned": 40,
        "errors": 0,
        "error_share": 0,
        "told": [],
        "p50_ms": 10.0,
        "p95_ms": 10.0,
        "p99_ms": 10.0,
        "limit_p95_ms": 2000,
        "limit_error_share": 0,
        "passed": True,
    }


def test_as_many_clients_ask_at_once_as_are_asked_for() -> None:
    together = threading.Barrier(LIMITS.clients, timeout=30)
    first = threading.local()

    def wrap(invoke: Invoke) -> Invoke:
        def meet(**request: Any) -> dict[str, Any]:
            if not hasattr(first, "met"):
                first.met = True
                # Broken, and so an error, unless all clients are under way.
                together.wait()
            return invoke(**request)

        return meet

    assert paced(wrap, watch=Watch()).failures() == []


def test_what_a_client_raises_is_not_lost() -> None:
    def fail() -> None:
        raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        in_threads([lambda: None, fail])


def test_a_slow_answer_fails_and_no_more_is_asked_than_shows_it() -> None:
    found = paced(seconds=3)
    rule = "95 of 100 requests must end within 2000 ms while 4 clients ask: got 3000.0 ms"
    assert found.failures() == [rule]
    # Two of 40 may be late.
    assert len(found.taken_ms) == 3


def test_a_request_that_is_late_by_less_than_is_told_is_not_late() -> None:
    found = paced(seconds=2.0000004)
    assert (len(found.taken_ms), found.failures()) == (40, [])


def failing(how: Callable[[], Exception], every: int) -> Callable[[Invoke], Invoke]:
    """Let one of so many requests fail."""
    count = itertools.count(1)

    def wrap(invoke: Invoke) -> Invoke:
        def perhaps(**request: Any) -> dict[str, Any]:
            if next(count) % every == 0:
                raise how()
            return invoke(**request)

        return perhaps

    return wrap


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (lambda: refused(500, "no"), "status 500"),
        (lambda: refused(400, "no"), "status 400"),
        (lambda: ReadTimeoutError(endpoint_url="x"), "endpoint endpoint: must answer its consumer"),
    ],
)
def test_one_failed_request_fails_the_release(how: Callable[[], Exception], told: str) -> None:
    found = paced(failing(how, every=7))
    [only] = found.failures()
    assert only.startswith("of 100 requests 0 may fail while 4 clients ask: got 1 of 7 (")
    assert told in only
    assert len(found.document()["told"]) == 1


def test_errors_within_the_allowed_share_pass() -> None:
    lax = Load(clients=4, requests=40, p95_ms=2000, error_share=0.05)
    found = paced(failing(lambda: refused(500, "no"), every=20), limits=lax)
    assert (found.error_share, len(found.taken_ms), found.failures()) == (0.05, 40, [])


def test_the_answer_to_another_row_is_an_error() -> None:
    def swap(invoke: Invoke) -> Invoke:
        def other(**request: Any) -> dict[str, Any]:
            request["Body"] = request["Body"].replace(b"1.5,10.5", b"2.5,20.5")
            return invoke(**request)

        return other

    [only] = paced(swap).failures()
    assert only.endswith("(another prediction than the recorded one)")


def test_a_single_client_is_not_called_a_load() -> None:
    alone = Load(clients=1, requests=40, p95_ms=5, error_share=0)
    [only] = paced(limits=alone).failures()
    assert only == "95 of 100 requests must end within 5 ms: got 10.0 ms"
