"""The report of bias compares each slice with all other rows, by measures that can be checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.models.description import ModelDescription, read_description
from pipelines.models.kinds import Kind
from pipelines.models.scores import Outcome
from pipelines.models.table import Row
from pipelines.steps.bias import bias_report
from tests.pipelines.tabular_models import Built, describe_kind


def _rows(colours: Sequence[str]) -> list[Row]:
    return [
        Row(line, ("1", "2", colour, "-"), (1.0, 2.0, colour or None), "-")
        for line, colour in enumerate(colours, start=2)
    ]


def _facets(
    model: ModelDescription, rows: Sequence[Row], outcomes: Sequence[Outcome]
) -> dict[str, dict[str, Any]]:
    report = bias_report(model, rows, outcomes)
    assert (report["model"], report["rows"]) == (model.name, len(rows))
    return {facet["slice"]: facet for facet in report["facets"]}


def test_shares_of_classes_are_compared_with_those_of_all_other_rows(tmp_path: Path) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    colours = ["red"] * 4 + ["green"] * 6
    truths = ["yes", "yes", "no", "no", *["yes"] * 3, *["no"] * 3]
    saids = ["yes", "no", "no", "no", *["yes"] * 3, *["no"] * 3]
    outcomes = [
        Outcome(truth, said, 0.9 if said == "yes" else 0.1)
        for truth, said in zip(truths, saids, strict=True)
    ]
    red = _facets(model, _rows(colours), outcomes)["red"]
    assert red["rows"] == 4
    assert red["CI"] == pytest.approx((6 - 4) / 10)
    assert red["DPL"] == {"yes": pytest.approx(0.5 - 0.5), "no": pytest.approx(0.5 - 0.5)}
    assert red["DPPL"] == {"yes": pytest.approx(0.5 - 0.25), "no": pytest.approx(0.5 - 0.75)}
    assert red["DI"] == {"yes": pytest.approx(0.25 / 0.5), "no": pytest.approx(0.75 / 0.5)}
    assert red["AD"] == pytest.approx(1.0 - 0.75)
    assert red["value"] is None
    assert red["undecided"] == "4 rows, fewer than 20"


def test_errors_of_numbers_are_compared_by_direction_and_size(tmp_path: Path) -> None:
    model = read_description(describe_kind("regression", tmp_path))
    outcomes = [Outcome(10.0, said) for said in (12.0, 14.0, 9.0, 11.0)]
    red = _facets(model, _rows(["red", "red", "", ""]), outcomes)["red"]
    assert red["mean_error"] == pytest.approx(3.0)
    assert red["mean_error_difference"] == pytest.approx(0.0 - 3.0)
    assert red["mean_absolute_error_difference"] == pytest.approx(1.0 - 3.0)
    assert "DI" not in red


def test_rows_without_a_value_are_a_slice_and_one_that_is_everything_has_no_other(
    tmp_path: Path,
) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    outcomes = [Outcome("yes", "yes", 0.9)] * 3
    assert _facets(model, _rows(["red", "", "red"]), outcomes)["without a value"]["rows"] == 1
    alone = _facets(model, _rows(["red"] * 3), outcomes)["red"]
    assert alone["CI"] == -1.0
    assert "DPL" not in alone


def test_a_share_of_nothing_has_no_ratio(tmp_path: Path) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    outcomes = [Outcome("yes", "yes", 0.9), Outcome("no", "no", 0.1)]
    red = _facets(model, _rows(["red", "green"]), outcomes)["red"]
    assert red["DI"] == {"yes": None, "no": 0.0}


def test_what_the_test_slices_by_is_reported_by_its_own_cut(built: Built) -> None:
    report = json.loads((built.evaluation / "bias.json").read_text("utf-8"))
    assert {facet["column"] for facet in report["facets"]} == {"colour"}
    rows = sum(facet["rows"] for facet in report["facets"])
    assert (
        rows
        == report["rows"]
        == len((built.evaluation / "holdout.csv").read_text().split("\n")) - 2
    )
    decided = [facet for facet in report["facets"] if facet["undecided"] is None]
    assert all(isinstance(facet["value"], float) for facet in decided)
    measure = "mean_error" if built.model.kind is Kind.REGRESSION else "AD"
    assert all(measure in facet for facet in report["facets"])
    sliced = replace(
        built.model, acceptance=replace(built.model.acceptance, slices=()), categorical=()
    )
    assert bias_report(sliced, [], [])["facets"] == []
