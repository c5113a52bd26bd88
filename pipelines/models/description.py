"""Read a model's description: YAML outside, frozen dataclasses inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from pipelines.models.acceptance import Acceptance, check_acceptance, read_acceptance
from pipelines.models.defaults import read_defaults, with_defaults
from pipelines.models.kinds import METRICS, Kind
from pipelines.models.limits import read_limits
from pipelines.models.per_run import SECTION as PER_RUN
from pipelines.models.per_run import Choice, check_per_run, read_per_run
from pipelines.models.series import SECTION as SERIES
from pipelines.models.series import Series, check_series, read_series
from pipelines.models.spot import Spot, check_spot, read_spot
from pipelines.models.tuning import SECTION as TUNING
from pipelines.models.tuning import Tuning, check_tuning, read_tuning
from pipelines.models.variant import Variant, read_variant
from pipelines.models.variant_rules import check_variant
from pipelines.yaml_file import YamlFile, nearest, read_yaml_file
from pipelines.yaml_schema import check_schema

MODELS = Path(__file__).resolve().parent
SCHEMA = MODELS / "model.schema.json"

_WORDING = {
    "^[a-z][a-z0-9-]{1,22}[a-z0-9]$": (
        "must be 3 to 24 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^[a-z][a-z0-9_]{0,62}$": (
        "must be 1 to 63 lower-case letters, digits or underscores, a letter first"
    ),
    "^ml\\.[a-z0-9-]+\\.[a-z0-9]+$": "must be an instance type such as ml.m5.large",
    "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$": "must be 1 to 63 letters, digits and hyphens",
    '^[^\\s,"]([^\\x00-\\x1f]{0,62}[^\\s,"])?$': (
        "must be 1 to 64 characters, without blank, comma or quote at either end"
    ),
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

    rounds: int
    early_stopping_rounds: int
    learning_rate: float
    max_depth: int
    min_child_weight: float
    subsample: float
    colsample_bytree: float
    reg_lambda: float


@dataclass(frozen=True)
class Job:
    """The machine of one kind of job and how long it may take."""

    instance_type: str
    volume_size_gb: int
    max_runtime_minutes: int


@dataclass(frozen=True)
class TrainingJob(Job):
    """The machine that trains, kept to the end unless it is a spot instance."""

    spot: Spot | None = None


@dataclass(frozen=True)
class ModelDescription:
    """All that distinguishes one model from another.

    `ignored` columns may be in the data and never reach the model; a category that fewer than
    `rare_below` of the rows to train on have is grouped with the others like it.
    """

    name: str
    kind: Kind
    target: str
    classes: tuple[str, ...]
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    ignored: tuple[str, ...]
    rare_below: int
    metric: Metric
    seed: int
    split: Split
    hyperparameters: Hyperparameters
    processing: Job
    training: TrainingJob
    endpoints: Mapping[str, Variant]
    acceptance: Acceptance
    tuning: Tuning | None = None
    series: Series | None = None
    per_run: tuple[Choice, ...] = ()

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

    def endpoint(self, account_kind: str) -> Variant:
        """Return the production variant for a kind of target account."""
        if account_kind not in self.endpoints:
            kinds = ", ".join(sorted(self.endpoints))
            raise Misuse(
                f"model {self.name}", f"account kind must be one of {kinds}", got=account_kind
            )
        return self.endpoints[account_kind]


def describe(name: str, directory: Path = MODELS) -> ModelDescription:
    """Read the description of a model by its name."""
    known = sorted(file.stem for file in directory.glob("*.yaml"))
    if name not in known:
        guess = nearest(name, known)
        raise Misuse(
            "model",
            f"must be one of {', '.join(known) or 'those described in pipelines/models'}",
            got=repr(name),
            hint=f"did you mean {guess}?" if guess else None,
        )
    return read_description(directory / f"{name}.yaml")


def read_description(path: Path) -> ModelDescription:
    """Read one description and refuse whatever breaks a rule of it."""
    file = read_yaml_file(path)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    check_schema(file, schema, _WORDING)
    description = _description(with_defaults(file.value))
    _check_name(file, description, path.stem)
    _check_metric(file, description)
    _check_classes(file, description)
    _check_columns(file, description)
    check_series(file, description)
    for kind, variant in sorted(description.endpoints.items()):
        check_variant(file, kind, variant)
    check_spot(file, description.training.spot, description.training.max_runtime_minutes)
    check_acceptance(file, description, read_limits())
    bounds = schema["properties"]["hyperparameters"]["properties"]
    check_tuning(file, description, bounds)
    check_per_run(file, description, bounds)
    return description


def _description(document: Mapping[str, Any]) -> ModelDescription:
    kind = Kind(document["kind"])
    metric = Metric(
        name=document["metric"]["name"],
        threshold=float(document["metric"]["threshold"]),
        higher_is_better=METRICS[kind].get(document["metric"]["name"], True),
    )
    hyperparameters = _hyperparameters(document["hyperparameters"])
    return ModelDescription(
        name=document["name"],
        kind=kind,
        target=document["target"]["column"],
        classes=tuple(document["target"].get("classes", ())),
        numeric=tuple(document["columns"].get("numeric", ())),
        categorical=tuple(document["columns"].get("categorical", ())),
        ignored=tuple(document["columns"].get("ignored", ())),
        rare_below=document["columns"]["rare_below"],
        metric=metric,
        seed=document["seed"],
        split=Split(**document["split"]),
        hyperparameters=hyperparameters,
        processing=Job(**document["processing"]),
        training=_training(document["training"]),
        endpoints={kind: read_variant(one) for kind, one in document["endpoints"].items()},
        acceptance=read_acceptance(document.get("acceptance", {}), metric, read_limits()),
        tuning=read_tuning(document.get(TUNING), hyperparameters),
        series=read_series(document.get(SERIES)),
        per_run=read_per_run(document.get(PER_RUN), hyperparameters),
    )


def _training(document: Mapping[str, Any]) -> TrainingJob:
    return TrainingJob(**{**document, "spot": read_spot(document.get("spot"))})


def _hyperparameters(document: Mapping[str, Any]) -> Hyperparameters:
    """Read numbers as the kind of number each is: 1 and 1.0 are the same learning rate."""
    defaults = read_defaults()["hyperparameters"]
    return Hyperparameters(
        **{name: type(defaults[name])(value) for name, value in document.items()}
    )


def _check_name(file: YamlFile, description: ModelDescription, stem: str) -> None:
    if description.name != stem:
        raise file.error(
            ("name",),
            f"must be the file's own name, {stem}",
            got=description.name,
            hint="rename one of the two",
        )


def _check_metric(file: YamlFile, description: ModelDescription) -> None:
    allowed = METRICS[description.kind]
    if description.metric.name not in allowed:
        raise file.error(
            ("metric", "name"),
            f"must be one of {', '.join(allowed)} for kind {description.kind}",
            got=description.metric.name,
            hint="choose a metric of the model's kind",
        )


def _check_classes(file: YamlFile, description: ModelDescription) -> None:
    count = len(description.classes)
    match description.kind:
        case Kind.BINARY:
            rule, holds = "must list exactly two classes for kind binary", count == 2
        case Kind.MULTICLASS:
            rule, holds = "must list three or more classes for kind multiclass", count >= 3
        case Kind.REGRESSION | Kind.FORECAST:
            rule, holds = f"must be left out for kind {description.kind}", count == 0
    if not holds:
        raise file.error(
            ("target", "classes"),
            rule,
            got=str(count),
            hint="list every value of the target column as text, the positive one last",
        )


def _check_columns(file: YamlFile, description: ModelDescription) -> None:
    if not description.features and description.kind is not Kind.FORECAST:
        raise file.error(("columns",), "must name one or more numeric or categorical columns")
    names = (*description.columns, *description.ignored)
    for column in names:
        if names.count(column) > 1:
            raise file.error(
                ("columns",),
                "must name each column once, and the target not at all",
                got=column,
                hint="remove it from numeric, from categorical, from ignored or from target",
            )
