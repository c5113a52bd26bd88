"""Sends copies of requests to a shadow variant; what it answers is measured, and nobody gets it.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-shadow-deployment.html
"""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from twin.engines.sagemaker.hosting.connections import Answer
from twin.engines.sagemaker.hosting.server import Server
from twin.twin import Twin

_log = logging.getLogger(__name__)
# A slow shadow takes neither the twin's threads nor its memory: copies beyond these are dropped.
_CARRIERS = 4
_MOST_WAITING = 256


@dataclass(frozen=True)
class Copy:
    """A request as production got it: headers and body for the container, and its parameters."""

    body: bytes
    headers: Mapping[str, str]
    given: Mapping[str, Any]


class Shadows:
    """Carries copies of requests to shadows, apart from the requests themselves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._carriers = 0

    def send(
        self, twin: Twin, server: Server, copy: Copy, measure: Callable[[int, float], None]
    ) -> None:
        """Send a copy in the background; the server, which was entered, is left afterwards.

        ``measure`` learns of the status, 0 without an answer, and of the seconds that it took.
        """
        with self._lock:
            full = len(self._waiting) >= _MOST_WAITING
            if not full:
                self._waiting.append(partial(_carry, server, copy, measure))
            further = not full and self._carriers < _CARRIERS
            self._carriers += further
        if full:
            _log.warning("shadow %s is too slow: a copy was dropped", server.name)
            server.leave()
        if further:
            twin.background("copies for shadows", self._work)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._carriers -= 1
                    return
                carry = self._waiting.popleft()
            try:
                carry()
            except Exception:
                _log.exception("a copy for a shadow")


def _carry(server: Server, copy: Copy, measure: Callable[[int, float], None]) -> None:
    started = time.perf_counter()
    try:
        answer = _answer(server, copy)
        measure(answer.status, time.perf_counter() - started)
    finally:
        server.leave()


def _answer(server: Server, copy: Copy) -> Answer:
    try:
        answer = server.invoke(copy.body, copy.headers)
    except (OSError, http.client.HTTPException):
        server.revive()
        return Answer(0, "", b"")
    if answer.status < 300 and server.capture is not None:
        sent = (str(copy.given.get("ContentType") or ""), copy.body)
        server.capture.offer(sent, (answer.content_type, answer.body), copy.given)
    return answer
