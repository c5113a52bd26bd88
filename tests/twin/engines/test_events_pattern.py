"""Event patterns match as EventBridge documents them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.engines import events_pattern
from twin.errors import ServiceError

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def matches(pattern: Any, event: Any) -> bool:
    """Match a pattern that is valid."""
    return events_pattern.matches(events_pattern.parse(json.dumps(pattern)), event)


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        # Exact values: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
        ({"source": ["aws.ec2"]}, {"source": "aws.ec2"}, True),
        ({"source": ["aws.ec2"]}, {"source": "AWS.EC2"}, False),
        ({"a": ["x", "y"], "b": ["z"]}, {"a": "y", "b": "z"}, True),
        ({"a": ["x"], "b": ["z"]}, {"a": "x"}, False),
        ({"detail": {"state": ["on"]}}, {"detail": {"state": "on", "more": 1}}, True),
        ({"a": [True]}, {"a": True}, True),
        ({"a": [1]}, {"a": True}, False),
        ({"a": ["1"]}, {"a": 1}, False),
        # Numbers are compared as they are written.
        ({"a": [300]}, {"a": 300}, True),
        ({"a": [300]}, {"a": 300.0}, False),
        # Null and empty values.
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {"a": ""}, False),
        ({"a": [None]}, {}, False),
        ({"a": [""]}, {"a": ""}, True),
        # Arrays: one element in common is enough.
        ({"resources": ["x"]}, {"resources": ["y", "x"]}, True),
        ({"resources": ["x"]}, {"resources": []}, False),
        ({"a": {"b": ["1"], "c": ["2"]}}, {"a": [{"b": "1", "c": "2"}]}, True),
        ({"a": {"b": ["1"], "c": ["2"]}}, {"a": [{"b": "1"}, {"c": "2"}]}, False),
        # Operators: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
        ({"Region": [{"prefix": "us-"}]}, {"Region": "us-east-1"}, True),
        ({"Region": [{"prefix": "us-"}]}, {"Region": "eu-west-1"}, False),
        ({"s": [{"prefix": {"equals-ignore-case": "eventb"}}]}, {"s": "EventBridge"}, True),
        ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.png"}, True),
        ({"s": [{"suffix": {"equals-ignore-case": "tbridge"}}]}, {"s": "EVENTBRIDGE"}, True),
        ({"Name": [{"equals-ignore-case": "alice"}]}, {"Name": "Alice"}, True),
        ({"state": [{"anything-but": "initializing"}]}, {"state": "running"}, True),
        ({"state": [{"anything-but": "initializing"}]}, {"state": "initializing"}, False),
        ({"state": [{"anything-but": "initializing"}]}, {}, False),
        ({"state": [{"anything-but": ["a", "b"]}]}, {"state": "b"}, False),
        ({"x": [{"anything-but": [100, 200]}]}, {"x": 300}, True),
        ({"Region": [{"anything-but": {"prefix": "us-"}}]}, {"Region": "us-west-2"}, False),
        ({"Region": [{"anything-but": {"prefix": ["us-", "eu-"]}}]}, {"Region": "ap-1"}, True),
        ({"f": [{"anything-but": {"suffix": ".png"}}]}, {"f": "a.gif"}, True),
        ({"s": [{"anything-but": {"equals-ignore-case": "Init"}}]}, {"s": "INIT"}, False),
        ({"p": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"p": "/usr/lib/x"}, False),
        ({"p": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"p": "/usr/bin/x"}, True),
        ({"Price": [{"numeric": ["=", 100]}]}, {"Price": 100.0}, True),
        ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, {"Price": 20}, True),
        ({"Price": [{"numeric": [">", 10, "<=", 20]}]}, {"Price": 10}, False),
        ({"Price": [{"numeric": [">", 10]}]}, {"Price": "11"}, False),
        ({"a": [{"exists": True}]}, {"a": None}, True),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"detail": {"c": [{"exists": False}]}}, {}, True),
        ({"a": [{"exists": False}]}, {"a": 0}, False),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "10.0.0.200"}, True),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "10.0.1.0"}, False),
        ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "not an address"}, False),
        ({"p": [{"wildcard": "dir/*.txt"}]}, {"p": "dir/a/b.txt"}, True),
        ({"p": [{"wildcard": "dir/*.txt"}]}, {"p": "other/a.txt"}, False),
        ({"p": [{"wildcard": "a\\*b"}]}, {"p": "a*b"}, True),
        ({"p": [{"wildcard": "a\\*b"}]}, {"p": "axb"}, False),
        ({"$or": [{"a": ["1"]}, {"b": [{"numeric": ["<", 10]}]}]}, {"b": 5}, True),
        ({"$or": [{"a": ["1"]}, {"b": [{"numeric": ["<", 10]}]}]}, {"a": "2", "b": 15}, False),
        ({"c": ["1"], "$or": [{"a": ["1"]}, {"b": ["1"]}]}, {"a": "1", "c": "2"}, False),
        ({"detail": {"$or": [{"a": ["1"]}, {"b": ["1"]}]}}, {"detail": {"b": "1"}}, True),
        # A pattern as a release gate uses it.
        (
            {
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {"ModelApprovalStatus": ["Approved"]},
            },
            {
                "source": "aws.sagemaker",
                "detail-type": "SageMaker Model Package State Change",
                "detail": {"ModelApprovalStatus": "Rejected"},
            },
            False,
        ),
    ],
)
def test_a_pattern_matches_as_documented(pattern: Any, event: Any, expected: bool) -> None:
    assert matches(pattern, event) is expected


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"a": "x"}',
        '{"a": []}',
        '{"a": [["x"]]}',
        '{"a": [{"prefix": 1}]}',
        '{"a": [{"prefix": "x", "suffix": "y"}]}',
        '{"a": [{"unknown": "x"}]}',
        '{"a": [{"numeric": ["~", 1]}]}',
        '{"a": [{"numeric": [">", "1"]}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"exists": "yes"}]}',
        '{"a": [{"cidr": "10.0.0.0/99"}]}',
        '{"a": [{"wildcard": "a**b"}]}',
        '{"a": [{"anything-but": []}]}',
        '{"a": [{"anything-but": ["x", 1]}]}',
        '{"a": [{"anything-but": {"numeric": ["=", 1]}}]}',
        '{"$or": [{"a": ["1"]}]}',
        '{"$or": ["x", "y"]}',
        '{"a": [NaN]}',
    ],
)
def test_a_pattern_that_eventbridge_refuses_is_refused(text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        events_pattern.parse(text)
    assert caught.value.code == "InvalidEventPatternException"


@given(_VALUES)
def test_any_json_is_a_pattern_or_refused_as_one(value: Any) -> None:
    try:
        pattern = events_pattern.parse(json.dumps(value))
    except ServiceError as error:
        assert error.code == "InvalidEventPatternException"
    else:
        assert isinstance(events_pattern.matches(pattern, {"a": 1}), bool)


@given(
    st.dictionaries(st.text(min_size=1).filter(lambda key: key != "$or"), _VALUES, min_size=1),
    st.text(),
)
def test_every_event_matches_a_pattern_made_of_its_own_texts(event: Any, own: str) -> None:
    event = {**event, "own": own}
    pattern = {key: [value] for key, value in event.items() if isinstance(value, str)}
    assert matches(pattern, event)
    assert not matches({**pattern, "own": [{"anything-but": own}]}, event)
    assert not matches({**pattern, "own": [own + "x"]}, event)


@given(st.text(), st.text(), st.text())
def test_a_wildcard_matches_whatever_stands_between(start: str, between: str, end: str) -> None:
    def literal(text: str) -> str:
        return text.replace("\\", "\\\\").replace("*", "\\*")

    pattern = {"a": [{"wildcard": f"{literal(start)}*{literal(end)}"}]}
    assert matches(pattern, {"a": start + between + end})
