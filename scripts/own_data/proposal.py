"""Propose a metric that means something for a target, and a threshold that guessing misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

from pipelines.errors import Misuse
from pipelines.models.kinds import METRICS, Kind
from scripts.own_data.target import Target

# Below this share of positives, most of what auc and accuracy praise is the negatives.
FEW_POSITIVES = 0.2
# How far a threshold lies from what guessing scores towards perfect, or below its error.
_WAY = 0.25
_ERROR = 0.8


@dataclass(frozen=True)
class Proposal:
    """The metric that decides, why, what a guess scores by it, and what a model must reach."""

    metric: str
    why: str
    guess: float
    threshold: float


def propose(
    target: Target, cells: Sequence[str], metric: str | None, threshold: float | None
) -> Proposal:
    """Propose for a target whose cells are given; what is told already stays."""
    known = METRICS[target.kind]
    if metric is not None and metric not in known:
        raise Misuse(
            "--metric", f"must be one of {', '.join(known)} for kind {target.kind}", got=metric
        )
    name, why = (metric, "as you said") if metric is not None else _metric(target)
    guess = guesses(target, cells)[name]
    reached = _threshold(name, guess) if threshold is None else threshold
    return Proposal(name, why, guess, reached)


def guesses(target: Target, cells: Sequence[str]) -> dict[str, float]:
    """Give what each metric of a kind is for one who has not seen a single feature.

    The guess is the constant that the metric likes best; of scores, chance.
    """
    counts = tuple(target.counts.values())
    if target.kind is Kind.REGRESSION:
        return _of_numbers([float(cell) for cell in cells])
    most = max(counts) / sum(counts)
    if target.kind is Kind.MULTICLASS:
        return {
            "accuracy": most,
            "weighted_f1": most * 2 * most / (1 + most),
            "weighted_precision": most**2,
            "weighted_recall": most,
        }
    share = counts[-1] / sum(counts)
    return {
        "accuracy": most,
        "auc": 0.5,
        "average_precision": share,
        "f1": 2 * share / (1 + share),
        "precision": share,
        "recall": 0.5,
    }


def _of_numbers(values: Sequence[float]) -> dict[str, float]:
    middle, half = fmean(values), median(values)
    mse = fmean((value - middle) ** 2 for value in values)
    mae = fmean(abs(value - half) for value in values)
    return {"mae": mae, "mse": mse, "rmse": sqrt(mse), "r2": 0.0}


def _metric(target: Target) -> tuple[str, str]:
    if target.kind is Kind.REGRESSION:
        return "rmse", "an error in the target's own unit"
    counts = tuple(target.counts.values())
    most = max(counts) / sum(counts)
    if target.kind is Kind.MULTICLASS:
        if most > 0.5:
            return "weighted_f1", f"one class has {most:.0%} of the rows"
        return "accuracy", "no class has half of the rows"
    share = counts[-1] / sum(counts)
    if share < FEW_POSITIVES:
        return "average_precision", f"{share:.1%} of the rows are positive"
    return "auc", f"{share:.0%} of the rows are positive"


def _threshold(metric: str, guess: float) -> float:
    """Give three digits that a guess misses by far and a useful model reaches."""
    if metric in ("mae", "rmse"):
        return float(f"{guess * _ERROR:.3g}")
    if metric == "mse":
        return float(f"{guess * _ERROR**2:.3g}")
    if metric in ("average_precision", "precision", "f1"):
        # Of few positives, twice the guess is much; perfect stays far.
        return float(f"{min(2 * guess, (1 + guess) / 2):.3g}")
    return float(f"{guess + _WAY * (1 - guess):.3g}")
