"""Own metrics equal scikit-learn's on the same predictions."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from pipelines.models.description import ModelDescription, read_description
from pipelines.serving.model import Prediction
from pipelines.steps.metrics import measure
from tests.pipelines.tabular_models import describe_kind


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metrics")


@pytest.fixture(scope="module")
def binary(folder: Path) -> ModelDescription:
    return read_description(describe_kind("binary", folder))


@pytest.fixture(scope="module")
def multiclass(folder: Path) -> ModelDescription:
    return read_description(describe_kind("multiclass", folder))


@pytest.fixture(scope="module")
def regression(folder: Path) -> ModelDescription:
    return read_description(describe_kind("regression", folder))


SCORES = st.integers(0, 10).map(lambda tenths: tenths / 10)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(st.sampled_from(["no", "yes"]), SCORES), min_size=2, max_size=40))
def test_binary_metrics(binary: ModelDescription, rows: list[tuple[str, float]]) -> None:
    truth = ["no", "yes", *(label for label, _ in rows)]
    scores = [0.5, 0.5, *(score for _, score in rows)]
    chosen = ["yes" if score >= 0.5 else "no" for score in scores]
    found = measure(
        binary,
        truth,
        [
            Prediction(label, (1 - score, score))
            for label, score in zip(chosen, scores, strict=True)
        ],
    )["binary_classification_metrics"]
    expected = {
        "accuracy": reference.accuracy_score(truth, chosen),
        "auc": reference.roc_auc_score([label == "yes" for label in truth], scores),
        "average_precision": reference.average_precision_score(
            [label == "yes" for label in truth], scores
        ),
        "f1": reference.f1_score(truth, chosen, pos_label="yes", zero_division=0),
        "precision": reference.precision_score(truth, chosen, pos_label="yes", zero_division=0),
        "recall": reference.recall_score(truth, chosen, pos_label="yes", zero_division=0),
    }
    assert {name: found[name]["value"] for name in expected} == pytest.approx(expected)
    matrix = reference.confusion_matrix(truth, chosen, labels=["no", "yes"]).tolist()
    assert found["confusion_matrix"] == {
        "no": dict(zip(["no", "yes"], matrix[0], strict=True)),
        "yes": dict(zip(["no", "yes"], matrix[1], strict=True)),
    }


LABELS = st.sampled_from(["apple", "plum", "pear"])


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40))
def test_multiclass_metrics(multiclass: ModelDescription, rows: list[tuple[str, str]]) -> None:
    truth, chosen = [actual for actual, _ in rows], [label for _, label in rows]
    found = measure(multiclass, truth, [Prediction(label, (0.2, 0.3, 0.5)) for label in chosen])[
        "multiclass_classification_metrics"
    ]
    options = {"average": "weighted", "labels": list(multiclass.classes), "zero_division": 0}
    expected = {
        "accuracy": reference.accuracy_score(truth, chosen),
        "weighted_f1": reference.f1_score(truth, chosen, **options),
        "weighted_precision": reference.precision_score(truth, chosen, **options),
        "weighted_recall": reference.recall_score(truth, chosen, **options),
    }
    assert {name: found[name]["value"] for name in expected} == pytest.approx(expected)


NUMBERS = st.floats(-1000, 1000)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=40))
def test_regression_metrics(regression: ModelDescription, rows: list[tuple[float, float]]) -> None:
    truth, chosen = [0.0, 1.0, *(a for a, _ in rows)], [0.5, 0.5, *(b for _, b in rows)]
    found = measure(regression, truth, [Prediction(number) for number in chosen])[
        "regression_metrics"
    ]
    expected = {
        "mae": reference.mean_absolute_error(truth, chosen),
        "mse": reference.mean_squared_error(truth, chosen),
        "rmse": math.sqrt(reference.mean_squared_error(truth, chosen)),
        "r2": reference.r2_score(truth, chosen),
    }
    assert {name: found[name]["value"] for name in expected} == pytest.approx(expected)


def test_rows_that_do_not_vary_leave_nothing_to_explain(regression: ModelDescription) -> None:
    found = measure(regression, [2.0, 2.0], [Prediction(1.0), Prediction(3.0)])
    assert found["regression_metrics"]["r2"]["value"] == 0.0
