"""A role that SageMaker has taken for one of its resources, taken anew before it expires."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from twin.engines.sagemaker.place import Place
from twin.identity import Credentials
from twin.twin import Twin

_RENEWED_BEFORE = timedelta(minutes=10)


class RoleSession:
    """Credentials and clients of a role, for as long as the resource lives."""

    def __init__(self, twin: Twin, place: Place, role_arn: str, source_arn: str) -> None:
        """Take the role; ServiceError ValidationException where it does not let SageMaker in."""
        self.role_arn = role_arn
        self._twin, self._place, self._source_arn = twin, place, source_arn
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}
        self._credentials = place.session(twin, role_arn, source_arn)

    @property
    def credentials(self) -> Credentials:
        """Credentials that are valid for a while."""
        with self._lock:
            return self._valid()

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client that acts as the role."""
        where = region or self._place.region
        with self._lock:
            credentials = self._valid()
            if (service, where) not in self._clients:
                made = self._twin.client(service, credentials, where)
                self._clients[service, where] = made
            return self._clients[service, where]

    def _valid(self) -> Credentials:
        expires = self._credentials.expires
        if expires is not None and expires - self._twin.now() < _RENEWED_BEFORE:
            self._clients.clear()
            self._credentials = self._place.session(self._twin, self.role_arn, self._source_arn)
        return self._credentials
