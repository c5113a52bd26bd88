"""Rows that say nothing about a metric are told apart from rows that say something bad."""

from __future__ import annotations

import pytest

from pipelines.models.kinds import METRICS, Kind
from pipelines.models.scores import Outcome, scores, unmeasurable

TWO = ("no", "yes")


def rows(truth: str) -> list[Outcome]:
    """Outcomes that are right, a letter each: y or n."""
    labels = {"y": "yes", "n": "no"}
    return [Outcome(labels[one], labels[one], float(one == "y")) for one in truth]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.FORECAST])
def test_every_metric_that_can_decide_is_measured(kind: Kind) -> None:
    classes = {Kind.BINARY: TWO, Kind.MULTICLASS: ("a", "b", "c"), Kind.REGRESSION: ()}[kind]
    found = scores(kind, classes, [Outcome(1.0, 1.0), Outcome(2.0, 2.0)])
    assert set(found) == set(METRICS[kind])


@pytest.mark.parametrize("metric", ["auc", "average_precision", "f1", "precision", "recall"])
def test_too_few_rows_of_a_class_say_nothing_about_metrics_of_two_classes(metric: str) -> None:
    assert unmeasurable(metric, TWO, rows("yyn"), 2) == "1 rows of class no, fewer than 2"
    assert unmeasurable(metric, TWO, rows("yynn"), 2) is None
    assert unmeasurable(metric, TWO, rows("yyy")) == "0 rows of class no, fewer than 1"


@pytest.mark.parametrize("metric", ["accuracy", "weighted_f1", "mae", "mse", "rmse"])
def test_other_metrics_need_rows_only(metric: str) -> None:
    assert unmeasurable(metric, TWO, rows("y"), 9) is None
    assert unmeasurable(metric, TWO, []) == "no row"


def test_average_precision_of_a_guess_is_the_share_of_positives() -> None:
    guessed = [Outcome("yes" if place < 3 else "no", "no", 0.5) for place in range(60)]
    assert scores(Kind.BINARY, TWO, guessed)["average_precision"] == pytest.approx(3 / 60)


def test_average_precision_of_a_perfect_order_is_one_and_of_a_wrong_one_little() -> None:
    perfect = [Outcome("yes", "yes", 0.9), *(Outcome("no", "no", 0.1) for _ in range(9))]
    wrong = [Outcome("yes", "no", 0.1), *(Outcome("no", "no", 0.9) for _ in range(9))]
    assert scores(Kind.BINARY, TWO, perfect)["average_precision"] == 1
    assert scores(Kind.BINARY, TWO, wrong)["average_precision"] == 1 / 10


def test_a_target_that_does_not_vary_has_no_r2() -> None:
    same = [Outcome(2.0, 1.0), Outcome(2.0, 3.0)]
    assert unmeasurable("r2", (), same) == "rows whose target does not vary"
    assert unmeasurable("r2", (), [*same, Outcome(1.0, 1.0)]) is None
