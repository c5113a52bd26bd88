"""Every injected fault ends safely, with its reason told, and production as it was."""

from __future__ import annotations

import pytest

from tests.rehearsals.catalogue import REHEARSALS
from tests.rehearsals.catalogue.calls import CALLS_OF_A_PROMOTION, NOT_FAILED_FOR_GOOD
from tests.rehearsals.made import calls_of
from tests.rehearsals.rehearsal import RELEASED, VERIFY, Rehearsal
from tests.rehearsals.rehearsing import Rehearsing
from tests.rehearsals.report import Row

_MANY = 40


def test_there_are_many_of_them() -> None:
    assert len(REHEARSALS) >= _MANY
    assert len({each.name for each in REHEARSALS}) == len(REHEARSALS)


@pytest.mark.rehearsals
@pytest.mark.parametrize("rehearsal", REHEARSALS, ids=lambda one: f"{one.group}/{one.name}")
def test_ends_safely(rehearsal: Rehearsal, at: Rehearsing, rows: list[Row]) -> None:
    before = at.live()
    try:
        seen = rehearsal.run(at)
    finally:
        at.tidy()
    after = at.live()
    rows.append(Row(rehearsal.name, seen.place, seen.rule or seen.reason.strip()))
    wrong = rehearsal.end.mismatch(seen)
    assert wrong is None, f"{rehearsal.name}: {wrong}"
    assert after["status"] == "InService"
    if seen.place not in (RELEASED, VERIFY):
        assert after == before, f"{rehearsal.name}: production must be as it was"


@pytest.mark.rehearsals
def test_every_call_that_a_promotion_makes_is_rehearsed(at: Rehearsing) -> None:
    rehearsed = {f"{each.service}:{each.operation}" for each in CALLS_OF_A_PROMOTION}
    made = calls_of(at, at.earlier())
    assert len(made) > len(rehearsed) / 2
    assert made <= rehearsed | set(NOT_FAILED_FOR_GOOD), sorted(made - rehearsed)
