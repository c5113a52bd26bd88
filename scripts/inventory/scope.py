"""Which names, tags and identifiers belong to one account of the organisation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.naming import Naming
from pipelines.organization import Account

Clients = Callable[[str], Any]
"""Gives the client of a service in the account."""

_BOOTSTRAP = re.compile(
    r"-(tfstate(-logs)?(-\d{12})?|catalog-\d{12}|plan|apply|state|access-[a-z-]+|boundary-[a-z]+)$"
)


@dataclass(frozen=True)
class Scope:
    """One account of the organisation; several of them may share one account of AWS."""

    naming: Naming
    account: Account

    @property
    def prefix(self) -> str:
        """The first part of the names in this account."""
        return self.naming.account_prefix(self.account.name)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags that the provider gives to everything of this account."""
        return {"project": self.naming.organization.prefix, "account": self.account.name}

    def tag_filters(self) -> list[dict[str, Any]]:
        """Spell the tags as EC2 takes them."""
        return [{"Name": f"tag:{key}", "Values": [value]} for key, value in self.tags.items()]

    def owns(self, name: str) -> bool:
        """Tell whether something of this name is of this account.

        A name belongs to the account with the longest prefix that it begins with, and one that
        begins with the organisation's prefix alone to the account in which models are built.
        """
        return any(self._owns_segment(segment) for segment in _segments(name))

    def is_bootstrap(self, name: str) -> bool:
        """Tell whether a name is one of those that exist before the account's root."""
        return bool(_BOOTSTRAP.search(name))

    def _owns_segment(self, segment: str) -> bool:
        prefixes = {self.naming.account_prefix(each.name): each.name for each in self._neighbours()}
        owners = [prefix for prefix in prefixes if _begins(segment, prefix)]
        if owners:
            return prefixes[max(owners, key=len)] == self.account.name
        prefix = self.naming.organization.prefix
        if not _begins(segment, prefix):
            return False
        # The parameters of an account are below its key: /<prefix>/<account>/...
        second = segment.removeprefix(prefix).strip("/").partition("/")[0]
        named = {each.name for each in self._neighbours()}
        if segment.startswith(f"{prefix}/") and second in named:
            return second == self.account.name
        return self._home() == self.account.name

    def _neighbours(self) -> list[Account]:
        accounts = self.naming.organization.accounts.values()
        return [each for each in accounts if each.id == self.account.id]

    def _home(self) -> str:
        builders = [each.name for each in self._neighbours() if not each.is_target]
        return (builders or [self._neighbours()[0].name])[0]


def _begins(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith((f"{prefix}-", f"{prefix}/"))


def _segments(name: str) -> Iterator[str]:
    """Give a name, or that in an ARN, without what a service puts before it (``alias/``)."""
    bare = name.rpartition(":")[2] if name.startswith("arn:") else name
    bare = bare.strip("/")
    yield bare
    while "/" in bare:
        bare = bare.partition("/")[2]
        yield bare


def pages(client: Any, operation: str, **request: Any) -> Iterator[dict[str, Any]]:
    """Give every page of an answer."""
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate(**request)
    else:
        yield getattr(client, operation)(**request)
