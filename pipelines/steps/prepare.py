"""Check a data set against its model's description and split it.

Usage: python -m pipelines.steps.prepare --model NAME [--input PATH] [--output DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.layout import root
from pipelines.models.data_pin import digest_of_pin
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.table import Row, parse_table, read_table, render_table
from pipelines.steps.baseline import CONSTRAINTS, STATISTICS, baseline
from pipelines.steps.options import add_model, model_of
from pipelines.steps.outcome import finish
from pipelines.steps.prepare_forecast import cut
from pipelines.steps.split import split


def prepare(
    model: ModelDescription, source: Path, output: Path, expected_sha256: str | None = None
) -> None:
    """Write train, validation and holdout CSV, data.json and the baseline below `output`."""
    raw = raw_file(source)
    digest = hashlib.sha256(raw.read_bytes()).hexdigest()
    if expected_sha256 not in (None, digest):
        raise InvalidInput(
            raw.name,
            f"must have the SHA-256 {expected_sha256}",
            got=digest,
            hint="start the pipeline with the data that was meant",
        )
    texts, told = cut_up(raw, model)
    for name, text in texts.items():
        told["parts"][name]["sha256"] = hashlib.sha256(text.encode("utf-8")).hexdigest()
        _write(output / name / f"{name}.csv", text)
    report = {
        "schema_version": 1,
        "model": model.name,
        "file": raw.name,
        "sha256": digest,
        "target": model.target,
        "seed": model.seed,
        **told,
    }
    documents = {"data.json": report}
    if model.kind is not Kind.FORECAST:
        trained_on = parse_table(texts["train"], "train.csv", model)
        documents[STATISTICS], documents[CONSTRAINTS] = baseline(model, trained_on)
    for name, document in documents.items():
        text = json.dumps(document, indent=2, sort_keys=True, allow_nan=False)
        _write(output / "data" / name, f"{text}\n")


def cut_up(raw: Path, model: ModelDescription) -> tuple[dict[str, str], dict[str, Any]]:
    """Check a CSV and give the CSV of each part, and what data.json tells of it; write nothing."""
    return (cut if model.kind is Kind.FORECAST else _cut_rows)(raw, model)


def _cut_rows(raw: Path, model: ModelDescription) -> tuple[dict[str, str], dict[str, Any]]:
    """Give the CSV of each part, and what data.json tells of the rows."""
    rows = read_table(raw, model)
    parts = split(rows, model, raw.name).items()
    texts = {
        name: render_table(model.columns, [row.cells for row in part])
        for name, part in parts.items()
    }
    return texts, {
        "rows": len(rows),
        "columns": list(model.columns),
        "balance": balance(rows, model),
        "parts": {
            name: {"rows": len(part), "balance": balance(part, model)}
            for name, part in parts.items()
        },
    }


def raw_file(source: Path) -> Path:
    """Find the one CSV file that the job was given."""
    if source.is_file():
        return source
    files = sorted(source.rglob("*.csv")) if source.is_dir() else []
    if len(files) != 1:
        raise InvalidInput(
            str(source),
            "must hold exactly one CSV file",
            got=str(len(files)),
            hint="let InputDataUri name one object that ends in .csv",
        )
    return files[0]


def balance(rows: list[Row] | tuple[Row, ...], model: ModelDescription) -> dict[str, int]:
    """Count the rows of each class; a regression has none."""
    if model.kind is Kind.REGRESSION:
        return {}
    counts = Counter(str(row.target) for row in rows)
    return {label: counts[label] for label in model.classes}


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Parse the command line and run the step."""
    base = root(environment)
    parser = argparse.ArgumentParser(prog="pipelines.steps.prepare", description=__doc__)
    add_model(parser)
    parser.add_argument("--input", type=Path, default=base / "processing/input/raw")
    parser.add_argument("--output", type=Path, default=base / "processing/output")
    parser.add_argument("--expected-sha256")
    options = parser.parse_args(arguments)

    def step() -> None:
        model, pin = model_of(options), options.expected_sha256
        expected = None if pin is None else digest_of_pin(pin)
        prepare(model, options.input, options.output, expected)

    return finish(step, base / "output" / "message")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
