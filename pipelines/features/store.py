"""Lay records out as Feature Store's offline store does: Parquet by the hour of their time.

https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.features.description import ARRIVED_AT, FeatureGroup, Kind
from pipelines.features.rows import Record

_TYPES: Mapping[Kind, str] = {
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.TEXT: "VARCHAR",
    Kind.TIME: "VARCHAR",
}


def write_records(
    records: Sequence[Record],
    group: FeatureGroup,
    folder: Path,
    *,
    origin: str,
    arrived: datetime,
    now: datetime,
) -> list[Path]:
    """Write the files of some records below a folder and return them.

    `origin` stands for the object that the records come from: the same records of the same origin
    get the same names, so that what is written twice is there once.
    """
    hours: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        hours[f"{record.event_time:year=%Y/month=%m/day=%d/hour=%H}"].append(record)
    written = []
    for place, held in sorted(hours.items()):
        latest = max(record.event_time for record in held)
        path = folder / place / f"{latest:%Y%m%dT%H%M%SZ}_{origin}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(held, group, path, arrived, now)
        written.append(path)
    return written


def features(group: FeatureGroup) -> dict[str, Kind]:
    """Return the features of a group in order, with their types."""
    more = {ARRIVED_AT: Kind.TIME} if group.event_time is None else {}
    return {**group.columns, **more}


def _write(
    records: Sequence[Record], group: FeatureGroup, path: Path, arrived: datetime, now: datetime
) -> None:
    names = features(group)
    columns = {name: _TYPES[kind] for name, kind in names.items()}
    columns |= {"write_time": "TIMESTAMP", "api_invocation_time": "TIMESTAMP"}
    columns["is_deleted"] = "BOOLEAN"
    ends = {
        "write_time": _naive(now),
        "api_invocation_time": _naive(arrived),
        "is_deleted": False,
    }
    # Rows pass in a file: given one by one they would take a hundred times as long.
    lines = path.with_suffix(".jsonl")
    with lines.open("w", encoding="utf-8") as file:
        for record in records:
            values = {name: record.values[name] for name in names}
            file.write(json.dumps({**values, **ends}, ensure_ascii=False) + "\n")
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads=1")
        connection.read_json(str(lines), columns=columns, format="newline_delimited").write_parquet(
            str(path), compression="snappy"
        )
    lines.unlink()


def _naive(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
