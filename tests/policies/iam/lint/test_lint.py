"""Every rule finds the construct it is for, and leaves alone what is right in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from policies.iam import parse_policy
from policies.iam.lint import RULES, Document, Place, lint, lint_text
from policies.iam.lint.absences import HARMLESS_ABSENT
from policies.iam.lint.shape import LIMITS, size_of, size_together
from policies.iam.reference import ServiceReference, load_reference

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases.yaml").read_text("utf-8")
)
GOOD = {"Version": "2012-10-17"}


@pytest.fixture(scope="module")
def reference() -> ServiceReference:
    return load_reference()


def found_in(case: dict[str, Any], reference: ServiceReference) -> set[str]:
    statements = case["statements"]
    policy = parse_policy("policy", GOOD | case.get("policy", {}) | {"Statement": statements})
    beside = tuple(
        parse_policy("beside", GOOD | {"Statement": [statement]})
        for statement in case.get("beside", [])
    )
    document = Document(policy, Place[case["place"]], beside=beside)
    known = set(case.get("operations", []))
    return {finding.rule for finding in lint(document, reference, known.__contains__)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_has_its_findings_and_no_others(
    case: dict[str, Any], reference: ServiceReference
) -> None:
    assert found_in(case, reference) == set(case.get("found", []))


def test_every_rule_has_a_case_that_fails_and_one_that_passes() -> None:
    told = {rule for case in CASES for rule in case.get("found", [])}
    # A size is no statement's: see below.
    assert set(RULES) - {"size"} == told
    assert {case["about"] for case in CASES if not case.get("found")} >= told - {"version"}


@pytest.mark.parametrize("place", Place, ids=lambda place: place.name)
def test_a_document_may_be_as_long_as_aws_takes_it_and_no_longer(place: Place) -> None:
    fitting = "x" * LIMITS[place]
    assert list(size_together("policy", place, [fitting])) == []
    (finding,) = size_together("policy", place, [fitting, "x"])
    assert finding.sentence == (
        f"policy: must have at most {LIMITS[place]} characters, got {LIMITS[place] + 1}"
    )


def test_white_space_counts_where_aws_counts_it() -> None:
    assert size_of("{ \n}", Place.MANAGED) == 2
    assert size_of("{ \n}", Place.SERVICE_CONTROL) == 4
    assert size_of("ä", Place.BUCKET) == 2


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", '{"Version": "2012-10-17", "Statement": []}', '{"Statement": 1}',
     '{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}'],
)  # fmt: skip
def test_what_aws_refuses_is_a_finding(text: str, reference: ServiceReference) -> None:
    (finding,) = lint_text("policy", text, Place.MANAGED, reference)
    assert finding.rule == "syntax"


@pytest.mark.parametrize("key", sorted(HARMLESS_ABSENT))
def test_a_key_that_may_be_missing_exists_and_says_why(
    key: str, reference: ServiceReference
) -> None:
    assert reference.key(key) is not None
    for absence in HARMLESS_ABSENT[key]:
        assert absence.source.startswith("https://docs.aws.amazon.com/")
        assert all(a == "*" or reference.actions_matching(a) for a in absence.actions)


def test_findings_come_in_one_order(reference: ServiceReference) -> None:
    case = next(case for case in CASES if len(case.get("found", [])) > 1)
    policy = parse_policy("policy", GOOD | {"Statement": case["statements"]})
    once = lint(Document(policy, Place[case["place"]]), reference)
    assert list(once) == sorted(once, key=lambda f: (f.rule, f.sid, f.sentence))
    assert len(set(once)) == len(once)


_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8) | some.just("*"),
    lambda inner: (
        some.lists(inner, max_size=2)
        | some.dictionaries(
            some.sampled_from(["AWS", "Null", "StringEquals", "aws:TagKeys", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=6,
)
_STATEMENTS = some.dictionaries(
    some.sampled_from(
        ["Sid", "Effect", "Action", "NotAction", "Resource", "Principal", "Condition"]
    ),
    _VALUES | some.sampled_from(["Allow", "Deny", "s3:*", "arn:aws:s3:::${aws:username}"]),
    max_size=7,
)


@settings(max_examples=150)
@given(statements=some.lists(_STATEMENTS, max_size=3), place=some.sampled_from(Place))
def test_whatever_the_document_there_are_findings_and_no_crash(
    statements: list[Any], place: Place
) -> None:
    document = {"Version": "2012-10-17", "Statement": statements}
    for finding in lint_text("policy", document, place, load_reference()):
        assert finding.rule in RULES
        assert finding.sentence.startswith("policy")
