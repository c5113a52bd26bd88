"""Writes the records of a feature group as Parquet, under the layout that AWS documents.

https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
"""

from __future__ import annotations

import secrets
import string
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

_TYPES = {"Fractional": "DOUBLE", "Integral": "BIGINT", "String": "VARCHAR"}
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Row:
    """A record on its way to S3; ``values`` lack what the record lacks."""

    values: Mapping[str, str]
    event_time: datetime
    invoked: datetime
    is_deleted: bool = False


@dataclass(frozen=True)
class File:
    """A file of the offline store: the rows of one hour of event time."""

    uri: str
    rows: tuple[Row, ...]
    content: bytes


def files(group: Mapping[str, Any], rows: Sequence[Row], now: datetime) -> Iterator[File]:
    """Yield the files that hold some rows."""
    root = group["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    hours: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        hours[f"{row.event_time:year=%Y/month=%m/day=%d/hour=%H}"].append(row)
    for place, held in sorted(hours.items()):
        latest = max(row.event_time for row in held)
        tail = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        uri = f"{root}/{place}/{latest:%Y%m%dT%H%M%SZ}_{tail}.parquet"
        yield File(uri, tuple(held), _parquet(group, held, now))


def _parquet(group: Mapping[str, Any], rows: Sequence[Row], now: datetime) -> bytes:
    kinds = {one["FeatureName"]: _TYPES[one["FeatureType"]] for one in group["FeatureDefinitions"]}
    columns = [f'"{name}" {kind}' for name, kind in kinds.items()]
    columns += ["write_time TIMESTAMP", "api_invocation_time TIMESTAMP", "is_deleted BOOLEAN"]
    values = [
        [
            *(row.values.get(name) for name in kinds),
            *(now.replace(tzinfo=None), row.invoked.replace(tzinfo=None), row.is_deleted),
        ]
        for row in rows
    ]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        path = Path(folder) / "rows.parquet"
        connection.execute("SET threads=1")
        connection.execute(f"CREATE TABLE held ({', '.join(columns)})")
        marks = ", ".join("?" for _ in columns)
        connection.executemany(f"INSERT INTO held VALUES ({marks})", values)  # noqa: S608 - marks
        connection.execute(f"COPY held TO '{path}' (FORMAT parquet, COMPRESSION snappy)")
        return path.read_bytes()
