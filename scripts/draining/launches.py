"""Ends what people launched of a catalog, which its launch role must do before that role goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.draining.step import Step
from scripts.inventory import catalog
from scripts.inventory.scope import Clients, Scope

# While it is made or ended it cannot be asked to end.
_AT_WORK = ("PLAN_IN_PROGRESS", "UNDER_CHANGE")


def steps(clients: Clients, scope: Scope) -> Iterator[Step]:
    """Give the step; a group that still has versions does not go, so these are deleted before."""
    yield Step(
        "end launched products",
        lambda: _launches(clients, scope),
        lambda found: _terminate(clients("servicecatalog"), found),
        is_data=True,
        repeats=True,
    )


def _launches(clients: Clients, scope: Scope) -> Mapping[str, dict[str, Any]]:
    return {str(found["Name"]): found for found in catalog.launches(clients, scope)}


def _terminate(client: Any, found: Mapping[str, Any]) -> None:
    if found["Status"] not in _AT_WORK:
        client.terminate_provisioned_product(ProvisionedProductId=found["Id"])
