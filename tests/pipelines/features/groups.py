"""A feature group and rows of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DESCRIPTION: dict[str, Any] = {
    "schema_version": 1,
    "name": "visits",
    "record_id": "visit",
    "event_time": "began",
    "columns": {
        "began": "time",
        "note": "text",
        "people": "integer",
        "spent": "number",
        "visit": "text",
    },
}
HEADER = "visit,began,people,spent,note\n"
ARRIVED = datetime(2024, 7, 1, 12, 30, tzinfo=UTC)
NOW = datetime(2024, 7, 1, 12, 34, 56, 789000, tzinfo=UTC)


def written(folder: Path, **changes: Any) -> Path:
    """Write a description; a change to None leaves a key out."""
    value = {key: one for key, one in (DESCRIPTION | changes).items() if one is not None}
    path = folder / "group.json"
    path.write_text(json.dumps(value), "utf-8")
    return path


def variables(description: Path) -> dict[str, str]:
    """Return the variables that tell a job of a group, as the module makes them."""
    text = description.read_text("utf-8")
    parts = [text[start : start + 256] for start in range(0, len(text), 256)]
    return {f"FEATURE_GROUP_{number:02}": part for number, part in enumerate(parts)}
