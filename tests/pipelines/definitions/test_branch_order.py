"""What is wanted for a branch is said in one closed document, under a name that fits AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.definitions.branch_order import (
    ORDER_FILE,
    Order,
    Wanted,
    name_of,
    pipeline_description,
    read_description,
    read_order,
)
from pipelines.errors import GatehouseError, InvalidInput

ORDER = Order("idea/deeper", "idea-deeper", ("churn", "fraud"), Wanted.PRESENT)
GROUP_NAMES_END_AT = 63


@pytest.mark.parametrize("wanted", Wanted)
def test_what_is_written_is_read(tmp_path: Path, wanted: Wanted) -> None:
    order = Order(ORDER.branch, ORDER.name, ORDER.models, wanted)
    (tmp_path / ORDER_FILE).write_bytes(order.written())
    assert read_order(tmp_path) == order


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"wanted": "promoted"}, "wanted"),
        ({"name": "Deeper"}, "name"),
        ({"name": "idea--deeper"}, "name"),
        ({"name": "n" * 21}, "name"),
        ({"branch": "idea deeper"}, "branch"),
        ({"models": []}, "models"),
        ({"group": "gatehouse-churn"}, "group"),
        ({"schema_version": 2}, "schema_version"),
    ],
)
def test_another_order_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    document = json.loads(ORDER.written()) | change
    (tmp_path / ORDER_FILE).write_text(json.dumps(document), "utf-8")
    with pytest.raises(GatehouseError, match=told):
        read_order(tmp_path)


def test_a_package_without_an_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"branch\.json: must be JSON"):
        read_order(tmp_path)


@pytest.mark.parametrize(
    ("branch", "name"),
    [
        ("main", "main"),
        ("idea/deeper", "idea-deeper"),
        ("ISSUE-42_try.it", "issue-42-try-it"),
        ("a--b", "a-b"),
    ],
)
def test_a_branch_has_the_name_that_git_gave_it_as_far_as_aws_takes_it(
    branch: str, name: str
) -> None:
    assert name_of(branch) == name


@pytest.mark.parametrize(
    ("branch", "name", "told"),
    [
        ("a-branch-with-a-long-name", None, "up to 20"),
        ("main", "a--b", "single hyphens"),
        ("main", "-a", "single hyphens"),
        ("---", None, "must be up to 100"),
        ("a branch", None, "must be up to 100"),
    ],
)
def test_a_name_that_aws_would_not_take_is_refused(
    branch: str, name: str | None, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        name_of(branch, name)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", fullmatch=True))
def test_every_name_leaves_room_and_can_be_told_from_the_model(branch: str) -> None:
    try:
        name = name_of(branch)
    except InvalidInput:
        return
    assert "--" not in name
    longest = f"{'p' * 12}-x--{'m' * 24}--{name}"
    assert len(longest) <= GROUP_NAMES_END_AT


def test_a_pipeline_tells_what_it_was_made_from() -> None:
    told = pipeline_description("churn", "c" * 40, "idea/deeper")
    assert read_description(told) == ("churn", "c" * 40, "idea/deeper")
    assert read_description("Builds model churn from commit abc.") is None
