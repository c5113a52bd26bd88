"""A feature group's description is refused where it could not be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import InvalidInput
from pipelines.features.description import Kind, description_of, read_description
from tests.pipelines.features.groups import DESCRIPTION, variables, written


def test_a_description_is_read(tmp_path: Path) -> None:
    group = read_description(written(tmp_path))
    assert (group.name, group.record_id, group.event_time) == ("visits", "visit", "began")
    assert group.columns["people"] is Kind.INTEGER
    assert read_description(written(tmp_path, event_time=None)).event_time is None


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"record_id": "visits"}, "must be one of the columns, got visits"),
        ({"event_time": "ended"}, "must be one of the columns, got ended"),
        ({"record_id": "spent"}, "must be a column of integers or texts, got number"),
        ({"event_time": "note"}, "must be a column of the type time, got text"),
        ({"columns": {"visit": "text", "write_time": "time"}, "event_time": None}, "write_time"),
        ({"columns": {"visit": "text", "Note": "text"}, "event_time": None}, "Note"),
        ({"columns": {"visit": "words"}, "event_time": None}, "must be one of"),
        ({"name": "Visits"}, "lower-case letters"),
        ({"more": 1}, "more"),
        ({"columns": {}}, "1 or more entries"),
    ],
)
def test_an_unsound_description_is_refused(
    tmp_path: Path, changes: dict[str, Any], claim: str
) -> None:
    with pytest.raises(InvalidInput, match=claim) as caught:
        read_description(written(tmp_path, **changes))
    assert caught.value.address.startswith("group.json:")
    assert DESCRIPTION["name"] == "visits"


def test_a_job_is_told_the_same_group_by_its_variables(tmp_path: Path) -> None:
    columns = {f"column_with_a_long_name_{number}": "text" for number in range(60)}
    path = written(tmp_path, columns=columns, record_id=next(iter(columns)), event_time=None)
    assert description_of({**variables(path), "PATH": "/bin"}) == read_description(path)
    assert len(variables(path)) > 5


def test_a_job_that_is_told_of_no_group_does_nothing() -> None:
    with pytest.raises(InvalidInput):
        description_of({"PATH": "/bin"})
