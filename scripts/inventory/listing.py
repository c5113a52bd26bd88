"""Lists that differ only in their words: one declaration each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.inventory.item import Item
from scripts.inventory.scope import Clients, Scope, pages


@dataclass(frozen=True)
class Listing:
    """A list operation, and the members of its answer that hold what is looked for."""

    kind: str
    service: str
    operation: str
    items: str
    name: str = ""
    arn: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    is_data: bool = False

    def ask(self, clients: Clients, scope: Scope) -> Iterator[Item]:
        """List what is there of this account."""
        for page in pages(clients(self.service), self.operation, **self.request):
            for found in page.get(self.items, ()):
                # Some lists hold bare names.
                name = str(found if isinstance(found, str) else found[self.name])
                arn = "" if isinstance(found, str) else str(found.get(self.arn, ""))
                if scope.owns(name):
                    is_bootstrap = scope.is_bootstrap(name)
                    yield Item(
                        self.kind, name, arn=arn, is_data=self.is_data, is_bootstrap=is_bootstrap
                    )


def ask_all(listings: Iterable[Listing], clients: Clients, scope: Scope) -> Iterator[Item]:
    """List by every declaration."""
    for listing in listings:
        yield from listing.ask(clients, scope)
