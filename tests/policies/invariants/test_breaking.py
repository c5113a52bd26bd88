"""Every invariant can be broken: it is found violated where nothing holds what it claims."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.invariants.invariant import Invariant
from policies.invariants.network import CLAIMS
from policies.invariants.reading import read_invariants
from tests.policies.invariants.breaking import broken
from tests.policies.invariants.networks import BROKEN
from tests.policies.invariants.record import recorded


@pytest.mark.parametrize("invariant", read_invariants(), ids=lambda each: each.id)
def test_an_invariant_is_broken_as_recorded(invariant: Invariant) -> None:
    """In each of its layers, by a request on which the evaluator agrees."""
    found = list(broken(invariant))
    assert found == [held.value for held in invariant.held_by]
    assert found == recorded().get(f"invariant:{invariant.id}"), "record anew what breaks it"


def test_nothing_else_is_recorded() -> None:
    """An entry that no test is run for would show nothing."""
    invariants = {f"invariant:{each.id}" for each in read_invariants()}
    assert set(recorded()) == invariants | {f"network:{name}" for name in CLAIMS}
    for name, ways in BROKEN.items():
        assert recorded()[f"network:{name}"] == list(ways)


def test_an_invariant_that_nothing_breaks_is_told() -> None:
    """Here one that speaks of nobody who has a name, in a world of those who have."""
    (claim,) = (each for each in read_invariants() if each.id == "no-notebook-instances")
    with pytest.raises(AssertionError):
        broken(replace(claim, unless=({"StringLike": {"aws:PrincipalArn": "*"}},)))
