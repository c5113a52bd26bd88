"""The baseline tells what the rows trained on look like, in Model Monitor's layout."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path
from typing import Any

from pipelines.models.table import read_table
from pipelines.steps.baseline import CONSTRAINTS, STATISTICS, baseline
from pipelines.steps.prepare import prepare
from tests.pipelines.tabular_models import Case, case_of

_ROWS = "size,weight,colour,price\n" + "1,-2.5,red,1\n2,,blue,2\n4,0.5,,3\n" * 40


def _features(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in document["features"]}


def _of_rows(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    case = case_of("regression", folder)
    case.csv.write_text(_ROWS, "utf-8")
    return baseline(case.model, read_table(case.csv, case.model))


def test_numbers_are_told_as_they_are(tmp_path: Path) -> None:
    seen, wanted = _of_rows(tmp_path)
    size, weight = (_features(seen)[name] for name in ("size", "weight"))
    assert seen["dataset"] == {"item_count": 120}
    assert (size["inferred_type"], weight["inferred_type"]) == ("Integral", "Fractional")
    told = weight["numerical_statistics"]
    assert told["common"] == {"num_present": 80, "num_missing": 40}
    assert (told["min"], told["max"], told["sum"]) == (-2.5, 0.5, -80.0)
    assert told["mean"] == -1.0
    assert told["std_dev"] == statistics.pstdev([-2.5, 0.5])
    buckets = told["distribution"]["kll"]["buckets"]
    assert sum(bucket["count"] for bucket in buckets) == 80
    assert (buckets[0]["lower_bound"], buckets[-1]["upper_bound"]) == (-2.5, 0.5)
    assert (buckets[0]["count"], buckets[-1]["count"]) == (40, 40)
    constraints = _features(wanted)
    assert constraints["weight"]["num_constraints"] == {"is_non_negative": False}
    assert constraints["size"]["num_constraints"] == {"is_non_negative": True}
    assert math.isclose(constraints["weight"]["completeness"], 2 / 3)


def test_categories_are_counted_and_become_the_domain(tmp_path: Path) -> None:
    seen, wanted = _of_rows(tmp_path)
    told = _features(seen)["colour"]["string_statistics"]
    assert told["distinct_count"] == 2
    assert told["distribution"]["categorical"]["buckets"] == [
        {"value": "blue", "count": 40},
        {"value": "red", "count": 40},
    ]
    assert _features(wanted)["colour"]["string_constraints"] == {"domains": ["blue", "red"]}


def test_the_target_is_no_feature(tmp_path: Path) -> None:
    seen, wanted = _of_rows(tmp_path)
    assert [*_features(seen)] == [*_features(wanted)] == ["size", "weight", "colour"]


def test_only_the_rows_trained_on_count(case: Case, tmp_path: Path) -> None:
    prepare(case.model, case.csv, tmp_path)
    data = tmp_path / "data"
    rows = json.loads((data / "data.json").read_text("utf-8"))["parts"]["train"]["rows"]
    seen = json.loads((data / STATISTICS).read_text("utf-8"))
    assert seen["dataset"]["item_count"] == rows
    assert json.loads((data / CONSTRAINTS).read_text("utf-8"))["version"] == 0


def test_a_column_of_one_value_has_all_of_it_in_one_bucket(tmp_path: Path) -> None:
    case = case_of("regression", tmp_path)
    case.csv.write_text("size,weight,colour,price\n" + "3,1,red,2\n" * 20, "utf-8")
    seen, _ = baseline(case.model, read_table(case.csv, case.model))
    buckets = _features(seen)["size"]["numerical_statistics"]["distribution"]["kll"]["buckets"]
    assert [bucket["count"] for bucket in buckets] == [20, *[0] * 9]
