"""Carries a container's output to a stream in CloudWatch Logs, line by line, in batches."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from twin.errors import ServiceError

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 0.4
# What PutLogEvents takes at once, less some room:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
_MOST_EVENTS = 5_000
_MOST_BYTES = 900_000
_EVENT_OVERHEAD = 26


class LogStream:
    """One stream, written with the rights of who runs the container.

    Lines that cannot be written are lost, as they are on AWS: the job goes on.
    """

    def __init__(self, connect: Callable[[], Any], group: str, stream: str) -> None:
        """``connect`` returns a client with valid credentials."""
        self._connect, self._group, self._stream = connect, group, stream
        self._lock = threading.Lock()
        self._waiting: list[dict[str, Any]] = []
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"log {stream}", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Add a line; a blank one is left out, because the service refuses empty messages."""
        if line.strip():
            with self._lock:
                entry = {"timestamp": int(time.time() * 1000), "message": line}
                self._waiting.append(entry)
            self._wake.set()

    def close(self) -> None:
        """Write what waits and end."""
        self._closed.set()
        self._wake.set()
        self._thread.join(timeout=10)

    def abandon(self) -> None:
        """Forget what waits and end."""
        with self._lock:
            self._waiting.clear()
        self._closed.set()
        self._wake.set()

    def _run(self) -> None:
        # Made while the container starts, so that nobody waits for it at the end.
        made = self._attempt(self._make)
        while True:
            self._wake.wait()
            # Lines that come together go together.
            self._closed.wait(_PAUSE_SECONDS)
            self._wake.clear()
            closing = self._closed.is_set()
            made = made or self._attempt(self._make)
            if not (made and self._attempt(self._flush)):
                with self._lock:
                    self._waiting.clear()
            if closing:
                return

    def _attempt(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except (ClientError, BotoCoreError, ServiceError) as error:
            _log.warning("%s %s: %s", self._group, self._stream, error)
            return False
        return True

    def _make(self) -> None:
        client = self._connect()
        try:
            self._make_stream(client)
        except client.exceptions.ResourceNotFoundException:
            client.create_log_group(logGroupName=self._group)
            self._make_stream(client)

    def _make_stream(self, client: Any) -> None:
        # Where the group is there, a role needs no more than its streams.
        try:
            client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        except client.exceptions.ResourceAlreadyExistsException:
            return

    def _flush(self) -> None:
        while True:
            with self._lock:
                batch = self._batch()
            if not batch:
                return
            self._connect().put_log_events(
                logGroupName=self._group, logStreamName=self._stream, logEvents=batch
            )

    def _batch(self) -> list[dict[str, Any]]:
        size = 0
        for count, entry in enumerate(self._waiting):
            size += len(str(entry["message"]).encode()) + _EVENT_OVERHEAD
            if count == _MOST_EVENTS or (count and size > _MOST_BYTES):
                break
        else:
            count = len(self._waiting)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch
