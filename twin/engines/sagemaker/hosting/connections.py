"""Connections to one container that are used again, so that an invocation need not open one."""

from __future__ import annotations

import http.client
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Shorter than any server keeps a connection on which nothing is asked: gunicorn's two seconds.
_IDLE_SECONDS = 1.0
_MOST_IDLE = 16


@dataclass(frozen=True)
class Answer:
    """What a container answered."""

    status: int
    content_type: str
    body: bytes
    custom_attributes: str | None = None


class Connections:
    """Opens connections by ``connect``, and keeps those that are free for a moment."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._idle: deque[tuple[float, http.client.HTTPConnection]] = deque()

    def exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> Answer:
        """Send a request and return its answer; raises OSError or HTTPException without one."""
        connection = self._free() or self._opened()
        kept = False
        try:
            connection.sock.settimeout(seconds)
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            read = Answer(
                answer.status,
                answer.getheader("Content-Type", ""),
                answer.read(),
                answer.getheader("X-Amzn-SageMaker-Custom-Attributes"),
            )
            # After an answer that ends its connection there is no socket any more.
            kept = connection.sock is not None and self._keep(connection)
            return read
        finally:
            if not kept:
                connection.close()

    def close(self) -> None:
        """Close what is free."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for _, connection in idle:
            connection.close()

    def _opened(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = self._connect()
        if connection.sock.family != socket.AF_UNIX:
            # Head and body are sent apart: the second must not wait until the first is confirmed.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _free(self) -> http.client.HTTPConnection | None:
        """Take the connection that was used last, if it can still be used."""
        with self._lock:
            while self._idle:
                since, connection = self._idle.pop()
                if time.monotonic() - since < _IDLE_SECONDS and not _ended(connection.sock):
                    return connection
                connection.close()
        return None

    def _keep(self, connection: http.client.HTTPConnection) -> bool:
        with self._lock:
            if len(self._idle) >= _MOST_IDLE:
                return False
            self._idle.append((time.monotonic(), connection))
            return True


def _ended(held: socket.socket) -> bool:
    """Tell whether the other side has ended a connection, or said what nobody asked for."""
    ready = select.poll()
    ready.register(held, select.POLLIN)
    return bool(ready.poll(0))
