"""Each check finds what is wrong at its address, passes what is right, and judges both."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from policies.checks.plan import CHECKS
from policies.verdict import Judgement, Verdict
from tests.policies.checks.plan.fixture_models import judged, place
from tests.policies.checks.plan.planning import CALLS
from tests.policies.checks.plan.record import EXPECTATIONS, expectations

# These promise that there is none of something: where there is none, nothing is judged.
_OF_ABSENCE = {
    "management-account-empty",
    "no-iam-users",
    "no-notebook-instances",
    "notebook-lifecycles-own",
    "one-domain-per-account",
    "registries-not-replicated",
}


@cache
def _expected() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(EXPECTATIONS.read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_what_is_wrong_is_found_at_its_address(name: str) -> None:
    """As recorded, no address less and none more; and of each check there is something."""
    told = expectations()[name]
    assert told.get("violated") == _expected()[name].get("violated")
    assert told.get("not decided") == _expected()[name].get("not decided")
    assert told.get("violated") or told.get("not decided"), f"{name} finds nothing that is wrong"


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_what_is_right_is_judged_and_not_doubted(name: str) -> None:
    """As recorded; a check that judges nothing right is one of absence, and finds nothing."""
    right = expectations()[name].get("right")
    assert right == _expected()[name].get("right")
    if name in _OF_ABSENCE:
        assert not right
    else:
        assert right


@pytest.mark.parametrize("call", [call for call in CALLS if call != "plain"])
@pytest.mark.parametrize("fixture", ["broken", "sound"])
def test_a_verdict_does_not_depend_on_how_a_resource_is_called(fixture: str, call: str) -> None:
    """The same in a module with a dotted key of for_each, and in one with count."""
    for name, plain in judged(fixture).items():
        called = judged(fixture, call)[name]
        assert (called.verdict, _told(called, CALLS[call])) == (plain.verdict, _told(plain, ""))


def _told(judgement: Judgement, prefix: str) -> set[tuple[str, Verdict]]:
    return {(place(it).replace(prefix, ""), it.verdict) for it in judgement.findings}


def test_a_message_tells_the_address_what_must_hold_and_what_to_change() -> None:
    """Every violation has a hint; every sentence has its three parts."""
    for judgement in judged("broken").values():
        for finding in judgement.findings:
            assert finding.sentence.startswith(f"{finding.source.address}: ")
            assert ", got " in finding.sentence
            if finding.verdict is Verdict.VIOLATED:
                assert finding.hint
