"""Policy documents: what is understood, and what is refused because AWS would."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.iam import MalformedPolicy, parse_policy


def document(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | statement
    return {
        "Version": "2012-10-17",
        "Statement": [{k: v for k, v in whole.items() if v is not None}],
    }


def test_statement_is_addressed_by_its_sid_or_its_place() -> None:
    given = document(Sid="Read")
    given["Statement"].append({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})

    policy = parse_policy("role/reader", given)

    assert [s.address for s in policy.statements] == ["role/reader#Read", "role/reader#1"]


def test_single_statement_and_json_text_are_read_alike() -> None:
    given = document()
    given["Statement"] = given["Statement"][0]

    assert parse_policy("a", json.dumps(given)) == parse_policy("a", given)


def test_actions_have_no_case_and_take_wildcards() -> None:
    statement = parse_policy("a", document(Action=["S3:get*", "kms:Decrypt"])).statements[0]

    assert statement.names_action("s3:GetObject")
    assert statement.names_action("KMS:decrypt")
    assert not statement.names_action("s3:PutObject")


def test_not_action_names_everything_else() -> None:
    statement = parse_policy("a", document(Action=None, NotAction="iam:*")).statements[0]

    assert statement.names_action("s3:GetObject")
    assert not statement.names_action("iam:CreateRole")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{", "must be JSON"),
        ("[]", "must be a JSON object"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}', "no member twice"),
        ({"Version": "2024-01-01", "Statement": []}, "Version must be"),
        ({"Version": "2012-10-17", "Statement": []}, "at least one statement"),
        ({"Version": "2012-10-17", "Statements": []}, "must have only"),
        (document(Effect="allow"), "Effect must be"),
        (document(Effect=None), "Effect must be"),
        (document(Action=None), "must have Action or NotAction"),
        (document(NotAction="s3:*"), "both Action and NotAction"),
        (document(Action=[]), "must not be empty"),
        (document(Action=[1]), "list of texts"),
        (document(Resource={"a": 1}), "list of texts"),
        (document(NotResource="*"), "both Resource and NotResource"),
        (document(Condtion={}), "must have only"),
        (document(Principal="somebody"), r"must be \* or an object"),
        (document(Principal={"Aws": "*"}), "must have only"),
        (document(Principal={"AWS": []}), "must be texts"),
        (document(Principal="*", NotPrincipal="*"), "both Principal and NotPrincipal"),
    ],
)
def test_malformed_policy_is_refused_and_never_passed_over(given: Any, told: str) -> None:
    with pytest.raises(MalformedPolicy, match=told):
        parse_policy("broken", given)
