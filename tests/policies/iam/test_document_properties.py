"""Whatever is given as a policy is parsed as AWS reads it, or refused by name; nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from policies.iam import (
    Layers,
    MalformedPolicy,
    Principal,
    Request,
    decide,
    explain,
    parse_policy,
)
from policies.iam.operators import OPERATORS

GOOD: dict[str, Any] = {
    "Version": "2012-10-17",
    "Id": "x",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": ["111111111111"], "Service": "s3.amazonaws.com"},
            "Action": ["s3:GetObject", "s3:List*"],
            "Resource": "arn:aws:s3:::data/${aws:username}/*",
            "Condition": {
                "StringEquals": {"aws:SourceVpce": ["vpce-1"]},
                "ForAnyValue:StringLike": {"aws:TagKeys": "a*"},
                "NumericLessThanIfExists": {"aws:MultiFactorAuthAge": 300},
                "Bool": {"aws:SecureTransport": True},
                "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
            },
        }
    ],
}
ASKED = Request.of(
    Principal.role("arn:aws:iam::111111111111:role/reader", "sofia"),
    "s3:GetObject",
    "arn:aws:s3:::data/a/b",
    resource_account="111111111111",
)
_SCALARS = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=6)
    | some.sampled_from(["*", "Allow", "Deny", "${", "${aws:username}", "arn:aws:s3:::x", "\x00"])
)
_JSON = some.recursive(
    _SCALARS,
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def refused_or_decided(document: Any) -> None:
    """Parse and, where that goes, decide and explain; only MalformedPolicy may come out."""
    try:
        policy = parse_policy("policy", document)
    except MalformedPolicy as error:
        assert str(error).startswith("policy")
        assert ", got " in str(error)
        return
    layers = Layers(identity=(policy,), resource=policy)
    assert explain(ASKED, layers).decision == decide(ASKED, layers)


@settings(max_examples=200)
@given(document=_JSON | some.text(max_size=30))
@example(document="[" * 100_000)
@example(document={**GOOD, "Statement": []})
@example(document='{"Version": NaN}')
def test_anything_is_refused_or_decided(document: Any) -> None:
    refused_or_decided(document)


def _paths(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        found.items()
        if isinstance(found, dict)
        else enumerate(found)
        if isinstance(found, list)
        else ()
    )
    return [path, *(p for key, value in inner for p in _paths(value, (*path, key)))]  # fmt: skip


PATHS = [path for path in _paths(GOOD) if path]
NAMES = (("Id",), ("Statement", 0, "Sid"))


@settings(max_examples=400)
@given(path=some.sampled_from(PATHS), value=_JSON)
def test_any_part_may_be_anything(path: tuple[Any, ...], value: Any) -> None:
    made = copy.deepcopy(GOOD)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    refused_or_decided(made)
    refused_or_decided(json.dumps(made))


@pytest.mark.parametrize(
    "path", [path for path in PATHS if path not in NAMES], ids=lambda path: ".".join(map(str, path))
)
@pytest.mark.parametrize("value", [{"x": {"y": 1}}, [[]], [None]], ids=str)
def test_a_part_of_the_wrong_type_is_refused(path: tuple[Any, ...], value: Any) -> None:
    made = copy.deepcopy(GOOD)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(MalformedPolicy, match=r"^policy.*, got "):
        parse_policy("policy", made)


@pytest.mark.parametrize("member", ["Id", "Sid"])
@pytest.mark.parametrize("value", [{"x": 1}, [], 5, None, True], ids=str)
def test_a_name_that_is_no_text_is_refused(member: str, value: Any) -> None:
    made = copy.deepcopy(GOOD)
    (made if member == "Id" else made["Statement"][0])[member] = value
    with pytest.raises(MalformedPolicy, match=f"{member}.*must be a text"):
        parse_policy("policy", made)


@settings(max_examples=200)
@given(name=some.text(max_size=24) | some.sampled_from(sorted(o.name for o in OPERATORS.values())))
@example(name="StringEqualsIfExistsIfExists")
@example(name="ForAllValues:ForAnyValue:StringEquals")
@example(name="ForAllValues:")
@example(name="NullIfExists")
@example(name="Stringequals ")
@example(name="StringMatches")
def test_an_operator_is_known_or_refused(name: str) -> None:
    prefix, colon, rest = name.partition(":")
    plain = (rest if colon and prefix in ("ForAllValues", "ForAnyValue") else name).lower()
    known = plain in OPERATORS or (
        plain.endswith("ifexists") and plain.removesuffix("ifexists") in OPERATORS
    )
    made = copy.deepcopy(GOOD)
    made["Statement"][0]["Condition"] = {name: {"aws:username": "1"}}
    if known:
        refused_or_decided(made)
        return
    with pytest.raises(MalformedPolicy, match=r"Condition"):
        parse_policy("policy", made)


@settings(max_examples=200)
@given(
    key=some.text(max_size=10),
    values=some.lists(some.text(max_size=12), max_size=3),
    resource=some.text(max_size=20),
    action=some.text(max_size=12),
)
def test_any_request_is_decided(key: str, values: list[str], resource: str, action: str) -> None:
    policy = parse_policy("policy", GOOD)
    principal = Principal.role("arn:aws:iam::111111111111:role/reader", "sofia")
    asked = Request.of(principal, action, resource, {key: values}, resource_account="111111111111")
    layers = Layers(identity=(policy,), resource=policy)
    assert explain(asked, layers).decision == decide(asked, layers)
