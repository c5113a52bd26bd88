"""Forwards the output of a build to CloudWatch Logs, with the role of its project."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

_MOST_BYTES = 200_000
_MOST_EVENTS = 5_000
_LONGEST_LINE = 100_000


class LogStream:
    """A log stream that follows a file."""

    def __init__(
        self, client: Any, names: tuple[str, str], path: Path, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._group, self._stream = names
        self._path = path
        self._clock = clock
        self._position = 0

    def use(self, client: Any) -> None:
        """Go on with another client, whose keys are fresh."""
        self._client = client

    def open(self) -> None:
        """Make the stream, and its group where it is missing; raises ClientError."""
        try:
            self._create_stream()
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._client.create_log_group(logGroupName=self._group)
            self._create_stream()

    def forward(self, *, final: bool = False) -> None:
        """Send what was written since the last time; unfinished lines wait for the end."""
        while True:
            with self._path.open("rb") as file:
                file.seek(self._position)
                read = file.read(_MOST_BYTES)
            end = len(read) if final or len(read) == _MOST_BYTES else read.rfind(b"\n") + 1
            if end <= 0:
                return
            self._position += end
            self._send(read[:end].decode("utf-8", "replace").splitlines())

    def _create_stream(self) -> None:
        try:
            self._client.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise

    def _send(self, lines: list[str]) -> None:
        when = int(self._clock().timestamp() * 1000)
        # CloudWatch Logs refuses empty messages.
        events = [{"timestamp": when, "message": line[:_LONGEST_LINE] or " "} for line in lines]
        for start in range(0, len(events), _MOST_EVENTS):
            self._client.put_log_events(
                logGroupName=self._group,
                logStreamName=self._stream,
                logEvents=events[start : start + _MOST_EVENTS],
            )
