"""Control policies bind the accounts of the units that the plan attaches them to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from policies.model import AccountFacts, Model
from tests.policies.model.planned import (
    ORGANIZATION,
    document,
    model_of,
    plan,
    problems_of,
    resource,
)

_DENY = {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
_UNIT = ORGANIZATION.units["staging"]
_REFERENCES = {"policy_id": ["aws_organizations_policy.it", "each.value.policy"]}


def _policy(key: str, **values: Any) -> dict[str, Any]:
    given = {"content": document(_DENY), "name": key, "type": "SERVICE_CONTROL_POLICY", **values}
    return resource(f'aws_organizations_policy.it["{key}"]', given)


def _attachment(key: str, target: str = _UNIT) -> dict[str, Any]:
    address = f'aws_organizations_policy_attachment.it["{key}"]'
    return resource(address, {"target_id": target}, _REFERENCES)


def _model(*resources: Mapping[str, Any], outputs: Mapping[str, Any] | None = None) -> Model:
    return model_of(organization=plan(*resources, outputs=outputs))


def _sids(account: AccountFacts) -> list[list[str]]:
    return [[each.statements[0].sid for each in level] for level in account.service_control]


def test_an_account_is_bound_by_the_policies_of_its_unit_beside_full_access() -> None:
    model = _model(_policy("a"), _policy("b"), _attachment("a/staging"))
    assert _sids(model.accounts["staging"]) == [
        ["FullAccess"],
        ["FullAccess", "No"],
        ["FullAccess"],
    ]
    assert _sids(model.accounts["production"]) == [["FullAccess"]] * 3
    assert problems_of(model) == []


@pytest.mark.parametrize(
    ("target", "level"), [("r-a1b2", 0), (ORGANIZATION.accounts["staging"].id, 2)]
)
def test_a_policy_binds_from_the_root_or_in_one_account(target: str, level: int) -> None:
    model = _model(_policy("a"), _attachment("a/staging", target))
    assert _sids(model.accounts["staging"])[level] == ["FullAccess", "No"]


def test_nobody_in_the_management_account_is_bound() -> None:
    model = _model(_policy("a"), _attachment("a/staging"))
    assert model.accounts["management"].service_control == ()


def test_an_attachment_whose_policy_is_not_certain_is_not_decided() -> None:
    model = _model(_policy("a"), _policy("b"), _attachment("first"))
    (problem,) = problems_of(model)
    assert (problem.violated, problem.got) == (False, "0")


def test_attachments_that_the_output_does_not_tell_are_not_decided() -> None:
    told = {"attachments": {"value": {"staging": ["b"]}}}
    model = _model(_policy("a"), _policy("b"), _attachment("a/staging"), outputs=told)
    assert [each.violated for each in problems_of(model)] == [False]


def test_content_that_is_unknown_or_too_long_is_told() -> None:
    unknown = resource(
        'aws_organizations_policy.it["a"]',
        {"type": "SERVICE_CONTROL_POLICY"},
        {"content": ["local.x"]},
    )
    assert [each.check for each in problems_of(_model(unknown))] == ["policies-known"]
    long = document(_DENY | {"Resource": [f"arn:aws:s3:::{'x' * 60}{n}" for n in range(100)]})
    (problem,) = problems_of(_model(_policy("a", content=long)))
    assert (problem.check, problem.violated) == ("policy-sizes", True)


def test_without_the_plan_of_the_organisation_nothing_is_decided() -> None:
    model = model_of()
    assert any(each.source.root == "organization" for each in model.problems)
