"""What a release tells Terraform: in production traffic moves step by step, watched by alarms."""

from __future__ import annotations

import pytest

from pipelines.promotion.variables import at_once
from scripts.checkout import this_checkout
from scripts.sample_release import sample_variables


@pytest.mark.parametrize(
    ("account", "rollout"),
    [
        ("production", {"strategy": "canary", "percentage": 10, "wait_seconds": 300}),
        ("staging", {"strategy": "all-at-once", "wait_seconds": 0}),
    ],
)
def test_several_instances_are_replaced_step_by_step(
    account: str, rollout: dict[str, object]
) -> None:
    checkout = this_checkout()
    naming = checkout.naming()
    target = naming.organization.accounts[account]
    given = sample_variables(naming, target, checkout.root / "pipelines" / "models")
    assert given["rollout"] == rollout | {"termination_wait_seconds": 0}
    alarms = {"errors_per_minute": 0, "latency_milliseconds": 1000, "minutes": 1}
    assert given["alarms"] == alarms


def test_no_alarm_takes_back_what_goes_back() -> None:
    checkout = this_checkout()
    naming = checkout.naming()
    target = naming.organization.accounts["production"]
    given = sample_variables(naming, target, checkout.root / "pipelines" / "models")
    back = at_once(given)
    assert back["rollout"]["strategy"] == "all-at-once"
    assert back["rollout"]["watched"] is False
    assert {**back, "rollout": given["rollout"]} == given
