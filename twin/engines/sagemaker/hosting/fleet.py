"""The servers behind all endpoints, and which of them takes the next invocation."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from twin.engines.sagemaker.hosting.server import Server

_DRAIN_SECONDS = 30.0


@dataclass
class Group:
    """The servers of one endpoint configuration, one for each variant."""

    config_name: str
    servers: Mapping[str, Server]
    weights: dict[str, float] = field(default_factory=dict)

    def end(self, patience: float = _DRAIN_SECONDS) -> None:
        """End all servers, after what is under way."""
        for server in self.servers.values():
            server.end(patience)


class Fleet:
    """Which servers an endpoint's traffic goes to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[str, Group] = {}
        # Traffic is spread by weight; nobody needs to be unable to foresee it.
        self._random = random.Random()  # noqa: S311

    def group(self, arn: str) -> Group | None:
        """Return the servers that take an endpoint's traffic."""
        with self._lock:
            return self._groups.get(arn)

    def replace(self, arn: str, group: Group) -> Group | None:
        """Send an endpoint's traffic to other servers from now on and return those before."""
        with self._lock:
            before = self._groups.get(arn)
            self._groups[arn] = group
            return before

    def remove(self, arn: str) -> Group | None:
        """Send no more traffic to an endpoint and return its servers."""
        with self._lock:
            return self._groups.pop(arn, None)

    def clear(self) -> None:
        """Forget everything; the processes are ended by the twin."""
        with self._lock:
            groups = list(self._groups.values())
            self._groups.clear()
        for group in groups:
            for server in group.servers.values():
                server.abandon()

    def weigh(self, arn: str, weights: Mapping[str, float]) -> None:
        """Change how traffic is spread."""
        with self._lock:
            group = self._groups.get(arn)
            if group is not None:
                group.weights |= weights

    @contextmanager
    def chosen(self, arn: str, variant: str | None) -> Iterator[Server | None]:
        """Choose a server by name or weight; it does not end before the invocation has.

        None where the endpoint has no servers, or none of that name.
        """
        with self._lock:
            group = self._groups.get(arn)
            server = None if group is None else self._choose(group, variant)
            if server is not None:
                # Within the lock: whoever replaces the group later sees this invocation.
                server.enter()
        try:
            yield server
        finally:
            if server is not None:
                server.leave()

    def _choose(self, group: Group, variant: str | None) -> Server | None:
        if variant is not None:
            return group.servers.get(variant)
        names = list(group.servers)
        weights = [group.weights.get(name, 1.0) for name in names]
        if not any(weights):
            return None
        return group.servers[self._random.choices(names, weights)[0]]
