"""AWS does what it is expected to do; for an adopter, in sandbox accounts: `make conformance`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.aws_place import aws_place
from tests.conformance.cases import CASES
from tests.conformance.expectation import Expectation, expectations
from tests.conformance.place import Place
from tests.conformance.settings import VARIABLE, read_settings
from tests.conformance.trying import hold

pytestmark = pytest.mark.conformance
_TRIED = tuple(each for each in expectations() if each.only_here is None)
_NEEDS_TWO = frozenset(("other-accounts-bucket", "other-accounts-bucket-opened"))


@pytest.fixture(scope="session")
def admitted() -> Place:
    named = os.environ.get(VARIABLE)
    if not named:
        raise ValueError(f"{VARIABLE}: must name the file of your settings, got nothing")
    return aws_place(read_settings(Path(named).expanduser()))


@pytest.fixture
def place(admitted: Place) -> Iterator[Place]:
    """The account, with the patience that it began with, and nothing left afterwards."""
    patience, other = admitted.patience, admitted.other
    for each in (admitted, other):
        if each is not None:
            each.left.clear()
    if other is None:
        yield admitted
    else:
        with other.clean():
            yield admitted
    admitted.patience = patience
    assert [*admitted.left, *(other.left if other is not None else ())] == []


@pytest.mark.parametrize("expected", _TRIED, ids=lambda each: each.name)
def test_aws_does_as_is_expected(place: Place, expected: Expectation) -> None:
    if expected.name in _NEEDS_TWO and place.other is None:
        pytest.skip("needs other_profile")
    hold(place, expected, CASES)
