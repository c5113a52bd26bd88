"""Known, unknown and absent are kept apart, through any number of blocks."""

from __future__ import annotations

from typing import Any

import pytest

from policies.checks.plan.reading import State, blocks, reading, readings
from policies.model import PlannedResource
from policies.verdict import Source


def _resource(values: dict[str, Any], unknown: dict[str, Any] | None = None) -> PlannedResource:
    source = Source("staging", "aws_x.this")
    return PlannedResource(
        "staging", "aws_x.this", "aws_x", "staging", values, unknown or {}, source
    )


@pytest.mark.parametrize(
    ("values", "unknown", "states"),
    [
        ({"rule": [{"kind": "a"}, {"kind": "b"}]}, {}, [State.KNOWN, State.KNOWN]),
        (
            {"rule": [{"kind": "a"}, {}]},
            {"rule": [{}, {"kind": True}]},
            [State.KNOWN, State.UNKNOWN],
        ),
        ({"rule": [{"kind": ""}, {"kind": None}]}, {}, [State.ABSENT, State.ABSENT]),
        ({"rule": []}, {}, [State.ABSENT]),
        ({}, {}, [State.ABSENT]),
        ({}, {"rule": True}, [State.UNKNOWN]),
        ({"rule": None}, {"rule": [{"kind": True}]}, [State.UNKNOWN]),
        ({"rule": "no block"}, {}, [State.UNKNOWN]),
        ({"rule": [["no block"]]}, {}, [State.UNKNOWN]),
        ({"rule": [{"kind": False}]}, {}, [State.KNOWN]),
        ({"rule": [{"kind": ["a", None]}]}, {"rule": [{"kind": [False, True]}]}, [State.UNKNOWN]),
    ],
)
def test_a_value_is_known_unknown_or_absent(
    values: dict[str, Any], unknown: dict[str, Any], states: list[State]
) -> None:
    """One reading for each block on the way, and always at least one."""
    assert [it.state for it in readings(_resource(values, unknown), "rule.kind")] == states


def test_a_path_tells_which_block_a_value_stands_in() -> None:
    """As the model's links name it."""
    found = readings(_resource({"rule": [{"kind": "a"}, {"kind": "b"}]}), "rule.kind")
    assert [it.path for it in found] == ["rule.0.kind", "rule.1.kind"]


def test_several_values_where_one_is_wanted_are_not_known() -> None:
    """Which one counts nobody can tell."""
    many = _resource({"rule": [{"kind": "a"}, {"kind": "b"}]})
    assert reading(many, "rule.kind").state is State.UNKNOWN


def test_blocks_that_are_none_are_not_told() -> None:
    """A list of something else, and a list that is not known."""
    assert blocks(_resource({"rule": ["a"]}), "rule") is None
    assert blocks(_resource({}, {"rule": True}), "rule") is None
    assert blocks(_resource({}), "rule") == ()
