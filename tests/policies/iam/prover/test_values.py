"""Values of numbers, dates and addresses: what is found satisfies, and nothing is overlooked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.iam.condition import parse_conditions
from policies.iam.prover.automaton import TooHard
from policies.iam.prover.language import wildcard
from policies.iam.prover.subject import Comparison, Kind, Predicate, Subject
from policies.iam.prover.values import find

NUMBERS = [f"Numeric{name}" for name in ("Equals", "LessThan", "LessThanEquals", "GreaterThan")]
DATES = [name.replace("Numeric", "Date") for name in NUMBERS]


def comparison(operator: str, *values: str) -> Comparison:
    """Return the comparison of an operator with values."""
    condition = parse_conditions("test", {operator: {"key": list(values)}}, variables=True)[0]
    return Comparison(condition.operator, condition.values)


tests = st.lists(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["0", "1", "2", "2.5"]), st.booleans()),
    max_size=4,
)


@settings(max_examples=200)
@given(tests)
def test_number_is_found_where_there_is_one(given_: list[tuple[str, str, bool]]) -> None:
    yes = frozenset(comparison(operator, bound) for operator, bound, held in given_ if held)
    no = frozenset(comparison(operator, bound) for operator, bound, held in given_ if not held)

    found = find(Subject("n", kind=Kind.NUMBER), yes, no) if yes | no else "0"

    line = ["-1", "0", "0.5", "1", "1.5", "2", "2.2", "2.5", "3"]
    fitting = [
        v for v in line if all(t.accepts(v) for t in yes) and not any(t.accepts(v) for t in no)
    ]
    assert (found is None) is (not fitting)
    if found is not None:
        assert all(t.accepts(found) for t in yes)
        assert not any(t.accepts(found) for t in no)


@pytest.mark.parametrize(
    ("yes", "no", "found"),
    [
        (["IpAddress 10.0.0.0/8"], ["IpAddress 10.0.0.0/9", "IpAddress 10.128.0.0/9"], False),
        (["IpAddress 10.0.0.0/8"], ["IpAddress 10.0.0.0/9"], True),
        (["IpAddress ::/0"], ["IpAddress 0.0.0.0/0"], True),
        (["DateLessThan 2026-01-01"], ["DateLessThan 2026-06-01"], False),
        (["DateLessThan 2026-06-01"], ["DateLessThan 2026-01-01"], True),
        (["BinaryEquals QQ=="], ["BinaryEquals QQ=="], False),
        (["BinaryEquals QQ=="], ["BinaryEquals Qg=="], True),
        # What cannot be read passes no comparison.
        ([], ["NumericLessThan 1", "NumericGreaterThanEquals 1"], True),
    ],
)
def test_values_of_other_kinds(yes: list[str], no: list[str], found: bool) -> None:
    wanted, unwanted = (frozenset(comparison(*one.split()) for one in some) for some in (yes, no))

    assert (find(Subject("key"), wanted, unwanted) is not None) is found


def test_pattern_and_comparison_of_one_key_are_never_guessed() -> None:
    below: frozenset[Predicate] = frozenset({comparison("NumericLessThan", "5")})
    like: Predicate = frozenset({wildcard("1?7")})

    with pytest.raises(TooHard):
        find(Subject("key"), below | {like})
