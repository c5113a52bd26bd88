"""What a release tells Terraform: in production traffic moves step by step, watched by alarms."""

from __future__ import annotations

import pytest

from scripts.checkout import this_checkout
from scripts.sample_release import sample_variables


@pytest.mark.parametrize(
    ("account", "rollout"), [("production", {"canary_percentage": 10}), ("staging", None)]
)
def test_several_instances_are_replaced_step_by_step(
    account: str, rollout: dict[str, int] | None
) -> None:
    checkout = this_checkout()
    naming = checkout.naming()
    target = naming.organization.accounts[account]
    given = sample_variables(naming, target, checkout.root / "pipelines" / "models")
    assert given["rollout"] == rollout
    assert (given["variant"]["initial_instance_count"] > 1) == (rollout is not None)
