"""What is told without the prover is what the evaluator decides."""

from __future__ import annotations

import pytest

from policies.iam import Layers, Policy, Principal, Request, decide, parse_policy
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


def _resource(principal: dict[str, str], **more: str) -> Policy:
    """Let somebody, or everybody but somebody, read."""
    member = more.get("member", "Principal")
    statement = {"Effect": more.get("effect", "Allow"), member: principal, "Action": "s3:GetObject"}
    document = {"Version": "2012-10-17", "Statement": {**statement, "Resource": "*"}}
    return parse_policy("resource", document)


@pytest.mark.parametrize("name", ["session", "sofia"])
def test_a_resource_may_name_any_session_of_a_role(name: str) -> None:
    """A role may be taken under any name, so one that a resource names is possible."""
    session = f"arn:aws:sts::{ROLE.account}:assumed-role/somebody/{name}"
    layers = Layers(resource=_resource({"AWS": session}))
    assert is_possible(ROLE, layers, ("s3:GetObject",), ("*",), ROLE.account)
    other = f"arn:aws:sts::{ROLE.account}:assumed-role/somebody-else/{name}"
    layers = Layers(resource=_resource({"AWS": other}))
    assert not is_possible(ROLE, layers, ("s3:GetObject",), ("*",), ROLE.account)


@pytest.mark.parametrize("name", ["session", "sofia"])
@pytest.mark.parametrize("member", ["Principal", "NotPrincipal"])
def test_a_denial_of_single_sessions_refuses_no_role(name: str, member: str) -> None:
    session = f"arn:aws:sts::{ROLE.account}:assumed-role/somebody/{name}"
    refusing = _resource({"AWS": session}, effect="Deny", member=member)
    layers = Layers(identity=(EVERY_RIGHT,), resource=refusing)
    facts = facts_of(ROLE, {}, [], [])
    assert not is_refused(facts, layers, "s3:GetObject", ("*",), pattern=False)
    refusing = _resource({"AWS": ROLE.role_arn or ""}, effect="Deny")
    layers = Layers(identity=(EVERY_RIGHT,), resource=refusing)
    assert is_refused(facts, layers, "s3:GetObject", ("*",), pattern=False)


def test_no_boundary_binds_the_root_user() -> None:
    nothing = parse_policy(
        "nothing",
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "x:Y", "Resource": "*"},
        },
    )
    asked = (Layers(boundary=nothing), ("s3:GetObject",), ("*",), ROLE.account)
    assert is_possible(Principal.root(ROLE.account), *asked)
    assert not is_possible(ROLE, *asked)
