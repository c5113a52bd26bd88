"""A rollback does what its pipeline may tell it, and takes no other word for an order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipelines.errors import Misuse
from pipelines.promotion.rollback_order import Order, Why, read_order

LAST = Order(Why.REJECTED, None, "last")


@pytest.mark.parametrize(
    ("told", "order"),
    [
        (
            {"WHY": "command", "DECISION": "rita-20261201T081530Z", "RELEASE": "last"},
            Order(Why.COMMAND, "rita-20261201T081530Z", "last"),
        ),
        ({"WHY": "rejected", "DECISION": "none", "RELEASE": "last"}, LAST),
    ],
)
def test_an_order_is_read_as_the_pipeline_gives_it(told: Mapping[str, str], order: Order) -> None:
    assert read_order(told) == order


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"WHY": "because"},
        {"WHY": "command", "DECISION": "none"},
        {"WHY": "command", "DECISION": "../../approvals/rita-20261201T081530Z"},
        {"WHY": "rejected", "DECISION": "rita-20261201T081530Z"},
        {"WHY": "rejected", "RELEASE": "breast-cancer-v1-0123456789ab"},
        {"WHY": "command", "DECISION": "rita-20261201T081530Z", "RELEASE": "latest"},
    ],
)
def test_an_order_that_says_something_else_is_refused(told: Mapping[str, str]) -> None:
    with pytest.raises(Misuse):
        read_order(told)
