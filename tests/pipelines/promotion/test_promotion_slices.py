"""Held-out rows are cut into slices, and a slice that is too small decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import Finding
from pipelines.models.acceptance import Slicing
from pipelines.models.description import ModelDescription, read_description
from pipelines.models.scores import Outcome
from pipelines.models.slices import NONE, OTHER, cut
from pipelines.promotion.quality import Sliced, sliced
from tests.pipelines.tabular_models import describe_kind

COLOUR = Slicing("colour", (), None, (), 4, 1, 0.5, 0.2)
SIZE = replace(COLOUR, column="size", quantiles=2)


@pytest.fixture
def fruit(tmp_path: Path) -> ModelDescription:
    """A model that says whether a fruit is ripe, judged by its accuracy."""
    path = describe_kind("binary", tmp_path)
    path.write_text(path.read_text("utf-8").replace("name: auc", "name: accuracy"), "utf-8")
    return read_description(path)


def judged(
    model: ModelDescription, right: Mapping[str, Sequence[bool]], slicing: Slicing = COLOUR
) -> Sliced:
    """Judge slices in which each answer is right or wrong, as told by colour."""
    acceptance = replace(model.acceptance, slices=(slicing,))
    rows = [(colour, good) for colour, all_ in right.items() for good in all_]
    found = [Outcome("yes", "yes" if good else "no") for _, good in rows]
    [only] = sliced(
        replace(model, acceptance=acceptance), {"colour": [colour for colour, _ in rows]}, found
    )
    return only


def test_a_category_is_cut_by_its_values_and_gaps_are_a_slice() -> None:
    assert cut(COLOUR, ["red", "", "blue", "red"]) == {"blue": [2], "red": [0, 3], NONE: [1]}


def test_what_a_description_does_not_name_is_a_slice_of_its_own() -> None:
    named = replace(COLOUR, values=("red", "green"))
    assert cut(named, ["red", "blue"]) == {"red": [0], "green": [], OTHER: [1]}


def test_numbers_are_cut_at_edges_which_belong_to_what_is_above_them() -> None:
    found = cut(replace(COLOUR, edges=(1, 2.5)), ["1", "0.9", "2.5", "2.4999", "", "-7"])
    assert found == {"below 1": [1, 5], "from 1 to 2.5": [0, 3], "from 2.5": [2], NONE: [4]}


def test_quantiles_are_of_the_rows_that_were_held_out() -> None:
    halves = cut(SIZE, ["4", "1", "3", "2"])
    assert halves == {"below 3": [1, 3], "from 3": [0, 2]}
    thirds = cut(replace(SIZE, quantiles=3), [str(number) for number in range(9)])
    assert [len(rows) for rows in thirds.values()] == [3, 3, 3]


@pytest.mark.parametrize("cells", [["5", "5", "5"], ["", "5"]])
def test_numbers_that_do_not_vary_are_one_slice(cells: list[str]) -> None:
    assert cut(SIZE, cells)["all"] == [place for place, cell in enumerate(cells) if cell]


def test_a_cell_that_is_no_number_is_named() -> None:
    with pytest.raises(Finding, match="held-out rows, column size: must be numbers, got 'big'"):
        cut(SIZE, ["1", "big"])


@given(
    cells=st.lists(st.one_of(st.just(""), st.floats(-1e6, 1e6).map(repr)), max_size=40),
    quantiles=st.integers(2, 10),
)
def test_every_row_is_in_exactly_one_slice(cells: list[str], quantiles: int) -> None:
    found = cut(replace(SIZE, quantiles=quantiles), cells)
    assert sorted(row for rows in found.values() for row in rows) == list(range(len(cells)))
    assert len(found) <= quantiles + 1
    assert found == cut(replace(SIZE, quantiles=quantiles), cells)


def test_slices_that_hold_say_so(fruit: ModelDescription) -> None:
    found = judged(fruit, {"red": [True] * 9 + [False], "blue": [True] * 5})
    assert (found.gap, found.failures(), found.undecided) == (0.1, [], ())
    assert found.document()["passed"]


def test_a_slice_below_its_threshold_is_named(fruit: ModelDescription) -> None:
    found = judged(fruit, {"red": [True] * 5, "blue": [True, False, False, False]})
    assert found.failures() == [
        "accuracy of colour blue must be at least 0.5: got 0.25 in 4 rows",
        "accuracy may differ by at most 0.2 between slices of colour: got 0.75",
    ]
    assert found.document()["passed"] is False


def test_a_gap_between_slices_that_all_hold_is_named(fruit: ModelDescription) -> None:
    found = judged(fruit, {"red": [True] * 4, "blue": [True] * 3 + [False]})
    assert found.failures() == [
        "accuracy may differ by at most 0.2 between slices of colour: got 0.25"
    ]


def test_a_slice_of_too_few_rows_is_undecided_and_not_passed(fruit: ModelDescription) -> None:
    found = judged(fruit, {"red": [True] * 5, "blue": [False] * 3})
    assert [(one.name, one.undecided, one.passed) for one in found.undecided] == [
        ("blue", "3 rows, fewer than 4", None)
    ]
    assert (found.gap, found.failures()) == (None, [])
    assert found.document()["undecided"] == 1


def test_a_column_without_any_decided_slice_has_not_passed(fruit: ModelDescription) -> None:
    found = judged(fruit, {"red": [True], "blue": [True]})
    assert (found.document()["passed"], found.document()["undecided"]) == (None, 2)


def test_a_named_value_without_rows_is_undecided(fruit: ModelDescription) -> None:
    named = replace(COLOUR, values=("red", "green"))
    [green] = judged(fruit, {"red": [True] * 5}, named).undecided
    assert (green.name, green.rows, green.undecided) == ("green", 0, "0 rows, fewer than 4")


def test_a_slice_with_too_few_of_a_class_is_undecided(tmp_path: Path) -> None:
    model = read_description(describe_kind("binary", tmp_path))
    strict = replace(COLOUR, fewest_of_class=2)
    found = [Outcome("yes", "yes", 0.9)] * 6 + [Outcome("no", "no", 0.1)]
    acceptance = replace(model.acceptance, slices=(strict,))
    [only] = sliced(replace(model, acceptance=acceptance), {"colour": ["red"] * 7}, found)
    assert [one.undecided for one in only.slices] == ["1 rows of class no, fewer than 2"]


def test_of_an_error_the_largest_slice_is_the_worst(tmp_path: Path) -> None:
    model = read_description(describe_kind("regression", tmp_path))
    found = [Outcome(1.0, 1.0)] * 4 + [Outcome(1.0, 2.0)] * 4
    acceptance = replace(model.acceptance, slices=(COLOUR,))
    colours = ["red"] * 4 + ["blue"] * 4
    [only] = sliced(replace(model, acceptance=acceptance), {"colour": colours}, found)
    assert only.failures()[0] == "rmse of colour blue must be at most 0.5: got 1.0 in 4 rows"
