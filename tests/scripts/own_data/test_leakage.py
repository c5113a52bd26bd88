"""A column that knows the answer is told; one that helps honestly is not."""

from __future__ import annotations

import random
from pathlib import Path
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.kinds import Kind
from pipelines.models.scores import Outcome, scores
from scripts.own_data.columns import Wishes, judge_column
from scripts.own_data.leakage import chance, leaks, ranks
from scripts.own_data.target import judge_target
from tests.scripts.own_data.sheets import sheet_of

ROWS = 400
_NUMBERS = random.Random(4)  # noqa: S311 - test data, not a secret
SIZES = [_NUMBERS.uniform(0, 9) for _ in range(ROWS)]
NOISE = [_NUMBERS.gauss(0, 1) for _ in range(ROWS)]
TARGETS = {
    "binary": ["yes" if size > 5 else "no" for size in SIZES],
    "multiclass": ["small" if size < 3 else "middle" if size < 6 else "large" for size in SIZES],
    "regression": [f"{size:.4f}" for size in SIZES],
}


def told(folder: Path, kind: str, cells: list[str]) -> str | None:
    rows = zip(SIZES, cells, TARGETS[kind], strict=True)
    text = "own,extra,ripe\n" + "".join(f"{one:.1f},{two},{three}\n" for one, two, three in rows)
    sheet = sheet_of(folder, text)
    column = judge_column(sheet, "extra", Wishes(), 10)
    return leaks(sheet, column, judge_target(sheet, "ripe"))


@pytest.mark.parametrize("kind", TARGETS)
def test_a_number_that_is_the_answer_is_told(tmp_path: Path, kind: str) -> None:
    found = told(tmp_path, kind, [f"{size * 2 + 1:.3f}" for size in SIZES])
    assert found is not None
    assert found.startswith("extra alone tells the target: ")


@pytest.mark.parametrize("kind", TARGETS)
def test_a_copy_of_the_target_is_told(tmp_path: Path, kind: str) -> None:
    found = told(tmp_path, kind, TARGETS[kind])
    assert found == "extra equals the target in every row"


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_a_category_that_stands_for_a_class_is_told(tmp_path: Path, kind: str) -> None:
    names = {label: f"code {place}" for place, label in enumerate(sorted(set(TARGETS[kind])))}
    found = told(tmp_path, kind, [names[label] for label in TARGETS[kind]])
    assert found == "extra alone tells the target: its values explain 100.0% of it"


def test_gaps_that_stand_for_a_class_are_told(tmp_path: Path) -> None:
    cells = ["paid" if label == "yes" else "" for label in TARGETS["binary"]]
    assert told(tmp_path, "binary", cells) is not None


@pytest.mark.parametrize("kind", TARGETS)
def test_a_number_that_helps_is_no_leak(tmp_path: Path, kind: str) -> None:
    rough = [f"{size + noise:.3f}" for size, noise in zip(SIZES, NOISE, strict=True)]
    assert told(tmp_path, kind, rough) is None


@pytest.mark.parametrize("kind", TARGETS)
def test_a_category_of_chance_is_no_leak(tmp_path: Path, kind: str) -> None:
    assert told(tmp_path, kind, [f"c{place % 150}" for place in range(ROWS)]) is None
    assert told(tmp_path, kind, ["red" if noise > 0 else "blue" for noise in NOISE]) is None


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=20))
def test_ranks_are_those_of_the_order(values: list[int]) -> None:
    found = ranks([float(value) for value in values])
    for one, place in zip(values, found, strict=True):
        below = sum(value < one for value in values)
        assert place == below + sum(value == one for value in values) / 2
    if len(set(values)) > 1:
        assert correlation(found, [-place for place in found]) == pytest.approx(-1)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_auc_by_ranks_is_that_of_the_evaluation(rows: list[tuple[int, bool]]) -> None:
    rows = [*rows, (5, True), (5, False)]
    outcomes = [Outcome("yes" if hit else "no", "no", float(value)) for value, hit in rows]
    expected = scores(Kind.BINARY, ("no", "yes"), outcomes)["auc"]
    found = chance([float(value) for value, _ in rows], [hit for _, hit in rows])
    assert found == pytest.approx(expected)
    assert chance([1.0, 2.0], [True, True]) == 0.5
