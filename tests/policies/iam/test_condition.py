"""Conditions: each operator, missing keys, sets of values, variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from policies.iam import MalformedPolicy
from policies.iam.condition import parse_conditions

Given = Mapping[str, tuple[str, ...]]


def holds(condition: Mapping[str, Any], given: Given) -> bool:
    parsed = parse_conditions("test", condition, variables=True)
    return all(found.holds(given.get) for found in parsed)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "eu-west-1", "eu-west-1", True),
        ("StringEquals", "eu-*", "eu-west-1", False),
        ("StringEqualsIgnoreCase", "EU-West-1", "eu-west-1", True),
        ("StringLike", "eu-*-?", "eu-west-1", True),
        ("StringLike", "EU-*", "eu-west-1", False),
        ("StringNotLike", "eu-*", "eu-west-1", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("NumericLessThan", "1.2", "1.1", True),
        ("NumericLessThan", "1.2", "1.2", False),
        ("NumericGreaterThanEquals", "3600", "3600", True),
        ("NumericEquals", "1", "one", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "1700000000", True),
        ("Bool", "true", "True", True),
        ("Bool", "false", "true", False),
        ("IpAddress", "10.16.0.0/16", "10.16.3.4", True),
        ("NotIpAddress", "10.16.0.0/16", "10.17.3.4", True),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ],
)
def test_operator_compares_as_aws_says(
    operator: str, wanted: object, value: str, expected: bool
) -> None:
    assert holds({operator: {"aws:Key": wanted}}, {"aws:key": (value,)}) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:aws:iam::*:role/acme-*", "arn:aws:iam::111111111111:role/acme-train", True),
        ("arn:aws:iam::111111111111:role/*", "arn:aws:iam::222222222222:role/acme", False),
        # A wildcard in one part does not reach into the next.
        ("arn:aws:*:role/acme", "arn:aws:iam::111111111111:role/acme", False),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", True),
        ("arn:aws:iam::111111111111:*", "arn:aws:iam::111111111111:user/x:y", True),
        ("*", "arn:aws:iam::111111111111:role/acme", False),
    ],
)
def test_arns_are_compared_part_by_part(pattern: str, arn: str, expected: bool) -> None:
    for operator in ("ArnLike", "ArnEquals"):
        assert holds({operator: {"aws:SourceArn": pattern}}, {"aws:sourcearn": (arn,)}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringEqualsIfExists", True),
        ("StringNotEquals", True),
        ("StringNotEqualsIfExists", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("Bool", False),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringNotEqualsIfExists", True),
    ],
)
def test_missing_key(operator: str, expected: bool) -> None:
    value = {"Bool": "true", "BoolIfExists": "true", "NotIpAddress": "10.0.0.0/8"}.get(
        operator, "x"
    )
    assert holds({operator: {"aws:Key": value}}, {}) is expected


def test_null_asks_whether_the_key_is_there() -> None:
    assert holds({"Null": {"aws:Key": "true"}}, {})
    assert not holds({"Null": {"aws:Key": "true"}}, {"aws:key": ("x",)})
    assert holds({"Null": {"aws:Key": "false"}}, {"aws:key": ("x",)})


def test_two_keys_in_one_block_must_both_hold() -> None:
    block = {"Null": {"sagemaker:VpcSubnets": "true", "sagemaker:VpcSecurityGroupIds": "true"}}

    assert not holds(block, {"sagemaker:vpcsubnets": ("subnet-1",)})


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("c", "b"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAnyValue:StringNotLike", ("a", "c"), True),
        ("ForAnyValue:StringNotLike", ("a", "b"), False),
        ("ForAllValues:StringNotEquals", ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ("c", "a"), False),
    ],
)
def test_several_values(operator: str, values: tuple[str, ...], expected: bool) -> None:
    assert holds({operator: {"aws:Key": ["a", "b"]}}, {"aws:key": values}) is expected


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("${aws:SourceIdentity}", {"aws:sourceidentity": ("sofia",)}, True),
        ("${aws:SourceIdentity}", {}, False),
        ("${aws:SourceIdentity, 'sofia'}", {}, True),
        ("${aws:SourceIdentity}", {"aws:sourceidentity": ("sof*",)}, False),
        ("sof${*}", {}, False),
        ("${aws:PrincipalTag/team}", {"aws:principaltag/team": ("sofia", "milo")}, False),
    ],
)
def test_variables_stand_for_one_plain_value(wanted: str, given: Given, expected: bool) -> None:
    carried = {**given, "aws:key": ("sofia",)}

    assert holds({"StringLike": {"aws:Key": wanted}}, carried) is expected


def test_unset_variable_in_a_negated_operator_excludes_nobody() -> None:
    assert holds({"StringNotEquals": {"aws:Key": "${aws:username}"}}, {"aws:key": ("sofia",)})


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"StringMatches": {"aws:Key": "x"}}, "operator that AWS knows"),
        ({"NullIfExists": {"aws:Key": "true"}}, "operator that AWS knows"),
        ({"ForEach:StringLike": {"aws:Key": "x"}}, "ForAllValues or ForAnyValue"),
        ({"Bool": {"aws:Key": "yes"}}, "value for Bool"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0"}}, "value for IpAddress"),
        ({"NumericLessThan": {"s3:TlsVersion": "new"}}, "value for NumericLessThan"),
        ({"DateLessThan": {"aws:CurrentTime": "soon"}}, "value for DateLessThan"),
        ({"StringEquals": []}, "object of keys"),
        ({"StringEquals": {"aws:Key": {"a": 1}}}, "texts, numbers"),
        ("StringEquals", "must be an object"),
    ],
)
def test_conditions_that_mean_nothing_are_refused(condition: Any, told: str) -> None:
    with pytest.raises(MalformedPolicy, match=told):
        parse_conditions("test", condition, variables=True)
