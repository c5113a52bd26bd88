"""The checks and the registry of controls name the same."""

from __future__ import annotations

from policies.checks.plan import CHECKS, verifiers
from policies.registry import controls_by_verifier, read_controls


def test_every_check_of_the_registry_exists_and_none_judges_in_vain() -> None:
    """Both ways round."""
    named = {it for it in controls_by_verifier(read_controls()) if it.startswith("check:")}
    assert set(verifiers()) == named


def test_a_check_judges_the_control_that_names_it() -> None:
    """And only that one."""
    by_verifier = controls_by_verifier(read_controls())
    told = {name: [it.id for it in by_verifier[f"check:{name}"]] for name in CHECKS}
    assert told == {name: [check.control] for name, check in CHECKS.items()}


def test_checks_stand_in_the_order_of_their_names() -> None:
    """So that one is found, and a second of the same name is seen."""
    assert list(CHECKS) == sorted(CHECKS)
