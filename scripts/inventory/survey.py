"""Takes the inventory of an account: asks every service, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from scripts.inventory import (
    audit,
    catalog,
    delivery,
    identity,
    network,
    sagemaker,
    storage,
    tagged,
)
from scripts.inventory.item import Inventory, Item, Unknown
from scripts.inventory.scope import Clients, Scope

Survey = Callable[[Clients, Scope], Iterator[Item]]

# What is found twice stays as the later one found it: the index of tags knows least.
SURVEYS: tuple[tuple[str, Survey], ...] = (
    ("tags", tagged.survey),
    ("network", network.survey),
    ("identity and keys", identity.survey),
    ("storage", storage.survey),
    ("audit and packages", audit.survey),
    ("delivery", delivery.survey),
    ("SageMaker", sagemaker.survey),
    ("catalog", catalog.survey),
)


_LONGEST = 400


def take_inventory(clients: Clients, scope: Scope) -> Inventory:
    """List what exists; what could not be asked for is told, not left out."""
    with ThreadPoolExecutor(len(SURVEYS)) as pool:
        asked = list(pool.map(lambda each: _ask(each[0], each[1], clients, scope), SURVEYS))
    items = [item for found, _ in asked for item in found]
    unknown = [fault for _, fault in asked if fault is not None]
    return Inventory.of(scope.account.name, items, unknown)


def _ask(
    name: str, survey: Survey, clients: Clients, scope: Scope
) -> tuple[list[Item], Unknown | None]:
    found: list[Item] = []
    try:
        # What was listed before a refusal stays listed.
        found.extend(survey(clients, scope))
    except (ClientError, BotoCoreError, ResponseParserError) as error:
        return found, Unknown(name, " ".join(str(error).split())[:_LONGEST])
    return found, None
