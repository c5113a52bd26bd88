"""The theory of patterns against brute force: all short texts over a small alphabet."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.iam.glob import parse
from policies.iam.operators import OPERATORS
from policies.iam.prover import automaton
from policies.iam.prover.automaton import TooHard, matches, witness
from policies.iam.prover.forms import includes
from policies.iam.prover.language import (
    Glob,
    Language,
    Manner,
    Plain,
    glob,
    literal,
    pieces,
    resolved,
    wildcard,
)

LETTERS = "aAb:"
TEXTS = ["".join(letters) for size in range(6) for letters in product("aAb", repeat=size)]
patterns = st.text("aAb*?", max_size=4)
languages = st.lists(st.tuples(patterns, st.booleans()), max_size=3)


def language(given_: list[tuple[str, bool]]) -> Language:
    return frozenset(wildcard(text, ignore_case=case) for text, case in given_)


@settings(max_examples=150)
@given(st.lists(languages.filter(bool), max_size=3), languages)
def test_witness_is_a_shortest_text_or_there_is_none(
    wanted: list[list[tuple[str, bool]]], unwanted: list[tuple[str, bool]]
) -> None:
    all_of, none_of = frozenset(map(language, wanted)), language(unwanted)

    found = witness(all_of, none_of)

    fitting = [t for t in TEXTS if all(matches(t, o) for o in all_of) and not matches(t, none_of)]
    if found is None:
        assert not fitting
    else:
        assert all(matches(found, one) for one in all_of)
        assert not matches(found, none_of)


@settings(max_examples=200)
@given(patterns, st.booleans(), st.text("aAbK\u212a\u017fs", max_size=4))
def test_pattern_matches_as_the_evaluator_does(text: str, case: bool, value: str) -> None:
    expected = parse(text, variables=False).matches(value, lambda _: None, ignore_case=case)

    assert matches(value, frozenset((wildcard(text, ignore_case=case),))) is expected


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["a", "*", "?", ":", "a*", "${x}", "${x, 'b'}", "${*}"]), max_size=9),
    st.lists(st.sampled_from(["a", "b", ":", "*"]), max_size=9).map("".join),
    st.sampled_from([None, "a", "b:", "*"]),
)
def test_pattern_of_an_arn_matches_as_the_evaluator_does(
    parts: list[str], value: str, variable: str | None
) -> None:
    text = "".join(parts)
    values = None if variable is None else (variable,)
    expected = OPERATORS["arnlike"].matches(
        value, parse(text, variables=True), lambda key: values if key == "x" else None
    )

    split = pieces(text, variables=True, wildcards=True)
    plain = resolved(split, lambda found: variable if variable is not None else found.default)
    made = None if plain is None else glob(plain, Manner(wildcards=True, arn=True))

    assert (made is not None and matches(value, frozenset((made,)))) is expected


@settings(max_examples=200)
@given(patterns, patterns, st.booleans(), st.booleans())
def test_inclusion_that_is_told_is_true(
    wide: str, narrow: str, wide_case: bool, narrow_case: bool
) -> None:
    outer, inner = wildcard(wide, ignore_case=wide_case), wildcard(narrow, ignore_case=narrow_case)

    if includes(outer, inner):
        inside = frozenset((inner,))
        assert all(matches(t, frozenset((outer,))) for t in TEXTS if matches(t, inside))


def arn(text: str) -> Glob:
    found = glob((Plain(text, True),), Manner(wildcards=True, arn=True))
    assert found is not None
    return found


def test_patterns_of_arns_meet_part_by_part_only() -> None:
    one, other = arn("arn:aws:db:*:*:vpc/*"), arn("arn:aws:db:*:1:vpc-link/*")

    assert witness(frozenset((frozenset((one,)), frozenset((other,))))) is None
    # As plain patterns they meet, where a star takes colons.
    plain = [frozenset((wildcard(g.text),)) for g in (one, other)]
    assert witness(frozenset(plain)) is not None


def test_several_patterns_can_leave_nothing_over_together() -> None:
    some = frozenset((wildcard("a*"),))

    assert witness(frozenset((some,)), frozenset((wildcard("a"), wildcard("a?*")))) is None
    assert witness(frozenset((some,)), frozenset((wildcard("a"), wildcard("a??*")))) not in (
        None,
        "a",
    )


def test_search_that_grows_too_far_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "LIMIT", 3)

    with pytest.raises(TooHard):
        witness(
            frozenset((frozenset((wildcard("*q*w*"),)), frozenset((wildcard("*w*q*"),)))),
            frozenset((literal("qwq"), literal("wqw"))),
        )
