"""Read a model's description: YAML outside, frozen dataclasses inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.document import read_document, violation

MODELS = Path(__file__).resolve().parent
SCHEMA = MODELS / "model.schema.json"


class Kind(StrEnum):
    """What a model predicts."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def metrics_group(self) -> str:
        """Name the group that holds this kind's metrics in the registry's layout."""
        if self is Kind.REGRESSION:
            return "regression_metrics"
        return f"{self.value}_classification_metrics"


# Per kind the metrics that can decide about registration, and whether more of it is better.
METRICS: Mapping[Kind, Mapping[str, bool]] = {
    Kind.BINARY: {"accuracy": True, "auc": True, "f1": True, "precision": True, "recall": True},
    Kind.MULTICLASS: {
        "accuracy": True,
        "weighted_f1": True,
        "weighted_precision": True,
        "weighted_recall": True,
    },
    Kind.REGRESSION: {"mae": False, "mse": False, "rmse": False, "r2": True},
}


@dataclass(frozen=True)
class Metric:
    """The number that a model must reach to be registered."""

    name: str
    threshold: float
    higher_is_better: bool


@dataclass(frozen=True)
class Split:
    """Fractions of the rows that are not trained on."""

    validation: float
    holdout: float


@dataclass(frozen=True)
class Hyperparameters:
    """What steers the training besides the data."""

    rounds: int = 200
    early_stopping_rounds: int = 20
    learning_rate: float = 0.1
    max_depth: int = 4
    min_child_weight: float = 1.0
    subsample: float = 1.0
    colsample_bytree: float = 1.0
    reg_lambda: float = 1.0


@dataclass(frozen=True)
class Job:
    """The machine of one kind of job and how long it may take."""

    instance_type: str
    volume_size_gb: int = 10
    max_runtime_minutes: int = 60


@dataclass(frozen=True)
class Variant:
    """The production variant of an endpoint."""

    instance_type: str
    initial_instance_count: int


@dataclass(frozen=True)
class ModelDescription:
    """All that distinguishes one model from another."""

    name: str
    kind: Kind
    target: str
    classes: tuple[str, ...]
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    metric: Metric
    seed: int
    split: Split
    hyperparameters: Hyperparameters
    processing: Job
    training: Job
    endpoints: Mapping[str, Variant]

    @property
    def features(self) -> tuple[str, ...]:
        """Name the columns that a prediction is made from, in their order."""
        return self.numeric + self.categorical

    @property
    def columns(self) -> tuple[str, ...]:
        """Name every column of the data in order, the target last."""
        return (*self.features, self.target)

    @property
    def metric_path(self) -> str:
        """Locate the deciding number in evaluation.json."""
        return f"{self.kind.metrics_group}.{self.metric.name}.value"

    def endpoint(self, account_kind: str) -> dict[str, str | int]:
        """Return the production variant for a kind of target account as plain data."""
        if account_kind not in self.endpoints:
            kinds = ", ".join(sorted(self.endpoints))
            raise Misuse(f"model {self.name}", f"account kind must be one of {kinds}", got=account_kind)
        return asdict(self.endpoints[account_kind])


def description_path(name: str, directory: Path = MODELS) -> Path:
    """Locate the description of a model by its name."""
    path = directory / f"{name}.yaml"
    if path.parent != directory or not path.is_file():
        known = ", ".join(sorted(file.stem for file in directory.glob("*.yaml")))
        raise Misuse(
            "model",
            "must be described in pipelines/models",
            got=repr(name),
            hint=f"described are: {known}" if known else "describe it in <name>.yaml",
        )
    return path


def describe(name: str, directory: Path = MODELS) -> ModelDescription:
    """Read the description of a model by its name."""
    return read_description(description_path(name, directory))


def read_description(path: Path) -> ModelDescription:
    """Read one description and refuse whatever breaks a rule of it."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    document = read_document(path, schema)
    description = _description(document)
    _check(path, description)
    return description


def _description(document: Mapping[str, Any]) -> ModelDescription:
    kind = Kind(document["kind"])
    metric = document["metric"]
    return ModelDescription(
        name=document["name"],
        kind=kind,
        target=document["target"]["column"],
        classes=tuple(document["target"].get("classes", ())),
        numeric=tuple(document["columns"].get("numeric", ())),
        categorical=tuple(document["columns"].get("categorical", ())),
        metric=Metric(
            name=metric["name"],
            threshold=float(metric["threshold"]),
            higher_is_better=METRICS[kind].get(metric["name"], True),
        ),
        seed=document["seed"],
        split=Split(**document["split"]),
        hyperparameters=Hyperparameters(**document.get("hyperparameters", {})),
        processing=Job(**document["processing"]),
        training=Job(**document["training"]),
        endpoints={kind: Variant(**variant) for kind, variant in document["endpoints"].items()},
    )


def _check(path: Path, description: ModelDescription) -> None:
    """Check the rules that tie one part of a description to another."""
    for problem in (
        _name_problem(path, description),
        _metric_problem(path, description),
        _classes_problem(path, description),
        _columns_problem(path, description),
    ):
        if problem is not None:
            raise problem


def _name_problem(path: Path, description: ModelDescription) -> InvalidInput | None:
    if path.stem == description.name:
        return None
    return violation(
        path, "name", f"must be the file's name, {path.stem}", description.name, "rename one of them"
    )


def _metric_problem(path: Path, description: ModelDescription) -> InvalidInput | None:
    allowed = METRICS[description.kind]
    if description.metric.name in allowed:
        return None
    rule = f"must be one of {', '.join(allowed)} for kind {description.kind}"
    return violation(
        path, "metric.name", rule, description.metric.name, "choose a metric of the model's kind"
    )


def _classes_problem(path: Path, description: ModelDescription) -> InvalidInput | None:
    count = len(description.classes)
    match description.kind:
        case Kind.BINARY:
            rule, holds = "must list exactly two classes for kind binary", count == 2
        case Kind.MULTICLASS:
            rule, holds = "must list at least three classes for kind multiclass", count >= 3
        case Kind.REGRESSION:
            rule, holds = "must be left out for kind regression", count == 0
    if holds:
        return None
    return violation(
        path,
        "target.classes",
        rule,
        list(description.classes),
        "list every value of the target column as text, the positive one last",
    )


def _columns_problem(path: Path, description: ModelDescription) -> InvalidInput | None:
    if not description.features:
        return violation(
            path, "columns", "must name at least one column", [], "list numeric or categorical"
        )
    seen: set[str] = set()
    for column in description.columns:
        if column in seen:
            return violation(
                path,
                "columns",
                "must name a column once, the target not at all",
                column,
                "remove it from numeric, categorical or target",
            )
        seen.add(column)
    return None
