"""Check an object's rows and lay them out as records of a feature group, all of them or none.

Usage: python -m pipelines.steps.ingest --origin ID --arrived-at TIME [--group FILE]
    [--input PATH] [--output DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import InvalidInput
from pipelines.features.description import FeatureGroup, description_of, read_description
from pipelines.features.rows import read_records
from pipelines.features.store import write_records
from pipelines.layout import root
from pipelines.models.table import read_text
from pipelines.steps.outcome import finish
from pipelines.steps.prepare import raw_file

# As many characters as Feature Store gives its own files.
_ORIGIN = re.compile(r"[0-9a-z]{16}")


def ingest(
    group: FeatureGroup,
    source: Path,
    output: Path,
    *,
    origin: str,
    arrived: datetime,
    now: datetime,
) -> None:
    """Write the records of one CSV and a report; nothing of one of which any row is wrong."""
    if not _ORIGIN.fullmatch(origin):
        raise InvalidInput("--origin", "must be 16 lower-case letters or digits", got=origin)
    file = raw_file(source)
    records = read_records(read_text(file), file.name, group, arrived)
    files = write_records(
        records, group, output / "records", origin=origin, arrived=arrived, now=now
    )
    report = {
        "schema_version": 1,
        "feature_group": group.name,
        "file": file.name,
        "origin": origin,
        "arrived_at": arrived.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rows": len(records),
        "files": [path.relative_to(output / "records").as_posix() for path in files],
    }
    path = output / "report" / "ingestion.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main(
    arguments: list[str],
    environment: dict[str, str],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Parse the command line and run the step."""
    base = root(environment)
    parser = argparse.ArgumentParser(prog="pipelines.steps.ingest", description=__doc__)
    parser.add_argument("--group", type=Path, help="a description; by default the job's variables")
    parser.add_argument("--origin", required=True, help="16 characters that stand for the object")
    parser.add_argument("--arrived-at", required=True, help="when the object arrived, in UTC")
    parser.add_argument("--input", type=Path, default=base / "processing/input/raw")
    parser.add_argument("--output", type=Path, default=base / "processing/output")
    options = parser.parse_args(arguments)

    def step() -> None:
        ingest(
            read_description(options.group) if options.group else description_of(environment),
            options.input,
            options.output,
            origin=options.origin,
            arrived=_time(options.arrived_at),
            now=clock(),
        )

    return finish(step, base / "output" / "message")


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput("--arrived-at", "must be a time with a zone", got=text)
    return found.astimezone(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
