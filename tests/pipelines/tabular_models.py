"""Small models of every kind with data to match, for the tests of steps and serving."""

from __future__ import annotations

import random
import tarfile
from dataclasses import dataclass
from pathlib import Path

from pipelines.models.description import ModelDescription, read_description
from pipelines.steps.evaluate import evaluate
from pipelines.steps.prepare import prepare
from pipelines.steps.train import train

DESCRIPTION = """\
schema_version: 1
name: {name}
kind: {kind}
target: {target}
columns: {{ numeric: [size, weight], categorical: [colour] }}
metric: {{ name: {metric}, threshold: 0.5 }}
seed: 7
split: {{ validation: 0.2, holdout: 0.2 }}
hyperparameters: {{ rounds: 30, max_depth: 3, subsample: 0.8 }}
processing: {{ instance_type: ml.m5.large }}
training: {{ instance_type: ml.m5.large }}
endpoints:
  staging: {{ instance_type: ml.m5.large, initial_instance_count: 1 }}
  production: {{ instance_type: ml.m5.xlarge, initial_instance_count: 2 }}
"""
KINDS = {
    "binary": ('{ column: ripe, classes: ["no", "yes"] }', "auc"),
    "multiclass": ('{ column: fruit, classes: ["apple", "plum", "pear"] }', "accuracy"),
    "regression": ("{ column: price }", "rmse"),
}


@dataclass(frozen=True)
class Case:
    """A described model and a CSV that fits it."""

    model: ModelDescription
    description: Path
    csv: Path


@dataclass(frozen=True)
class Built:
    """What the three steps made of a case."""

    model: ModelDescription
    prepared: Path
    folder: Path
    archive: Path
    evaluation: Path


def describe_kind(kind: str, folder: Path) -> Path:
    """Write the description of a model of a kind and return its file."""
    target, metric = KINDS[kind]
    path = folder / f"fruit-{kind}.yaml"
    path.write_text(
        DESCRIPTION.format(name=path.stem, kind=kind, target=target, metric=metric), "utf-8"
    )
    return path


def rows_of(kind: str, count: int = 150, seed: int = 3) -> str:
    """Generate rows with gaps whose target follows from the features, with some noise."""
    random_numbers = random.Random(seed)  # noqa: S311 - test data, not a secret
    targets = {"binary": "ripe", "multiclass": "fruit", "regression": "price"}
    lines = [f"size,weight,colour,{targets[kind]}"]
    for _ in range(count):
        size, weight = random_numbers.uniform(1, 9), random_numbers.gauss(100, 20)
        colour = random_numbers.choice(["red", "green", "blue, dark", ""])
        score = size + (2 if colour == "red" else 0) + random_numbers.gauss(0, 0.5)
        target = {
            "binary": "yes" if score > 5.5 else "no",
            "multiclass": "apple" if score < 4 else "plum" if score < 7 else "pear",
            "regression": f"{score * 10:.3f}",
        }[kind]
        quoted = f'"{colour}"' if "," in colour else colour
        gap = random_numbers.random() < 0.1
        lines.append(f"{size:.4f},{'' if gap else f'{weight:.4f}'},{quoted},{target}")
    return "\n".join(lines) + "\n"


def case_of(kind: str, folder: Path) -> Case:
    """Write description and data of a kind into a folder."""
    description = describe_kind(kind, folder)
    csv = folder / "fruit.csv"
    csv.write_text(rows_of(kind), "utf-8")
    return Case(read_description(description), description, csv)


def build(model: ModelDescription, csv: Path, folder: Path) -> Built:
    """Run the three steps on a data set."""
    prepared, trained = folder / "prepared", folder / "model"
    prepare(model, csv, prepared)
    train(
        model,
        prepared / "train" / "train.csv",
        prepared / "validation" / "validation.csv",
        trained,
    )
    archive = folder / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(trained, ".")
    evaluation = folder / "evaluation"
    evaluate(model, archive, prepared / "holdout" / "holdout.csv", evaluation)
    return Built(model, prepared, trained, archive, evaluation)
