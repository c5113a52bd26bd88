"""Plans from a folder: complete ones are read with their digest, everything else is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from policies.review.plan_folder import parse_plan, read_plan_folder

PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "planned_values": {},
    "resource_changes": [],
    "configuration": {},
}


def test_a_plan_bears_the_name_of_its_root_and_the_digest_of_its_bytes(tmp_path: Path) -> None:
    content = json.dumps(PLAN).encode()
    (tmp_path / "bootstrap__staging.json").write_bytes(content)
    (tmp_path / "notes.txt").write_text("not a plan")
    plans = read_plan_folder(tmp_path)
    assert dict(plans.digests) == {"bootstrap/staging": hashlib.sha256(content).hexdigest()}


def test_a_root_without_a_plan_is_refused_because_it_would_seem_in_order(tmp_path: Path) -> None:
    (tmp_path / "staging.json").write_text(json.dumps(PLAN))
    with pytest.raises(InvalidInput, match=r"got no bootstrap__staging\.json, organization\.json"):
        read_plan_folder(tmp_path, ["staging", "organization", "bootstrap/staging"])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="must be a readable folder of plans"):
        read_plan_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must be a plan in JSON"),
        (b"{", "must be a plan in JSON"),
        (b"\xff\xfe", "must be a plan in JSON"),
        (b"[" * 100_000, "must be a plan in JSON"),
        (b"[]", "got a list"),
        (b"{}", "must have format_version"),
        (json.dumps(PLAN | {"format_version": "2.0"}).encode(), "got '2.0'"),
        (json.dumps(PLAN | {"resource_changes": {}}).encode(), "must have resource_changes"),
        (json.dumps(PLAN | {"planned_values": None}).encode(), "must have planned_values"),
        (json.dumps(PLAN | {"errored": True}).encode(), "came to its end"),
        (json.dumps(PLAN | {"complete": False}).encode(), "came to its end"),
    ],
)
def test_what_is_no_whole_plan_is_refused_with_a_sentence(content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_plan(content, "staging.json")
    assert told in str(refused.value)
    assert str(refused.value).startswith("staging.json: ")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_plan(content, "staging.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*PLAN, "errored", "complete"), JSON)))
def test_whatever_the_members_of_a_plan_are_it_is_read_or_refused(plan: dict[str, Any]) -> None:
    try:
        read = parse_plan(json.dumps(plan).encode(), "staging.json")
    except InvalidInput:
        return
    assert isinstance(read["resource_changes"], list)
