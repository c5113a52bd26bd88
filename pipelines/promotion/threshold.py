"""Whether a model's evaluation reaches the threshold with which it was registered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from pipelines.errors import Finding
from pipelines.models.description import ModelDescription
from pipelines.promotion.package import Package


def check_threshold(package: Package, description: ModelDescription, evaluation: bytes) -> str:
    """Tell the number and its bound; refuse a report that does not reach its own threshold."""
    metric = description.metric
    address = package.metadata["evaluation_uri"]
    threshold = registered_threshold(package)
    value = evaluated(address, description.metric_path, evaluation)
    bound = "at least" if metric.higher_is_better else "at most"
    if not (value >= threshold if metric.higher_is_better else value <= threshold):
        raise Finding(
            address, f"{metric.name} must be {bound} {threshold} to be released", got=str(value)
        )
    return f"{metric.name} {value}, {bound} {threshold}"


def evaluated(address: str, path: str, evaluation: bytes) -> float:
    """Give the number at a path of names in an evaluation; raises Finding where it reports none."""
    try:
        return _value(json.loads(evaluation), path)
    except (ValueError, KeyError, TypeError) as error:
        raise Finding(address, f"must report {path} as a number", got=str(error)) from error


def metrics_of(evaluation: Any) -> dict[str, float]:
    """Give the numbers of an evaluation by their names; one that is no JSON object has none."""
    found: dict[str, float] = {}
    for group in evaluation.values() if isinstance(evaluation, Mapping) else ():
        for name, entry in group.items() if isinstance(group, Mapping) else ():
            value = entry.get("value") if isinstance(entry, Mapping) else None
            if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
                found[name] = float(value)
    return found


def registered_threshold(package: Package) -> float:
    """Give the threshold with which a version was registered; raises Finding for no number."""
    try:
        return float(package.metadata["threshold"])
    except ValueError as error:
        raise Finding(
            package.address, "must tell its threshold as a number", got=str(error)
        ) from error


def _value(report: Any, path: str) -> float:
    for part in path.split("."):
        report = report[part]
    if isinstance(report, bool) or not isinstance(report, int | float):
        raise TypeError(f"{report!r}")
    return float(report)
