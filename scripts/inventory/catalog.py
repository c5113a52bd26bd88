"""What people may launch by themselves, and what they have launched: somebody's work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.inventory.item import Item
from scripts.inventory.listing import Listing
from scripts.inventory.scope import Clients, Scope, pages

_PORTFOLIOS = Listing(
    "portfolio", "servicecatalog", "list_portfolios", "PortfolioDetails", "DisplayName", "ARN"
)
# Whoever asks sees what everybody launched, and not only what they launched themselves.
_EVERYBODY = {"Key": "Account", "Value": "self"}


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List portfolios and products, and what was launched of them."""
    yield from _PORTFOLIOS.ask(clients, scope)
    for page in pages(clients("servicecatalog"), "search_products_as_admin"):
        for found in page["ProductViewDetails"]:
            name = str(found["ProductViewSummary"]["Name"])
            if scope.owns(name):
                yield Item("product", name, arn=str(found.get("ProductARN", "")))
    for launched in launches(clients, scope):
        name, arn = str(launched["Name"]), str(launched["Arn"])
        yield Item("launched product", name, arn=arn, note=str(launched["Status"]), is_data=True)


def launches(clients: Clients, scope: Scope) -> list[dict[str, Any]]:
    """List what was launched by a role of this account, also of products that are gone."""
    client = clients("servicecatalog")
    return [
        found
        for page in pages(client, "scan_provisioned_products", AccessLevelFilter=_EVERYBODY)
        for found in page["ProvisionedProducts"]
        if scope.owns(str(found.get("LaunchRoleArn", "")).rpartition("/")[2])
    ]
