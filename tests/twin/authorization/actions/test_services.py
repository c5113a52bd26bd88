"""What services call otherwise, name otherwise or ask for besides, one case for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.twin.authorization.actions.calls import OWN, REGION, call, pairs
from twin.authorization.actions import asked
from twin.declared import service_catalog
from twin.twin import Twin

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["operation"])
def test_an_operation_asks_for_what_its_service_says(twin: Twin, case: dict[str, Any]) -> None:
    service, _, operation = case["operation"].partition(".")
    given = case.get("given", {})
    made = call(service, operation, given, owner=given.get("registryId"))
    wanted = [tuple(each.split(" ", 1)) for each in case["asks"]]
    assert pairs(twin, made) == wanted
    owners = [(arn.split(":") + [""] * 5)[4] or OWN for _action, arn in wanted]
    assert [each.owner for each in asked(twin, made)] == owners


def test_a_product_is_found_by_its_name(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its template would be fetched from a bucket of a twin that serves.
    monkeypatch.setattr(service_catalog, "made_version", lambda *_: {"Id": "pa-1", "Name": "v"})
    version = {"Name": "v", "Info": {"LoadTemplateFromURL": "https://example.com/t.json"}}
    given = {
        "Name": "named",
        "Owner": "us",
        "ProductType": "CLOUD_FORMATION_TEMPLATE",
        "ProvisioningArtifactParameters": version,
    }
    products = twin.table("servicecatalog/Product", OWN, REGION)
    products.put("prod-x", {"ProductId": "prod-x", "Name": "another"})
    service_catalog.create_product(twin, call("servicecatalog", "CreateProduct", given))
    (name,) = [each for each in products if each != "prod-x"]
    made = call("servicecatalog", "ProvisionProduct", {"ProductName": "named"})
    place = f"arn:aws:catalog:{REGION}:{OWN}:product"
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", f"{place}/{name}")]
    products.pop(name)
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", f"{place}/*")]
