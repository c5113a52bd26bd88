"""A role that SageMaker has taken for one of its resources, taken anew before it expires."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from twin.call import Position
from twin.credentials import Credentials
from twin.engines.sagemaker.place import POSITION, Place
from twin.twin import Twin

_RENEWED_BEFORE = timedelta(minutes=10)


class RoleSession:
    """Credentials and clients of a role, for as long as the resource lives."""

    def __init__(self, twin: Twin, place: Place, role_arn: str, source_arn: str) -> None:
        """Take the role; ServiceError ValidationException where it does not let SageMaker in."""
        self.role_arn = role_arn
        self._twin, self._place, self._source_arn = twin, place, source_arn
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, Position, float | None], Any] = {}
        self._credentials = place.session(twin, role_arn, source_arn)

    @property
    def credentials(self) -> Credentials:
        """Credentials that are valid for a while."""
        with self._lock:
            return self._valid()

    def client(
        self,
        service: str,
        region: str | None = None,
        position: Position = POSITION,
        patience: float | None = None,
    ) -> Any:
        """Return a client that acts as the role, by default from SageMaker's own network.

        With patience it asks once and waits as many seconds.
        """
        key = service, region or self._place.region, position, patience
        with self._lock:
            credentials = self._valid()
            if key not in self._clients:
                made = self._twin.client(key[0], credentials, key[1], position, patience)
                self._clients[key] = made
            return self._clients[key]

    def _valid(self) -> Credentials:
        expires = self._credentials.expires
        if expires is not None and expires - self._twin.now() < _RENEWED_BEFORE:
            self._clients.clear()
            self._credentials = self._place.session(self._twin, self.role_arn, self._source_arn)
        return self._credentials
