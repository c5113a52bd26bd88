"""Judge a trained model by rows that it has not seen.

Usage: python -m pipelines.steps.evaluate --model NAME [--archive FILE] [--holdout FILE]
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pipelines.errors import InvalidInput
from pipelines.layout import root
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.table import read_table
from pipelines.serving.model import Signature, read_archive, read_folder
from pipelines.serving.payload import predictions_csv
from pipelines.steps.bias import bias_report
from pipelines.steps.evaluate_forecast import evaluate_forecast
from pipelines.steps.explain import explanation
from pipelines.steps.metrics import measure, outcomes_of
from pipelines.steps.options import add_model, model_of
from pipelines.steps.outcome import finish
from pipelines.steps.reports import write_reports


def evaluate(model: ModelDescription, trained: Path, holdout: Path, output: Path) -> None:
    """Write what the model reaches, predicts, and follows from, and the held-out rows themselves.

    evaluation.json, bias.json, explainability.json, predictions.csv and holdout.csv.
    """
    rows = read_table(holdout, model)
    predictor = read_folder(trained) if trained.is_dir() else read_archive(trained)
    if predictor.signature != Signature.of(model):
        raise InvalidInput(
            trained.name,
            f"must be trained for the description of model {model.name}",
            got=f"the signature of {predictor.signature.model}",
        )
    predictions = predictor.predict([row.features for row in rows])
    truth = [row.target for row in rows]
    reports = {
        "evaluation": measure(model, truth, predictions),
        "bias": bias_report(model, rows, outcomes_of(model, truth, predictions)),
        "explainability": explanation(model, predictor, rows),
    }
    write_reports(reports, output)
    # What an endpoint answers to the held-out rows must be this file, byte for byte.
    (output / "predictions.csv").write_text(
        predictions_csv(predictor.signature, predictions, header=True), encoding="utf-8"
    )
    (output / "holdout.csv").write_bytes(holdout.read_bytes())


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Parse the command line and run the step."""
    base = root(environment)
    inputs = base / "processing/input"
    parser = argparse.ArgumentParser(prog="pipelines.steps.evaluate", description=__doc__)
    add_model(parser)
    parser.add_argument("--archive", type=Path, default=inputs / "model/model.tar.gz")
    parser.add_argument("--holdout", type=Path, default=inputs / "holdout/holdout.csv")
    parser.add_argument("--output", type=Path, default=base / "processing/output/evaluation")
    options = parser.parse_args(arguments)

    def step() -> None:
        model = model_of(options)
        step_of_kind = evaluate_forecast if model.kind is Kind.FORECAST else evaluate
        step_of_kind(model, options.archive, options.holdout, options.output)

    return finish(step, base / "output" / "message")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
