"""Train a gradient-boosted tree model on prepared data and save it as JSON.

Usage: python -m pipelines.steps.train [--train FILE] [--validation FILE] [--output DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.layout import root
from pipelines.models.description import (
    Hyperparameters,
    ModelDescription,
)
from pipelines.models.kinds import Kind
from pipelines.models.per_run import check_given
from pipelines.models.table import Row, read_table
from pipelines.serving.model import MODEL, PREPROCESSING, SIGNATURE, Signature
from pipelines.serving.preprocessing import fit
from pipelines.steps.learning import learn, progress
from pipelines.steps.options import add_description, model_of
from pipelines.steps.outcome import finish
from pipelines.steps.train_forecast import train_forecast

# What SageMaker adds to the hyperparameters of a job that a search has started.
_SEARCH = "_tuning_objective_metric"


def train(
    model: ModelDescription,
    train_csv: Path,
    validation_csv: Path,
    output: Path,
    *,
    checkpoints: Path | None = None,
    tells_rounds: bool = False,
) -> None:
    """Write model.json, preprocessing.json and signature.json; equal inputs give equal bytes.

    A model that trains on spot instances keeps its progress in `checkpoints`, and goes on from what
    it finds there. With `tells_rounds` each round is told as it ends, as a search that ends jobs
    early asks for.
    """
    rows = read_table(train_csv, model)
    judge = read_table(validation_csv, model)
    preprocessing = fit(
        model.numeric, model.categorical, [row.features for row in rows], model.rare_below
    )
    sets = [
        (preprocessing.transform([row.features for row in part]), labels(part, model))
        for part in (rows, judge)
    ]
    place = progress(model, checkpoints, train_csv, validation_csv)
    booster = learn(model, sets, place, tells_rounds=tells_rounds)
    output.mkdir(parents=True, exist_ok=True)
    (output / MODEL).write_bytes(bytes(booster.save_raw("json")))
    _write(output / PREPROCESSING, preprocessing.to_json())
    _write(output / SIGNATURE, Signature.of(model).to_json())


def labels(rows: Sequence[Row], model: ModelDescription) -> list[float]:
    """Turn targets into what the objective learns: a number, or the place of the class."""
    if model.kind is Kind.REGRESSION:
        return [float(row.target) for row in rows]
    return [float(model.classes.index(str(row.target))) for row in rows]


def configure(model: ModelDescription, hyperparameters: Mapping[str, str]) -> ModelDescription:
    """Let a job's hyperparameters override the description's."""
    known = asdict(model.hyperparameters)
    changes: dict[str, Any] = {}
    seed = model.seed
    for name, text in hyperparameters.items():
        if name in ("model", _SEARCH):
            continue
        if name != "seed" and name not in known:
            raise InvalidInput("hyperparameters", f"must be of {', '.join(known)}", got=repr(name))
        wanted = int if name == "seed" else type(known[name])
        try:
            value = wanted(text)
        except ValueError as error:
            raise InvalidInput(
                f"hyperparameter {name}", f"must be of type {wanted.__name__}", got=repr(text)
            ) from error
        if name == "seed":
            seed = int(value)
        else:
            changes[name] = value
    return replace(model, seed=seed, hyperparameters=Hyperparameters(**{**known, **changes}))


def read_hyperparameters(path: Path) -> dict[str, str]:
    """Read what SageMaker hands to a training container; without the file there is nothing."""
    if not path.is_file():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(str(path), "must be JSON", got=str(error)) from error
    return {str(name): str(value) for name, value in document.items()}


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Parse the command line and run the step."""
    base = root(environment)
    parser = argparse.ArgumentParser(prog="pipelines.steps.train", description=__doc__)
    parser.add_argument("--model", help="name of a described model; else hyperparameter `model`")
    add_description(parser)
    parser.add_argument("--train", type=Path, default=base / "input/data/train/train.csv")
    parser.add_argument(
        "--validation", type=Path, default=base / "input/data/validation/validation.csv"
    )
    parser.add_argument("--output", type=Path, default=base / "model")
    parser.add_argument("--checkpoints", type=Path, default=base / "checkpoints")
    options = parser.parse_args(arguments)

    def step() -> None:
        given = read_hyperparameters(base / "input/config/hyperparameters.json")
        described = model_of(options, given.get("model"))
        check_given(described, given, searched=_SEARCH in given)
        step_of_kind = train_forecast if described.kind is Kind.FORECAST else train
        step_of_kind(
            configure(described, given),
            options.train,
            options.validation,
            options.output,
            checkpoints=options.checkpoints if options.checkpoints.is_dir() else None,
            tells_rounds=_SEARCH in given,
        )

    return finish(step, base / "output" / "failure")


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
