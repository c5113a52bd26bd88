"""The twin does what AWS is expected to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.cases import CASES
from tests.conformance.expectation import Expectation, expectations
from tests.conformance.place import Place
from tests.conformance.trying import DifferentError, hold
from tests.conformance.twin_place import twin_place

_ALL = expectations()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with twin_place(tmp_path_factory.mktemp("twin")) as place:
        yield place


@pytest.fixture
def place(served: Place) -> Iterator[Place]:
    """The served account without the patience and leftovers of another case."""
    assert served.other is not None
    served.patience = 0.0
    for each in (served, served.other):
        each.left.clear()
    with served.other.clean():
        yield served
    assert [*served.left, *served.other.left] == []


@pytest.mark.parametrize("expected", _ALL, ids=lambda each: each.name)
def test_the_twin_does_as_is_expected_of_aws(place: Place, expected: Expectation) -> None:
    if expected.differs is None:
        hold(place, expected, CASES)
        return
    # A known difference that has gone must be taken off the list.
    with pytest.raises(DifferentError):
        hold(place, expected, CASES)
