"""The roles that plan and apply may do all that Terraform has asked as them."""

from __future__ import annotations

import pytest

from tests.journeys.deployer_calls import called_by, refused_calls
from tests.journeys.stage import ACCOUNTS
from tests.journeys.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.long]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_call_of_a_plan_and_an_apply_is_allowed(platform: Story, account: str) -> None:
    platform.stage.gatehouse("plan", "--account", account)
    assert len(called_by(platform.stage, account, "apply")) > 50
    assert len(called_by(platform.stage, account, "plan")) > 30
    assert refused_calls(platform.stage, account) == set()
