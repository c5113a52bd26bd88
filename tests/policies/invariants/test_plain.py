"""What is told without the prover is what the evaluator decides."""

from __future__ import annotations

import pytest

from policies.iam import Layers, Principal, Request, decide, parse_policy
from policies.iam.condition import parse_conditions
from policies.invariants.plain import facts_of, is_refused, within
from policies.invariants.possible import is_possible, overlap
from policies.invariants.standing import EVERY_RIGHT

ROLE = Principal.role("arn:aws:iam::111111111111:role/somebody", "session")


def _layers(condition: dict[str, dict[str, str]]) -> Layers:
    statement = {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": {**statement, "Condition": condition}}
    return Layers(
        identity=(EVERY_RIGHT,), service_control=((EVERY_RIGHT, parse_policy("scp", document)),)
    )


@pytest.mark.parametrize(
    ("denied", "unless", "refused"),
    [
        ({"Null": {"k": "true"}}, {"Null": {"k": "false"}}, True),
        ({"Bool": {"k": "false"}}, {"Bool": {"k": "true"}}, False),
        ({"BoolIfExists": {"k": "false"}}, {"Bool": {"k": "true"}}, True),
        ({"StringNotEquals": {"k": "a"}}, {"StringEquals": {"k": "a"}}, True),
        ({"StringNotEquals": {"k": "b"}}, {"StringEquals": {"k": "a"}}, False),
        ({"StringEquals": {"k": "b"}}, {"StringEquals": {"k": "a"}}, False),
        (
            {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/other"}},
            {"Bool": {"k": "true"}},
            True,
        ),
        (
            {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/some*"}},
            {"Bool": {"k": "true"}},
            False,
        ),
    ],
)
def test_a_deny_refuses_plainly_only_what_it_always_refuses(
    denied: dict[str, dict[str, str]], unless: dict[str, dict[str, str]], refused: bool
) -> None:
    layers = _layers(denied)
    facts = facts_of(ROLE, {}, [], [parse_conditions("c", unless, variables=True)])
    assert is_refused(facts, layers, "s3:GetObject", ("*",), pattern=False) is refused
    if refused:
        # Whatever satisfies the claim is denied: without the key, and with another value.
        for context in ({}, {"k": "zzz"}):
            asked = Request.of(
                ROLE, "s3:GetObject", "arn:aws:s3:::b/o", context, resource_account="1"
            )
            assert not decide(asked, layers).allowed


@pytest.mark.parametrize(
    ("one", "other", "both", "inside"),
    [
        ("s3:get*", "s3:getobject", True, False),
        ("s3:getobject", "s3:get*", True, True),
        ("a*c", "ab*", True, False),
        ("a?", "a*", True, True),
        ("a*", "a?", True, False),
        ("abc", "abd", False, False),
        ("*-x", "y-*", True, False),
    ],
)
def test_patterns_that_share_a_text_and_that_hold_one_another(
    one: str, other: str, both: bool, inside: bool
) -> None:
    assert overlap(one, other) is both
    assert within(one, other) is inside


def test_nothing_is_possible_where_no_statement_allows_it() -> None:
    reading = parse_policy(
        "reads",
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"},
        },
    )
    layers = Layers(identity=(reading,))
    assert is_possible(ROLE, layers, ("s3:*",), ("*",), ROLE.account)
    assert not is_possible(ROLE, layers, ("s3:Put*",), ("*",), ROLE.account)
    assert not is_possible(ROLE, layers, ("s3:GetObject",), ("arn:aws:s3:::b/*",), ROLE.account)
    assert not is_possible(ROLE, layers, ("s3:GetObject",), ("*",), "222222222222")
