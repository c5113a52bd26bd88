"""Expectations are well formed, cite a page each, and are all tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.cases import CASES
from tests.conformance.expectation import expectations

_GOOD = "{name: a, claim: A., page: 'https://docs.aws.amazon.com/a', known: documentation"


def test_each_expectation_is_a_call_or_has_a_case_and_no_case_is_forgotten() -> None:
    without_call = {each.name for each in expectations() if each.call is None}
    assert without_call == set(CASES)


def test_there_are_enough_of_them_and_most_can_be_tried_on_aws() -> None:
    every = expectations()
    assert len(every) >= 40
    assert sum(each.only_here is None for each in every) > 0.9 * len(every)


@pytest.mark.parametrize(
    ("entry", "claim"),
    [
        (f"{_GOOD}}}", "must have either a code or holds"),
        (f"{_GOOD}, code: X, holds: true}}", "must have either a code or holds"),
        (f"{_GOOD}, code: X, cod: Y}}", "must have no members but"),
        (_GOOD.replace("docs.aws.amazon.com", "a.example") + ", code: X}", "must be a page"),
        (_GOOD.replace("documentation", "surely") + ", code: X}", "known: must be one of"),
        (_GOOD.replace("claim: A.", "claim: ''") + ", code: X}", "claim: must be a sentence"),
        (f"{_GOOD}, code: X, call: {{service: s3}}}}", "call: must have"),
    ],
)
def test_an_expectation_that_is_not_well_formed_is_refused(
    tmp_path: Path, entry: str, claim: str
) -> None:
    file = tmp_path / "expectations.yaml"
    file.write_text(f"- {entry}\n", "utf-8")
    with pytest.raises(ValueError, match=claim):
        expectations(file)


def test_two_expectations_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "expectations.yaml"
    file.write_text(f"- {_GOOD}, code: X}}\n" * 2, "utf-8")
    with pytest.raises(ValueError, match="names must differ"):
        expectations(file)
