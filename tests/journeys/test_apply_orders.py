"""The three roots apply whichever account is first: names, not state, connect them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.stage import ACCOUNTS, Stage


@pytest.mark.orders
@pytest.mark.parametrize("first", ACCOUNTS)
def test_roots_apply_in_an_order_that_starts_with(first: str, tmp_path: Path) -> None:
    others = [account for account in ACCOUNTS if account != first]
    stage = Stage(tmp_path)
    stage.open()
    try:
        stage.set_up(*ACCOUNTS)
        stage.apply(first)
        stage.apply_side_by_side(*others)
        for account in ACCOUNTS:
            assert stage.planned_changes(account) == []
    finally:
        stage.close()
