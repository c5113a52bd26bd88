"""Sends copies of requests to a shadow variant; what it answers is measured, and nobody gets it.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-shadow-deployment.html
"""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from twin.engines.sagemaker.hosting.server import Answer, Server
from twin.twin import Twin

_log = logging.getLogger(__name__)
# More copies than this are not under way at once: a slow shadow must not take the twin's threads.
_MOST_AT_ONCE = 32


@dataclass(frozen=True)
class Copy:
    """A request as production got it: headers and body for the container, and its parameters."""

    body: bytes
    headers: Mapping[str, str]
    given: Mapping[str, Any]


class Shadows:
    """Carries copies of requests to shadows, apart from the requests themselves."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def send(
        self, twin: Twin, server: Server, copy: Copy, measure: Callable[[int, float], None]
    ) -> None:
        """Send a copy in the background; the server, which was entered, is left afterwards.

        ``measure`` learns of the status, 0 without an answer, and of the seconds that it took.
        """
        if not self._free.acquire(blocking=False):
            _log.warning("shadow %s is too slow: a copy was dropped", server.name)
            server.leave()
            return

        def carry() -> None:
            started = time.perf_counter()
            try:
                answer = _answer(server, copy)
                measure(answer.status, time.perf_counter() - started)
            finally:
                server.leave()
                self._free.release()

        twin.background(f"copy for shadow {server.name}", carry)


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
