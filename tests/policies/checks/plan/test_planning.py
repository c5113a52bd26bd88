"""The committed plans are those of the fixtures as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.policies.checks.plan.planning import CALLS, FOLDERS, PLANS, plan, provider, text_of


@pytest.fixture(scope="module")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables with which Terraform uses one provider for all fixtures."""
    with provider(tmp_path_factory.mktemp("planning") / "provider") as found:
        yield found


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("call", CALLS)
def test_a_committed_plan_is_that_of_its_fixture(
    name: str, call: str, attached: dict[str, str], tmp_path: Path
) -> None:
    """Made anew, it is the same; where not, python -m tests.policies.checks.plan.planning."""
    made = text_of(plan(name, call, tmp_path, attached))
    assert made == (PLANS / f"{name}-{call}.json").read_text("utf-8")
