"""Every command is quick to start: it loads nothing that only the twin or a review needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.scripts.command_line import ROOT

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """The modules that a start of the command loads, in a process of its own."""
    program = "import scripts.main, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(done.stdout.split())


def test_the_start_loads_the_command_itself(loaded: frozenset[str]) -> None:
    assert {"scripts.commands.review", "scripts.commands.twin", "twin.access"} <= loaded


@pytest.mark.parametrize(
    "heavy", ["moto", "jinja2", "policies.iam.prover", "policies.reach", "scripts.review_session"]
)
def test_a_start_does_not_load_what_few_commands_need(loaded: frozenset[str], heavy: str) -> None:
    assert heavy not in loaded
