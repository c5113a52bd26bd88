"""Trained models of every kind behind their real container, with what their training recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.models.description import ModelDescription, describe, read_description
from pipelines.models.sample import write_sample
from pipelines.promotion.consumer import Consumer
from pipelines.promotion.examination import Result, examine
from pipelines.promotion.held_out import HeldOut
from pipelines.promotion.rows import parse_csv
from pipelines.promotion.threshold import evaluated
from pipelines.promotion.watch import Watch
from pipelines.serving.app import build_app
from pipelines.serving.model import read_folder
from tests.pipelines.promotion.runtime import Container
from tests.pipelines.tabular_models import build, describe_kind, rows_of

DEMONSTRATED = "breast-cancer"
_SLICES = "acceptance: { slices: [{ column: colour }, { column: size, edges: [5] }] }\n"
# What fruit reaches; that of the shared description is for its own tests.
_THRESHOLDS = {"binary": 0.9, "multiclass": 0.8, "regression": 14}


@dataclass(frozen=True)
class Trained:
    """A model behind its container."""

    description: ModelDescription
    consumer: Consumer
    held_out: HeldOut
    evaluated: float

    def examined(self, watch: Watch | None = None) -> Result:
        """Test it."""
        return examine(
            self.consumer, self.held_out, self.evaluated, self.description, watch or Watch()
        )


def trained(name: str, folder: Path) -> Trained:
    """Train the demonstrated model, or a fruit of the kind that is named."""
    raw = folder / "raw.csv"
    if name == DEMONSTRATED:
        description = describe(name)
        write_sample(name, raw)
    else:
        path = describe_kind(name, folder)
        text = path.read_text("utf-8")
        text = text.replace("threshold: 0.5", f"threshold: {_THRESHOLDS[name]}")
        path.write_text(text + _SLICES, "utf-8")
        description = read_description(path)
        raw.write_text(rows_of(name, count=500), "utf-8")
    built = build(description, raw, folder)
    rows = parse_csv("holdout", (built.evaluation / "holdout.csv").read_bytes())
    predictions = parse_csv("predictions", (built.evaluation / "predictions.csv").read_bytes())
    return Trained(
        description,
        Consumer(Container(build_app(read_folder(built.folder))), "endpoint"),
        HeldOut(
            rows.without(description.target), rows.column(description.target, "rows"), predictions
        ),
        evaluated(
            "evaluation",
            description.metric_path,
            (built.evaluation / "evaluation.json").read_bytes(),
        ),
    )


def told(result: Result) -> dict[str, object]:
    """Give what a report tells, as whoever reads it gets it."""
    found: dict[str, object] = json.loads(json.dumps(result.document(), allow_nan=False))
    return found
