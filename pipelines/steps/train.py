"""Train a gradient-boosted tree model on prepared data and save it as JSON.

Usage: python -m pipelines.steps.train [--train FILE] [--validation FILE] [--output DIR]
"""

from __future__ import annotations

import argparse
import hashlib
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
    describe,
    read_description,
)
from pipelines.models.kinds import VALIDATION, Kind
from pipelines.models.table import Row, read_table
from pipelines.serving.boosting import xgboost
from pipelines.serving.model import MODEL, PREPROCESSING, SIGNATURE, Signature
from pipelines.serving.preprocessing import fit
from pipelines.steps.boosting import Boosting, boost
from pipelines.steps.checkpoints import Checkpoints
from pipelines.steps.outcome import finish

_OBJECTIVES = {
    Kind.BINARY: "binary:logistic",
    Kind.MULTICLASS: "multi:softprob",
    Kind.REGRESSION: "reg:squarederror",
}
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
    place = _checkpoints(model, checkpoints, train_csv, validation_csv)
    booster = _boost(model, sets, place, tells_rounds)
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
    parser.add_argument("--description", type=Path, help="a description outside pipelines/models")
    parser.add_argument("--train", type=Path, default=base / "input/data/train/train.csv")
    parser.add_argument(
        "--validation", type=Path, default=base / "input/data/validation/validation.csv"
    )
    parser.add_argument("--output", type=Path, default=base / "model")
    parser.add_argument("--checkpoints", type=Path, default=base / "checkpoints")
    options = parser.parse_args(arguments)

    def step() -> None:
        given = read_hyperparameters(base / "input/config/hyperparameters.json")
        if options.description:
            described = read_description(options.description)
        else:
            described = describe(options.model or given.get("model", ""))
        train(
            configure(described, given),
            options.train,
            options.validation,
            options.output,
            checkpoints=options.checkpoints if options.checkpoints.is_dir() else None,
            tells_rounds=_SEARCH in given,
        )

    return finish(step, base / "output" / "failure")


def _boost(
    model: ModelDescription,
    sets: Sequence[tuple[Any, Sequence[float]]],
    place: Checkpoints | None,
    tells_rounds: bool,
) -> Any:
    """Run the boosting with a fixed seed, and keep the best rounds."""
    library = xgboost()
    learnt, judged = (library.DMatrix(matrix, label=target) for matrix, target in sets)
    plan = _plan(model)
    boosted = boost(plan, learnt, judged, place, tells_rounds=tells_rounds)
    print(f"rounds={boosted.rounds} validation:{plan.metric}={boosted.best:.6f}", flush=True)
    return boosted.booster


def _plan(model: ModelDescription) -> Boosting:
    metric, more_is_better = VALIDATION[model.kind]
    parameters = asdict(model.hyperparameters)
    rounds = parameters.pop("rounds")
    patience = parameters.pop("early_stopping_rounds")
    parameters |= {
        "objective": _OBJECTIVES[model.kind],
        "eval_metric": metric,
        "seed": model.seed,
        "nthread": 1,
        "tree_method": "hist",
    }
    if model.kind is Kind.MULTICLASS:
        parameters["num_class"] = len(model.classes)
    return Boosting(parameters, metric, more_is_better, rounds, patience)


def _checkpoints(model: ModelDescription, folder: Path | None, *data: Path) -> Checkpoints | None:
    """Tell where this training keeps its progress, for exactly these data and settings."""
    if folder is None or model.training.spot is None:
        return None
    every = model.training.spot.checkpoint_rounds
    follows_from = {
        "plan": asdict(_plan(model)),
        "columns": [*model.numeric, "", *model.columns],
        "classes": model.classes,
        "every": every,
        "data": [hashlib.sha256(path.read_bytes()).hexdigest() for path in data],
    }
    text = json.dumps(follows_from, sort_keys=True)
    return Checkpoints(folder, every, hashlib.sha256(text.encode("utf-8")).hexdigest())


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
