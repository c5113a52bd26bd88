"""Split rows into parts: the same rows and seed give the same parts, whatever their order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.table import Row
from pipelines.models.values import MAXIMUM_LEVELS

PARTS = ("train", "validation", "holdout")
# Per class, or in all where there are no classes: fewer say nothing about a model.
MINIMUM_ROWS = 10


@dataclass(frozen=True)
class Parts:
    """The rows to train on, to stop the training by and to judge the model by."""

    train: tuple[Row, ...]
    validation: tuple[Row, ...]
    holdout: tuple[Row, ...]

    def items(self) -> Mapping[str, tuple[Row, ...]]:
        """Return the parts by name."""
        return {name: getattr(self, name) for name in PARTS}


def split(rows: Sequence[Row], model: ModelDescription, name: str) -> Parts:
    """Split by a digest of each row's content, class by class; `name` is what errors call it."""
    groups = _groups(rows, model)
    _require_enough(groups, model, name)
    parts: dict[str, list[Row]] = {part: [] for part in PARTS}
    for group in groups.values():
        ranked = sorted(group, key=lambda row: _rank(row, model.seed))
        holdout = max(1, round(len(ranked) * model.split.holdout))
        validation = max(1, round(len(ranked) * model.split.validation))
        parts["holdout"] += ranked[:holdout]
        parts["validation"] += ranked[holdout : holdout + validation]
        parts["train"] += ranked[holdout + validation :]
    ordered = {
        part: tuple(sorted(chosen, key=lambda row: _rank(row, model.seed)))
        for part, chosen in parts.items()
    }
    _require_values(ordered["train"], model, name)
    _require_categories(ordered["train"], model, name)
    return Parts(**ordered)


def _groups(rows: Sequence[Row], model: ModelDescription) -> dict[str, list[Row]]:
    if model.kind is Kind.REGRESSION:
        return {"": list(rows)}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[str(row.target)].append(row)
    return {label: groups[label] for label in model.classes}


def _require_enough(
    groups: Mapping[str, Sequence[Row]], model: ModelDescription, name: str
) -> None:
    for label, group in groups.items():
        if len(group) < MINIMUM_ROWS:
            of_class = f" with {model.target} {label}" if label else ""
            raise InvalidInput(
                name,
                f"must have at least {MINIMUM_ROWS} rows{of_class}",
                got=str(len(group)),
                hint="add rows, or remove the class from the model's description",
            )


def _require_values(rows: Sequence[Row], model: ModelDescription, name: str) -> None:
    for index, column in enumerate(model.features):
        if all(row.features[index] is None for row in rows):
            raise InvalidInput(
                f"{name} column {column}",
                "must have a value in some row that is trained on",
                got="only empty cells",
            )


def _require_categories(rows: Sequence[Row], model: ModelDescription, name: str) -> None:
    """Refuse here what training would refuse, before a machine is paid for it."""
    for index, column in enumerate(model.features):
        if column in model.categorical:
            levels = {row.features[index] for row in rows} - {None}
            if len(levels) > MAXIMUM_LEVELS:
                raise InvalidInput(
                    f"{name} column {column}",
                    f"must have at most {MAXIMUM_LEVELS} different values to be a category",
                    got=str(len(levels)),
                    hint="list the column as ignored in the model's description",
                )


def _rank(row: Row, seed: int) -> tuple[str, tuple[str, ...]]:
    content = "\x1f".join((str(seed), *row.cells))
    return hashlib.sha256(content.encode("utf-8")).hexdigest(), row.cells
