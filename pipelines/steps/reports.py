"""Write the reports of an evaluation: JSON in the one form that its steps use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def write_reports(reports: Mapping[str, object], folder: Path) -> None:
    """Write each report as JSON under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in reports.items():
        text = json.dumps(report, indent=2, sort_keys=True, allow_nan=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
