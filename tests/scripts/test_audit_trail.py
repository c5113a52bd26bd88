"""The audit trail: read whole lines only, filtered, told in lines that say why."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.errors import Misuse
from scripts.audit_trail import Wanted, moment, read, row
from tests.scripts.audit_records import asked, record, written
from tests.scripts.command_line import CommandLine

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_READ = record("s3", "GetObject", asked("s3:GetObject", "arn:aws:s3:::b/k", by=["p#0"]))
_DENIED = record(
    "s3",
    "PutObject",
    asked("s3:PutObject", "arn:aws:s3:::b/k", by=["p#0"]),
    asked(
        "kms:GenerateDataKey",
        "key",
        by=["keys#DenyOthers"],
        layer="service control policy",
        explicit=True,
        service="s3.amazonaws.com",
    ),
    role="arn:aws:iam::111111111111:role/other",
    eventTime="2026-11-23T11:30:00.000+00:00",
)


def test_only_whole_records_are_read(tmp_path: Path) -> None:
    trail = written(tmp_path / "audit.jsonl", [_READ, _DENIED])
    with trail.open("a") as lines:
        lines.write('{"eventName": "cut o')
    assert [each["eventName"] for each in read(trail)] == ["GetObject", "PutObject"]


def test_a_trail_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="must be an audit trail"):
        list(read(tmp_path / "nothing.jsonl"))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["GetObject", "PutObject"]),
        (Wanted(denied=True), ["PutObject"]),
        (Wanted(role="worker"), ["GetObject"]),
        (Wanted(service="s3"), ["GetObject", "PutObject"]),
        (Wanted(service="kms"), ["PutObject"]),
        (Wanted(service="sns"), []),
        (Wanted(since=_NOW - timedelta(hours=1)), ["PutObject"]),
    ],
)
def test_records_are_found_by_what_is_asked_for(wanted: Wanted, names: list[str]) -> None:
    assert [each["eventName"] for each in (_READ, _DENIED) if wanted.takes(each)] == names


def test_a_refusal_is_told_with_its_reason() -> None:
    told = row(_DENIED)
    assert told["who"] == "other/session"
    assert told["asked"] == "kms:GenerateDataKey"
    assert told["answer"] == (
        "refused: denied by s3.amazonaws.com in service control policy keys#DenyOthers"
    )
    assert row(_READ)["answer"] == "done"


def test_a_time_is_a_while_ago_or_a_moment() -> None:
    assert moment("15m", _NOW) == _NOW - timedelta(minutes=15)
    assert moment("2026-11-23T10:00", _NOW) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    with pytest.raises(Misuse, match="15m, 2h, 1d"):
        moment("yesterday", _NOW)


def test_the_command_lists_what_was_refused(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl", [_READ, _DENIED])
    told = CommandLine(tmp_path)(
        "twin", "audit", "--denied", "--service", "kms", "--state", str(tmp_path), "--json"
    )
    assert told.code == 0, told.err
    assert [each["eventName"] for each in json.loads(told.out)] == ["PutObject"]
