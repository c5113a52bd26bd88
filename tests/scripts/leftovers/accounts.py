"""An account that moto pretends, with clients, and plans as Terraform tells them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
from moto import mock_aws

from scripts.adoption import Place
from scripts.leftovers.look import asking, left_behind

REGION = "eu-west-1"
TAGS = {"account": "staging", "managed-by": "terraform", "project": "gatehouse"}


class PretendedAccount:
    """An account in memory."""

    def __init__(self) -> None:
        self.client = cache(lambda service: boto3.client(service, REGION))

    def found(self, kind: str, **after: Any) -> str | None:
        """Tell what is there of one thing that a plan would make."""
        return self.all_found((kind, after)).get("it0")

    def all_found(
        self, *planned: tuple[str, dict[str, Any]], held: str | None = None
    ) -> dict[str, str]:
        """Tell what is there of several, of which a state may hold one already."""
        changes = [
            {
                "address": f"it{number}",
                "type": kind,
                "change": {"actions": ["create"], "after": {"tags_all": TAGS} | after},
            }
            for number, (kind, after) in enumerate(planned)
        ]
        state = [{"address": "held", "mode": "managed", "type": "x", "values": {"id": held}}]
        plan = {
            "resource_changes": changes,
            "prior_state": {"values": {"root_module": {"resources": state}}},
        }
        return left_behind(plan, Place("222222222222", REGION, asking(self.client)))


def pretended() -> Iterator[PretendedAccount]:
    """Give an account for as long as a test lasts."""
    with mock_aws():
        yield PretendedAccount()


def tags(given: dict[str, str] = TAGS, key: str = "Key", value: str = "Value") -> list[Any]:
    """List tags as most services take them."""
    return [{key: name, value: each} for name, each in given.items()]


def specified(kind: str, given: dict[str, str] = TAGS) -> list[Any]:
    """List tags as EC2 takes them."""
    return [{"ResourceType": kind, "Tags": tags(given)}]
