"""A policy that depends on a key which the twin cannot tell is found, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import Layers, parse_policy
from twin.authorization.asked import Asked
from twin.authorization.keys.undecidable import undecidable

_DOCUMENT = Asked("ssm:GetDocument", "arn:aws:ssm:eu-west-1:111111111111:document/d", "1" * 12)


def _layers(action: str, effect: str, condition: dict[str, Any] | None) -> Layers:
    statement: dict[str, Any] = {
        "Sid": "One",
        "Effect": effect,
        "Action": action,
        "Resource": "*",
    }
    if condition is not None:
        statement["Condition"] = condition
    policy = parse_policy("role/r", {"Version": "2012-10-17", "Statement": [statement]})
    return Layers(service_control=((policy,),)) if effect == "Deny" else Layers((policy,))


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_condition_on_an_unknown_key_cannot_be_decided(effect: str) -> None:
    condition = {"StringEquals": {"ssm:DocumentCategories": "Change"}}
    found = undecidable(_layers("ssm:Get*", effect, condition), _DOCUMENT)
    assert found is not None
    assert found.key == "ssm:documentcategories"
    assert "role/r" in str(found)


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        ("ssm:Get*", None),
        ("ssm:Get*", {"StringEquals": {"aws:PrincipalAccount": "1"}}),
        ("ssm:Get*", {"StringEquals": {"ssm:DocumentType": "Command"}}),
        ("ssm:PutParameter", {"StringEquals": {"ssm:DocumentCategories": "Change"}}),
        ("ssm:Get*", {"StringEquals": {"aws:ChatbotSourceArn": "arn"}}),
    ],
)
def test_everything_else_can_be_decided(action: str, condition: dict[str, Any] | None) -> None:
    assert undecidable(_layers(action, "Deny", condition), _DOCUMENT) is None


def test_a_known_action_needs_no_look_at_policies() -> None:
    condition = {"StringEquals": {"ssm:DocumentCategories": "Change"}}
    asked = Asked("kms:Decrypt", "*", "1" * 12)
    assert undecidable(_layers("*", "Deny", condition), asked) is None
