"""What a target receives of an event is made as EventBridge documents it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.engines.events_input import Rule, input_of, select, transform
from twin.errors import ServiceError

RULE = Rule("rule", "arn:aws:events:us-east-1:111111111111:rule/rule")
EVENT: dict[str, Any] = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "123456789012",
    "time": "2015-11-11T21:29:54Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
    "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "tags": {"a": ["b", 1]}},
}
PATHS = {"instance": "$.detail.instance-id", "state": "$.detail.state", "all": "$.detail.tags"}


def transformed(template: str, **paths: str) -> str:
    """Return what a target with an input transformer receives."""
    transformer = {"InputPathsMap": {**PATHS, **paths}, "InputTemplate": template}
    return input_of({"InputTransformer": transformer}, EVENT, RULE, "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        (
            '"instance \\"<instance>\\" is in <state>"',
            '"instance \\"i-0123456789\\" is in RUNNING"',
        ),
        (
            '{"instance" : <instance>, "state": <state>}',
            '{"instance" : "i-0123456789", "state": "RUNNING"}',
        ),
        (
            '{"instance" : <instance>, "state": "<state>"}',
            '{"instance" : "i-0123456789", "state": "RUNNING"}',
        ),
        ('{"state": [ 9, <state>, true ]}', '{"state": [ 9, "RUNNING", true ]}'),
        ('{"tags": <all>}', '{"tags": {"a": ["b", 1]}}'),
        ('"tags are <all>"', '"tags are {a: [b, 1]}"'),
        ('{"rule": <aws.events.rule-name>}', '{"rule": "rule"}'),
        ('"<aws.events.rule-arn>"', f'"{RULE.arn}"'),
        ('"<aws.events.event.ingestion-time>"', '"2026-01-01T00:00:00Z"'),
        ('{"missing": <nothing>, "more": "<nothing>"}', '{"missing": "", "more": ""}'),
    ],
)
def test_a_template_is_filled_as_documented(template: str, expected: str) -> None:
    assert transformed(template, nothing="$.detail.nothing") == expected


def test_the_whole_event_can_be_a_value() -> None:
    filled = json.loads(transformed('{"event": <aws.events.event.json>}'))
    assert filled == {"event": EVENT}
    assert "detail" not in json.loads(transformed('{"event": <aws.events.event>}'))["event"]


def test_input_and_input_path_replace_the_event() -> None:
    assert input_of({"Input": '{"a": 1}'}, EVENT, RULE, "") == '{"a": 1}'
    assert input_of({"InputPath": "$.detail.state"}, EVENT, RULE, "") == '"RUNNING"'
    assert json.loads(input_of({}, EVENT, RULE, "")) == EVENT


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.source", "aws.ec2"),
        ("$.resources[0]", EVENT["resources"][0]),
        ("$.detail.tags.a[1]", 1),
        ("$.detail.tags.a[*]", ["b", 1]),
        ("$.detail.tags.*", [["b", 1]]),
        ("$", EVENT),
    ],
)
def test_a_path_selects_a_part_of_the_event(path: str, expected: Any) -> None:
    assert select(path, EVENT) == expected


@pytest.mark.parametrize("path", ["detail", "$..a", "$.detail[?(@.a)]", "$.detail."])
def test_a_path_in_another_syntax_is_refused(path: str) -> None:
    with pytest.raises(ServiceError, match="Invalid JSONPath"):
        select(path, EVENT)


@given(st.text(), st.text())
def test_any_path_and_template_give_text_or_a_refusal(path: str, template: str) -> None:
    try:
        assert isinstance(transformed(template, given=path), str)
    except ServiceError as error:
        assert error.code == "ValidationException"


@given(st.text(alphabet=st.characters(exclude_characters='"\\', exclude_categories=["C"])))
def test_a_text_arrives_unchanged_with_and_without_quotes(value: str) -> None:
    for template in ('{"v": <v>}', '{"v": "<v>"}'):
        assert json.loads(transform(template, {"v": value})) == {"v": value}
