"""An object's rows are laid out as the offline store is, all of them or none."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.steps.ingest import main
from tests.pipelines.features.groups import HEADER, NOW, variables, written

ORIGIN = "0123456789abcdef"
ROWS = (
    "a,2024-05-06T07:08:09Z,3,1.5,x\n"
    "b,2024-05-06T07:59:00.500Z,9223372036854775807,,\n"
    "a,2023-01-01T00:00:00Z,,0.1,ä\n"
)


def run(folder: Path, text: str, origin: str = ORIGIN, **changes: object) -> int:
    """Run the step on one CSV as a job would."""
    for place in (folder / "processing/input/raw", folder / "output"):
        place.mkdir(parents=True, exist_ok=True)
    told = variables(written(folder, **changes))
    (folder / "processing/input/raw/visits.csv").write_text(text, "utf-8")
    given = ["--origin", origin, "--arrived-at", "2024-07-01T12:30:00Z"]
    return main(given, {"ML_ROOT": str(folder), **told}, lambda: NOW)


def files(folder: Path) -> dict[str, bytes]:
    """Return what the step wrote, by name."""
    root = folder / "processing/output/records"
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_records_lie_by_the_hour_of_their_time(tmp_path: Path) -> None:
    assert run(tmp_path, HEADER + ROWS) == 0
    assert list(files(tmp_path)) == [
        f"year=2023/month=01/day=01/hour=00/20230101T000000Z_{ORIGIN}.parquet",
        f"year=2024/month=05/day=06/hour=07/20240506T075900Z_{ORIGIN}.parquet",
    ]
    held = duckdb.read_parquet(str(tmp_path / "processing/output/records/**/*.parquet"))
    columns = "visit, began, people, spent, note, is_deleted, write_time, api_invocation_time"
    rows = held.project(columns).order("began").fetchall()
    ends = (
        False,
        NOW.replace(tzinfo=None),
        NOW.replace(minute=30, second=0, microsecond=0, tzinfo=None),
    )
    assert rows == [
        ("a", "2023-01-01T00:00:00Z", None, 0.1, "ä", *ends),
        ("a", "2024-05-06T07:08:09Z", 3, 1.5, "x", *ends),
        ("b", "2024-05-06T07:59:00.500Z", 2**63 - 1, None, None, *ends),
    ]
    report = json.loads((tmp_path / "processing/output/report/ingestion.json").read_text())
    assert (report["rows"], report["files"]) == (3, list(files(tmp_path)))


def test_the_same_object_twice_has_the_same_files(tmp_path: Path) -> None:
    run(tmp_path / "one", HEADER + ROWS)
    run(tmp_path / "two", HEADER + ROWS)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_nothing_is_written_of_an_object_with_one_wrong_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, HEADER + ROWS + "c,2024-05-06T07:08:09Z,few,1,\n") == 1
    assert files(tmp_path) == {}
    told = "visits.csv line 5, column people: must be a whole number of 64 bits or empty, got 'few'"
    assert (tmp_path / "output/message").read_text() == told
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("origin", ["short", "0123456789ABCDEF", "../../../../etc/"])
def test_an_origin_that_is_no_name_is_refused(tmp_path: Path, origin: str) -> None:
    assert run(tmp_path, HEADER + ROWS, origin) == 1
    assert files(tmp_path) == {}
