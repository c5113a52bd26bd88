"""What counts as drift in a plan, and what of it bears policy."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.drift import bears_policy, drifted


def test_an_empty_plan_is_no_drift() -> None:
    plan = {"resource_changes": [_change("aws_iam_role", ["no-op"]), _change("aws_x", ["read"])]}
    assert drifted(plan) == []


def test_each_difference_has_its_word_and_its_attributes() -> None:
    plan = {
        "resource_drift": [_change("aws_sns_topic", ["delete"], name="gone")],
        "resource_changes": [
            _change("aws_sns_topic", ["create"], name="gone"),
            _change("aws_sns_topic", ["create"], name="new"),
            _change("aws_sns_topic", ["delete"], name="old"),
            _change("aws_sns_topic", ["delete", "create"], name="other"),
            _change(
                "aws_s3_bucket_policy",
                ["update"],
                before={"policy": "a", "id": "x", "tags_all": {"a": "b"}},
                after={"policy": "b", "id": "x", "tags_all": {}},
            ),
        ],
    }
    found = drifted(plan)
    assert [(each.address, str(each.difference)) for each in found] == [
        ("aws_s3_bucket_policy.this", "changed"),
        ("aws_sns_topic.gone", "gone"),
        ("aws_sns_topic.new", "not there"),
        ("aws_sns_topic.old", "not in the root"),
        ("aws_sns_topic.other", "must be replaced"),
    ]
    assert found[0].attributes == ("policy",)
    assert [each.bears_policy for each in found] == [True, False, False, False, False]


def test_values_stay_out_of_the_report() -> None:
    change = _change("aws_sns_topic", ["update"], before={"x": "secret"}, after={"x": "other"})
    row = drifted({"resource_changes": [change]})[0].row("staging")
    assert "secret" not in str(row)
    assert row["attributes"] == ["x"]


@pytest.mark.parametrize(
    ("kind", "bears"),
    [
        ("aws_iam_role_policy", True),
        ("aws_kms_key", True),
        ("aws_vpc_security_group_ingress_rule", True),
        ("aws_lambda_permission", True),
        ("aws_s3_bucket_public_access_block", True),
        ("aws_sns_topic", False),
        ("aws_ssm_parameter", False),
    ],
)
def test_what_decides_who_may_do_what_bears_policy(kind: str, bears: bool) -> None:
    assert bears_policy(kind) is bears


def test_a_rule_that_somebody_added_to_a_group_is_drift_though_the_plan_is_empty() -> None:
    rule = {"cidr_blocks": ["0.0.0.0/0"], "self": False}
    group = _resource("aws_security_group", id="sg-1", ingress=[rule], egress=[])
    assert [(each.address, each.attributes) for each in drifted(_state(group))] == [
        ("aws_security_group.this", ("ingress",))
    ]
    known = _resource("aws_vpc_security_group_ingress_rule", security_group_id="sg-1")
    assert drifted(_state(group, known)) == []


def test_a_policy_that_somebody_added_to_a_role_is_drift_though_the_plan_is_empty() -> None:
    role = _resource(
        "aws_iam_role",
        name="r",
        inline_policy=[{"name": "own", "policy": "{}"}, {"name": "more", "policy": "{}"}],
        managed_policy_arns=["arn:aws:iam::aws:policy/AdministratorAccess"],
    )
    own = _resource("aws_iam_role_policy", role="r", name="own")
    found = drifted(_state(role, own))
    assert [each.attributes for each in found] == [("inline_policy", "managed_policy_arns")]


def _change(
    kind: str, actions: list[str], name: str = "this", **change: dict[str, Any]
) -> dict[str, Any]:
    return {
        "address": f"{kind}.{name}",
        "type": kind,
        "mode": "managed",
        "change": {"actions": actions, "before": None, "after": None} | change,
    }


def _resource(kind: str, **values: Any) -> dict[str, Any]:
    return {"address": f"{kind}.this", "type": kind, "mode": "managed", "values": values}


def _state(*found: dict[str, Any]) -> dict[str, Any]:
    return {"prior_state": {"values": {"root_module": {"resources": list(found)}}}}
