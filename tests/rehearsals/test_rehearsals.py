"""Every injected fault ends safely, with its reason told, and production as it was."""

from __future__ import annotations

import pytest

from tests.rehearsals.catalogue import REHEARSALS
from tests.rehearsals.rehearsal import RELEASED, VERIFY, Rehearsal
from tests.rehearsals.rehearsing import Rehearsing
from tests.rehearsals.report import Row

_MANY = 40


def test_there_are_many_of_them() -> None:
    assert len(REHEARSALS) >= _MANY
    assert len({each.name for each in REHEARSALS}) == len(REHEARSALS)


@pytest.mark.rehearsals
@pytest.mark.parametrize("rehearsal", REHEARSALS, ids=lambda rehearsal: rehearsal.name)
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
