"""What columns contribute adds up to what the model says, and the strongest come first."""

from __future__ import annotations

import json
from math import fsum, log
from typing import Any

import pytest

from pipelines.models.kinds import Kind
from pipelines.models.table import read_table
from pipelines.serving.model import read_folder
from pipelines.steps.explain import explanation
from tests.pipelines.tabular_models import Built


def test_contributions_add_up_to_the_answer(built: Built) -> None:
    predictor = read_folder(built.folder)
    rows = read_table(built.prepared / "holdout/holdout.csv", built.model)
    features = [row.features for row in rows]
    told = predictor.contributions(features)
    for answers, prediction in zip(told, predictor.predict(features), strict=True):
        sums = [fsum(answer) for answer in answers]
        match built.model.kind:
            case Kind.REGRESSION:
                assert sums == [pytest.approx(prediction.value, rel=1e-4)]
            case Kind.BINARY:
                no, yes = prediction.probabilities
                assert sums == [pytest.approx(log(yes / no), rel=1e-3, abs=1e-4)]
            case Kind.MULTICLASS:
                first, *others = prediction.probabilities
                apart = [one - sums[0] for one in sums[1:]]
                wanted = [log(one / first) for one in others]
                assert apart == pytest.approx(wanted, rel=1e-3, abs=1e-4)
        assert {len(answer) for answer in answers} == {len(built.model.features) + 1}


def test_columns_are_told_whole_and_the_strongest_first(built: Built) -> None:
    report = _report(built)
    names = [one["column"] for one in report["columns"]]
    assert sorted(names) == sorted(built.model.features)
    # Size makes the target in all of these data, and weight has nothing to do with it.
    assert names[0] == "size"
    sizes = [one["mean_absolute"] for one in report["columns"]]
    assert sizes == sorted(sizes, reverse=True)
    assert all(abs(one["mean"]) <= one["mean_absolute"] + 1e-9 for one in report["columns"])
    assert built.model.kind is not Kind.BINARY or report["unit"] == "log-odds of the last class"


def test_a_sample_of_many_rows_is_explained(built: Built) -> None:
    predictor = read_folder(built.folder)
    rows = read_table(built.prepared / "holdout/holdout.csv", built.model)
    many = (rows * 1000)[:1500]
    assert explanation(built.model, predictor, many)["rows"] == 1000


def _report(built: Built) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((built.evaluation / "explainability.json").read_text())
    assert report["rows"] == 30
    return report
