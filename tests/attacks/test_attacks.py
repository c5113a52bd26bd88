"""Every attack is refused, by the statement that is there for it, on the platform as applied."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

import pytest

from policies.invariants.invariant import Invariant
from policies.invariants.reading import read_invariants
from tests.attacks.attack import Attack
from tests.attacks.attacker import Attacker
from tests.attacks.catalogue import ATTACKS
from tests.journeys.story import Story

_MANY = 60


def test_there_are_many_of_them() -> None:
    assert len(ATTACKS.all()) >= _MANY


@pytest.mark.parametrize("attack", ATTACKS.all().values(), ids=lambda attack: attack.name)
def test_names_claims_that_are_proved(attack: Attack) -> None:
    assert set(attack.claims) <= set(_claims()), f"{attack.name}: names what nobody claims"


@pytest.mark.attacks
@pytest.mark.parametrize("attack", ATTACKS.all().values(), ids=lambda attack: attack.name)
def test_is_refused(attack: Attack, platform: Story, released: int) -> None:
    attacker = Attacker(platform, attack, released)
    attack.run(attacker)
    assert attacker.refusals, f"{attack.name}: tries nothing that is refused"
    for name in attack.claims:
        patterns = [pattern.lower() for pattern in _claims()[name].never]
        assert any(
            fnmatchcase(action.lower(), pattern)
            for action in attacker.refused_actions
            for pattern in patterns
        ), f"{attack.name}: {name} says nothing of {', '.join(sorted(attacker.refused_actions))}"


@cache
def _claims() -> dict[str, Invariant]:
    return {each.id: each for each in read_invariants()}
