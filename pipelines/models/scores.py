"""The metrics by which a model is judged: of its evaluation, of a live endpoint, of a slice.

Nothing but the standard library, so that builds measure by what training measured.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum, sqrt

from pipelines.models.kinds import Kind


@dataclass(frozen=True)
class Outcome:
    """What was true of one row, and what a model said: a class or a number.

    ``score`` is how sure a binary model is of the positive class; other kinds have no use for it.
    """

    truth: str | float
    said: str | float
    score: float = 0.0


def scores(kind: Kind, classes: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Give every metric of a kind by its name; classes are ordered, the positive one last."""
    match kind:
        case Kind.BINARY:
            return _binary(classes[1], outcomes)
        case Kind.MULTICLASS:
            return _multiclass(classes, outcomes)
        case Kind.REGRESSION | Kind.FORECAST:
            return _regression(outcomes)


def unmeasurable(
    metric: str, classes: Sequence[str], outcomes: Sequence[Outcome], fewest: int = 1
) -> str | None:
    """Tell why rows say nothing about a metric, or None; `fewest` rows of a class say something."""
    truth = [outcome.truth for outcome in outcomes]
    if metric in ("auc", "average_precision", "f1", "precision", "recall"):
        for label in classes:
            count = truth.count(label)
            if count < fewest:
                return f"{count} rows of class {label}, fewer than {fewest}"
    if metric == "r2" and len(set(truth)) < 2:
        return "rows whose target does not vary"
    return None if truth else "no row"


def _binary(positive: str, outcomes: Sequence[Outcome]) -> dict[str, float]:
    precision, recall, f1 = _precision_recall_f1(positive, outcomes)
    return {
        "accuracy": _accuracy(outcomes),
        "auc": _area_under_curve(positive, outcomes),
        "average_precision": _average_precision(positive, outcomes),
        "f1": f1,
        "precision": precision,
        "recall": recall,
    }


def _multiclass(classes: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, float]:
    shares = [sum(one.truth == label for one in outcomes) / len(outcomes) for label in classes]
    each = [_precision_recall_f1(label, outcomes) for label in classes]
    precision, recall, f1 = (
        fsum(share * found[place] for share, found in zip(shares, each, strict=True))
        for place in range(3)
    )
    return {
        "accuracy": _accuracy(outcomes),
        "weighted_f1": f1,
        "weighted_precision": precision,
        "weighted_recall": recall,
    }


def _regression(outcomes: Sequence[Outcome]) -> dict[str, float]:
    truth = [float(one.truth) for one in outcomes]
    errors = [float(one.said) - float(one.truth) for one in outcomes]
    mse = _mean([error**2 for error in errors])
    middle = _mean(truth)
    variance = _mean([(value - middle) ** 2 for value in truth])
    return {
        "mae": _mean([abs(error) for error in errors]),
        "mse": mse,
        "rmse": sqrt(mse),
        # Where nothing varies there is nothing to explain.
        "r2": 1 - mse / variance if variance else 0.0,
    }


def _accuracy(outcomes: Sequence[Outcome]) -> float:
    return sum(one.truth == one.said for one in outcomes) / len(outcomes)


def _precision_recall_f1(label: str, outcomes: Sequence[Outcome]) -> tuple[float, float, float]:
    actual = sum(one.truth == label for one in outcomes)
    chosen = sum(one.said == label for one in outcomes)
    hits = sum(one.truth == label == one.said for one in outcomes)
    precision, recall = hits / max(1, chosen), hits / max(1, actual)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def _area_under_curve(positive: str, outcomes: Sequence[Outcome]) -> float:
    """Compute the chance that a positive outranks a negative; a tie counts half."""
    positives = [one.score for one in outcomes if one.truth == positive]
    negatives = sorted(one.score for one in outcomes if one.truth != positive)
    wins = sum(
        bisect_left(negatives, score) + bisect_right(negatives, score) for score in positives
    )
    return wins / 2 / max(1, len(positives) * len(negatives))


def _average_precision(positive: str, outcomes: Sequence[Outcome]) -> float:
    """Average the precision at each score by how much recall it adds; ties are taken at once.

    https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html
    """
    ordered = sorted(((one.score, one.truth == positive) for one in outcomes), reverse=True)
    hits = taken = 0
    gains: list[float] = []
    for _, tied in groupby(ordered, key=lambda each: each[0]):
        found = [is_positive for _, is_positive in tied]
        hits, taken = hits + sum(found), taken + len(found)
        gains.append(sum(found) * hits / taken)
    return fsum(gains) / max(1, hits)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
