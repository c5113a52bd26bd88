"""The servers behind all endpoints, and which of them takes the next invocation."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from twin.engines.sagemaker.hosting.server import LONGEST_INVOCATION_SECONDS, Server

_DRAIN_SECONDS = LONGEST_INVOCATION_SECONDS + 5.0


@dataclass
class Group:
    """The servers of one endpoint configuration, one for each variant.

    ``weights`` has those of all variants; what the shadow's is of production's, that share of the
    requests is copied to it.
    """

    config_name: str
    servers: Mapping[str, Server]
    weights: dict[str, float] = field(default_factory=dict)
    shadow: Server | None = None

    @property
    def copied(self) -> float:
        """Which share of the requests is copied to the shadow."""
        if self.shadow is None:
            return 0.0
        production = sum(self.weights.get(name, 1.0) for name in self.servers)
        own = self.weights.get(self.shadow.name, 1.0)
        return min(own / production, 1.0) if production else 0.0

    def all_servers(self) -> list[Server]:
        """Return the servers of all variants, a shadow's too."""
        return [*self.servers.values(), *([self.shadow] if self.shadow is not None else [])]

    def end(self, patience: float = _DRAIN_SECONDS) -> None:
        """End all servers, after what is under way."""
        for server in self.all_servers():
            server.end(patience)


@dataclass(frozen=True)
class Chosen:
    """The server that takes an invocation, and the shadow that gets a copy of it, if one does."""

    server: Server
    config_name: str
    shadow: Server | None = None


@dataclass
class _Split:
    """The present servers of an endpoint, and beside them new ones that take a share."""

    present: Group
    new: Group | None = None
    share: float = 0.0

    def groups(self) -> list[Group]:
        return [self.present, *([self.new] if self.new is not None else [])]


class Fleet:
    """Which servers an endpoint's traffic goes to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._splits: dict[str, _Split] = {}
        # Traffic is spread by weight; nobody needs to be unable to foresee it.
        self._random = random.Random()  # noqa: S311

    def group(self, arn: str) -> Group | None:
        """Return the servers that an endpoint had before what is being rolled out."""
        with self._lock:
            split = self._splits.get(arn)
            return None if split is None else split.present

    def open(self, arn: str, group: Group) -> None:
        """Send an endpoint's traffic to its first servers."""
        with self._lock:
            self._splits[arn] = _Split(group)

    def shift(self, arn: str, group: Group, share: float) -> None:
        """Send a share of an endpoint's traffic to new servers, the rest to the present ones."""
        with self._lock:
            split = self._splits.get(arn)
            if split is not None:
                split.new, split.share = group, share

    def settle(self, arn: str, *, keep_new: bool) -> Group | None:
        """Send all traffic to the new or to the present servers; return those that get none."""
        with self._lock:
            split = self._splits.get(arn)
            if split is None or split.new is None:
                return None
            kept, left = split.new, split.present
            if not keep_new:
                kept, left = left, kept
            self._splits[arn] = _Split(kept)
            return left

    def remove(self, arn: str) -> Group | None:
        """Send no more traffic to an endpoint and return its servers."""
        with self._lock:
            split = self._splits.pop(arn, None)
            return None if split is None else split.present

    def clear(self) -> None:
        """Forget everything; the processes are ended by the twin."""
        with self._lock:
            splits = list(self._splits.values())
            self._splits.clear()
        for split in splits:
            for group in split.groups():
                for server in group.all_servers():
                    server.abandon()

    def weigh(self, arn: str, weights: Mapping[str, float]) -> None:
        """Change how traffic is spread over variants, a shadow's share too."""
        with self._lock:
            split = self._splits.get(arn)
            if split is not None:
                split.present.weights |= weights

    @contextmanager
    def chosen(self, arn: str, variant: str | None) -> Iterator[Chosen | None]:
        """Choose a server by name or weight; it does not end before the invocation has.

        None where the endpoint has no servers, or none of that name.
        """
        with self._lock:
            split = self._splits.get(arn)
            chosen = None if split is None else self._choose(split, variant)
            entered = [] if chosen is None else [chosen.server]
            if chosen is not None and chosen.shadow is not None:
                # It leaves when the copy has been answered, which is for whoever sends it.
                chosen.shadow.enter()
            for server in entered:
                # Within the lock: whoever replaces the group later sees this invocation.
                server.enter()
        try:
            yield chosen
        finally:
            for server in entered:
                server.leave()

    def _choose(self, split: _Split, variant: str | None) -> Chosen | None:
        group = split.present
        if split.new is not None and self._random.random() < split.share:
            group = split.new
        server = self._of_group(group, variant)
        if server is None:
            return None
        copied = self._random.random() < group.copied
        return Chosen(server, group.config_name, group.shadow if copied else None)

    def _of_group(self, group: Group, variant: str | None) -> Server | None:
        if variant is not None:
            return group.servers.get(variant)
        names = list(group.servers)
        weights = [group.weights.get(name, 1.0) for name in names]
        if not any(weights):
            return None
        return group.servers[self._random.choices(names, weights)[0]]
