"""How a model treats parts of its held-out rows: the report that a version carries as its bias.

Measures are named as SageMaker Clarify names them, of each slice against all other rows:
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-post-training-bias.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from pipelines.models.acceptance import Slicing, slicings_to_report
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind
from pipelines.models.limits import read_limits
from pipelines.models.scores import Outcome, scores, unmeasurable
from pipelines.models.slices import cut
from pipelines.models.table import Row

_DIGITS = 9


def bias_report(
    model: ModelDescription, rows: Sequence[Row], outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    """Return bias.json: each slice that the model's test looks at, and each of every category."""
    facets = [
        {"column": slicing.column, "slice": name, **_facet(model, slicing, outcomes, places)}
        for slicing in slicings_to_report(model, read_limits())
        for name, places in cut(slicing, _cells(model, slicing, rows)).items()
    ]
    return {
        "schema_version": 1,
        "model": model.name,
        "metric": model.metric.name,
        "rows": len(rows),
        "facets": facets,
    }


def _cells(model: ModelDescription, slicing: Slicing, rows: Sequence[Row]) -> list[str]:
    place = model.features.index(slicing.column)
    return [row.cells[place] for row in rows]


def _facet(
    model: ModelDescription, slicing: Slicing, outcomes: Sequence[Outcome], places: Sequence[int]
) -> dict[str, Any]:
    """Measure the rows at some places, and the difference of all others to them."""
    inside = set(places)
    own = [outcomes[place] for place in places]
    rest = [one for place, one in enumerate(outcomes) if place not in inside]
    few = f"{len(own)} rows, fewer than {slicing.fewest_rows}"
    undecided = (
        few
        if len(own) < slicing.fewest_rows
        else unmeasurable(model.metric.name, model.classes, own, slicing.fewest_of_class)
    )
    measured: dict[str, Any] = {
        "rows": len(own),
        "value": None if undecided else _number(_metric(model, own)),
        "undecided": undecided,
        "CI": _number((len(rest) - len(own)) / len(outcomes)),
    }
    if not own or not rest:
        return measured
    differences = _of_numbers if model.kind is Kind.REGRESSION else _of_classes
    return measured | differences(model, own, rest)


def _metric(model: ModelDescription, outcomes: Sequence[Outcome]) -> float:
    return scores(model.kind, model.classes, outcomes)[model.metric.name]


def _of_classes(
    model: ModelDescription, own: Sequence[Outcome], rest: Sequence[Outcome]
) -> dict[str, Any]:
    """Compare shares of true and of predicted classes, and how often predictions are right."""
    truths = [_shares(model, [str(one.truth) for one in part]) for part in (rest, own)]
    saids = [_shares(model, [str(one.said) for one in part]) for part in (rest, own)]
    right = [sum(one.truth == one.said for one in part) / len(part) for part in (rest, own)]
    return {
        "DPL": _apart(*truths),
        "DPPL": _apart(*saids),
        "DI": {
            label: _number(saids[1][label] / share) if share else None
            for label, share in saids[0].items()
        },
        "AD": _number(right[0] - right[1]),
    }


def _of_numbers(
    _: ModelDescription, own: Sequence[Outcome], rest: Sequence[Outcome]
) -> dict[str, Any]:
    """Compare how far and in which direction predictions of a number are wrong."""
    errors = [[float(one.said) - float(one.truth) for one in part] for part in (rest, own)]
    means = [fsum(part) / len(part) for part in errors]
    sizes = [fsum(map(abs, part)) / len(part) for part in errors]
    return {
        "mean_error": _number(means[1]),
        "mean_error_difference": _number(means[0] - means[1]),
        "mean_absolute_error_difference": _number(sizes[0] - sizes[1]),
    }


def _shares(model: ModelDescription, labels: Sequence[str]) -> dict[str, float]:
    return {label: labels.count(label) / len(labels) for label in model.classes}


def _apart(rest: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
    return {label: _number(share - own[label]) for label, share in rest.items()}


def _number(value: float) -> float:
    return round(value, _DIGITS)
