"""Policies are linted where they stand, and together where AWS counts them together."""

from __future__ import annotations

from typing import Any

from policies.iam.lint import Place
from policies.iam.lint.shape import LIMITS
from policies.iam.reference import load_reference
from policies.review.dialect import judge_dialect
from policies.verdict import Judgement, Verdict
from tests.policies.model.planned import READING, document, model_of, resource, role
from tests.policies.review.made import control

LIMIT = LIMITS[Place.INLINE]


def inline(name: str, length: int, holder: str = "work") -> dict[str, Any]:
    """Write an inline policy of so many characters."""
    short = len(document({**READING, "Resource": ""}).replace(" ", ""))
    text = document({**READING, "Resource": "x" * (length - short)})
    assert len(text.replace(" ", "")) == length
    values = {"name": name, "role": holder, "policy": text}
    return resource(f"aws_iam_role_policy.{name}", values)


def sizes(*resources: dict[str, Any]) -> Judgement:
    """Judge the sizes of the policies of a plan."""
    (found,) = judge_dialect(
        [control("IAM-15", "lint:size")], model_of(*resources), load_reference()
    )
    return found


def test_inline_policies_that_fill_the_limit_of_a_role_together_hold() -> None:
    half = LIMIT // 2
    found = sizes(role("work"), inline("one", half), inline("two", LIMIT - half))
    assert (found.verdict, found.findings) == (Verdict.HOLDS, ())


def test_inline_policies_of_a_role_that_are_too_long_together_violate_at_the_role() -> None:
    half = LIMIT // 2
    found = sizes(role("work"), inline("one", half), inline("two", LIMIT - half + 1))
    (finding,) = found.findings
    assert (finding.verdict, finding.source.address) == (Verdict.VIOLATED, "aws_iam_role.work")
    assert finding.sentence == (
        "aws_iam_role.work: its 2 inline policies together: must have at most "
        f"{LIMIT} characters, got {LIMIT + 1}"
    )


def test_inline_policies_of_two_roles_are_not_counted_together() -> None:
    given = [role("work"), role("other"), inline("one", LIMIT), inline("two", LIMIT, "other")]
    assert sizes(*given).findings == ()


def test_one_inline_policy_that_is_too_long_is_told_once_where_it_stands() -> None:
    (finding,) = sizes(role("work"), inline("one", LIMIT + 1)).findings
    assert finding.source.address == "aws_iam_role_policy.one"
