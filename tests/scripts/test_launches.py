"""What people launched: listed with the account whose role made it, ended when it can be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.draining.launches import steps
from scripts.inventory import catalog
from scripts.inventory.scope import Scope
from tests.scripts.command_line import ROOT

_ROLE = "arn:aws:iam::111111111111:role/{}-experiment-launch"
_OURS, _THEIRS = _ROLE.format("gatehouse-data-science"), _ROLE.format("acme")
_SCOPE = Scope(Naming(load_organization(ROOT)), load_organization(ROOT).account("data-science"))


@dataclass
class Catalog:
    """A Service Catalog in which things were launched."""

    launched: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def launch(self, name: str, role: str = _OURS, status: str = "AVAILABLE") -> None:
        """Note something that was launched."""
        self.launched[name] = {
            "Arn": f"arn:{name}",
            "Id": name,
            "LaunchRoleArn": role,
            "Name": name,
            "Status": status,
        }

    def can_paginate(self, _operation: str) -> bool:
        return False

    def list_portfolios(self) -> dict[str, Any]:
        names = ("gatehouse-data-science", "acme")
        return {"PortfolioDetails": [{"DisplayName": name, "ARN": name} for name in names]}

    def search_products_as_admin(self) -> dict[str, Any]:
        views = [
            {"ProductARN": f"arn:{name}", "ProductViewSummary": {"Name": name}}
            for name in ("gatehouse-data-science-experiment", "acme-experiment")
        ]
        return {"ProductViewDetails": views}

    def scan_provisioned_products(self, **request: Any) -> dict[str, Any]:
        assert request == {"AccessLevelFilter": {"Key": "Account", "Value": "self"}}
        return {"ProvisionedProducts": list(self.launched.values())}

    def terminate_provisioned_product(self, **request: Any) -> None:
        name = request["ProvisionedProductId"]
        self.asked.append(name)
        del self.launched[name]


def test_an_inventory_lists_what_is_offered_and_what_was_launched_here() -> None:
    client = Catalog()
    client.launch("idea")
    client.launch("other", role=_THEIRS)
    listed = {(item.kind, item.name) for item in catalog.survey(lambda _: client, _SCOPE)}
    assert listed == {
        ("portfolio", "gatehouse-data-science"),
        ("product", "gatehouse-data-science-experiment"),
        ("launched product", "idea"),
    }


def test_what_was_launched_is_somebodys_work_and_goes_with_consent_only() -> None:
    client = Catalog()
    client.launch("idea", status="TAINTED")
    (item,) = (one for one in catalog.survey(lambda _: client, _SCOPE) if one.is_data)
    assert (item.kind, item.note) == ("launched product", "TAINTED")
    assert all(step.is_data for step in steps(lambda _: client, _SCOPE))


def test_what_was_launched_by_roles_of_others_is_left_alone() -> None:
    client = Catalog()
    client.launch("idea")
    client.launch("other", role=_THEIRS)
    (step,) = steps(lambda _: client, _SCOPE)
    for found in step.find().values():
        step.end(found)
    assert client.asked == ["idea"]


def test_what_is_being_made_or_ended_is_waited_for() -> None:
    client = Catalog()
    client.launch("idea", status="UNDER_CHANGE")
    (step,) = steps(lambda _: client, _SCOPE)
    (found,) = step.find().values()
    step.end(found)
    assert client.asked == []
    assert list(step.find()) == ["idea"]
