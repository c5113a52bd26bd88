"""What services call otherwise, name otherwise or ask for besides, one case for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.twin.authorization.actions.calls import OWN, REGION, call, pairs
from twin.authorization.actions import asked
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


def test_a_product_is_found_by_its_name(twin: Twin) -> None:
    products = twin.table("servicecatalog/Product", OWN, REGION)
    products.put("prod-9", {"Id": "prod-9", "Name": "named"})
    made = call("servicecatalog", "ProvisionProduct", {"ProductName": "named"})
    place = f"arn:aws:catalog:{REGION}:{OWN}:product"
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", f"{place}/prod-9")]
    products.pop("prod-9")
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", f"{place}/*")]
