"""Rows become records whole, or the first wrong cell is named by line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.features.description import FeatureGroup, read_description
from pipelines.features.rows import read_records
from tests.pipelines.features.groups import ARRIVED, HEADER, written


@pytest.fixture
def group(tmp_path: Path) -> FeatureGroup:
    """Visits, with a time of their own."""
    return read_description(written(tmp_path))


def test_every_row_becomes_a_record_with_its_own_time(group: FeatureGroup) -> None:
    text = HEADER + 'a,2024-05-06T07:08:09Z,3,1.5,"x, ""y"""\nb,2024-05-06T07:08:09.250Z,,,\n'
    first, second = read_records(text, "visits.csv", group, ARRIVED)
    assert first.event_time == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert first.values == {
        "visit": "a",
        "began": "2024-05-06T07:08:09Z",
        "people": 3,
        "spent": 1.5,
        "note": 'x, "y"',
    }
    assert (second.values["people"], second.values["note"]) == (None, None)


def test_rows_without_a_time_have_that_of_their_object(tmp_path: Path) -> None:
    group = read_description(written(tmp_path, event_time=None))
    (record,) = read_records(HEADER + "a,,1,1,\n", "visits.csv", group, ARRIVED)
    assert record.event_time == ARRIVED
    assert record.values["arrived_at"] == "2024-07-01T12:30:00Z"


@pytest.mark.parametrize(
    ("rows", "address", "rule"),
    [
        ("a,2024-05-06T07:08:09Z,many,1,\n", "line 2, column people", "whole number"),
        ("a,2024-05-06T07:08:09Z,1.5,1,\n", "line 2, column people", "whole number"),
        (f"a,2024-05-06T07:08:09Z,{2**63},1,\n", "line 2, column people", "64 bits"),
        ("a,2024-05-06T07:08:09Z,1,nan,\n", "line 2, column spent", "finite number"),
        ("a,2024-05-06T07:08:09Z,1,1,\nb,yesterday,1,1,\n", "line 3, column began", "UTC"),
        ("a,2024-02-30T00:00:00Z,1,1,\n", "line 2, column began", "UTC"),
        ("a,,1,1,\n", "line 2, column began", "must not be empty"),
        (",2024-05-06T07:08:09Z,1,1,\n", "line 2, column visit", "must not be empty"),
        ("a,2024-05-06T07:08:09Z,1,1\n", "line 2", "must have 5 cells"),
        (
            "a,2024-05-06T07:08:09Z,1,1,\na,2024-05-06T07:08:09Z,2,1,\n",
            "line 3, column visit",
            "once for each time",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(
    group: FeatureGroup, rows: str, address: str, rule: str
) -> None:
    with pytest.raises(InvalidInput, match=rule) as caught:
        read_records(HEADER + rows, "visits.csv", group, ARRIVED)
    assert caught.value.address == f"visits.csv {address}"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("", "must not be empty"),
        (HEADER, "must have rows"),
        ("visit,began,people,spent\n", "must have the column note"),
        ("visit,began,people,spent,note,more\n", "does not describe, got 'more'"),
        ("visit,began,people,spent,note,note\n", "must name a column once"),
    ],
)
def test_a_wrong_header_is_refused(group: FeatureGroup, text: str, claim: str) -> None:
    with pytest.raises(InvalidInput, match=claim):
        read_records(text, "visits.csv", group, ARRIVED)
