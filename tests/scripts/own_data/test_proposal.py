"""The proposed metric means something for its target, and its threshold is beyond guessing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import Misuse
from pipelines.models.kinds import METRICS, Kind
from pipelines.models.scores import Outcome, scores
from scripts.own_data.proposal import guesses, propose
from scripts.own_data.target import Target


def target(kind: Kind, **counts: int) -> Target:
    return Target("ripe", kind, "", counts)


def cells(found: Target) -> list[str]:
    return [label for label, count in found.counts.items() for _ in range(count)]


FEW = target(Kind.BINARY, no=967, yes=33)
EVEN = target(Kind.BINARY, no=60, yes=40)
THREE = target(Kind.MULTICLASS, a=40, b=35, c=25)
SKEWED = target(Kind.MULTICLASS, a=80, b=10, c=10)
NUMBERS = target(Kind.REGRESSION)


@pytest.mark.parametrize(
    ("found", "metric", "threshold"),
    [
        (FEW, "average_precision", 0.066),
        (EVEN, "auc", 0.625),
        (THREE, "accuracy", 0.55),
        (SKEWED, "weighted_f1", 0.783),
    ],
)
def test_the_metric_follows_from_the_balance(found: Target, metric: str, threshold: float) -> None:
    proposal = propose(found, cells(found), None, None)
    assert proposal.metric == metric
    assert proposal.threshold == pytest.approx(threshold)


def test_an_error_must_be_less_than_that_of_the_mean() -> None:
    proposal = propose(NUMBERS, ["1", "2", "3", "4"], None, None)
    assert proposal.metric == "rmse"
    assert proposal.guess == pytest.approx(1.1180339)
    assert proposal.threshold == pytest.approx(0.894)


def test_what_is_told_is_taken() -> None:
    proposal = propose(EVEN, cells(EVEN), "recall", 0.9)
    assert (proposal.metric, proposal.threshold) == ("recall", 0.9)
    with pytest.raises(Misuse, match="--metric: must be one of mae, mse, rmse, r2 for kind"):
        propose(NUMBERS, ["1", "2"], "auc", None)


@pytest.mark.parametrize("found", [FEW, EVEN, THREE, SKEWED])
def test_no_threshold_can_be_reached_by_a_guess(found: Target) -> None:
    assert set(guesses(found, cells(found))) == set(METRICS[found.kind])
    for metric in METRICS[found.kind]:
        proposal = propose(found, cells(found), metric, None)
        assert proposal.guess < proposal.threshold < 1


@given(st.lists(st.integers(-99, 99), min_size=3, max_size=30).filter(lambda x: len(set(x)) > 2))
def test_of_numbers_the_guess_is_what_the_constant_scores(values: list[int]) -> None:
    texts = [str(value) for value in values]
    middle = sum(values) / len(values)
    scored = scores(Kind.REGRESSION, (), [Outcome(float(value), middle) for value in values])
    found = guesses(NUMBERS, texts)
    for metric in ("mse", "rmse", "r2"):
        assert found[metric] == pytest.approx(scored[metric], abs=1e-9)
    assert found["mae"] <= scored["mae"] + 1e-9
    for metric, more_is_better in METRICS[Kind.REGRESSION].items():
        threshold = propose(NUMBERS, texts, metric, None).threshold
        assert threshold > found[metric] if more_is_better else threshold <= found[metric]


def test_of_few_positives_chance_has_about_their_share() -> None:
    numbers = random.Random(1)  # noqa: S311 - test data, not a secret
    chance = [Outcome(label, "no", numbers.random()) for label in cells(FEW) * 20]
    scored = scores(Kind.BINARY, FEW.classes, chance)
    found = guesses(FEW, cells(FEW))
    assert scored["average_precision"] == pytest.approx(found["average_precision"], abs=0.01)
    assert scored["auc"] == pytest.approx(found["auc"], abs=0.03)
