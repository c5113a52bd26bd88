"""Answers are compared with recorded predictions cell by cell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import Finding
from pipelines.promotion.pace import percentile
from pipelines.promotion.rows import Table, compare, parse_csv

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=8)
RECORDED = Table(("prediction", "probability"), (("1", "0.25"), ("0", "0.75")))


def answered(*cells: str) -> Table:
    """The recorded table with another first row."""
    return Table(RECORDED.header, (cells, RECORDED.rows[1]))


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_a_table_reads_back(rows: list[tuple[str, str]]) -> None:
    table = Table(("a", "b"), tuple(rows))
    assert parse_csv("x", table.csv()) == table


def test_equal_answers_are_identical() -> None:
    comparison = compare(RECORDED, RECORDED, 1e-6)
    assert comparison.identical
    assert (comparison.differing_rows, comparison.largest_difference) == (0, 0.0)


@pytest.mark.parametrize(
    ("cells", "differing", "largest"),
    [
        (("1", "0.2500005"), 0, 5e-7),
        (("1.0", "0.25"), 0, 0.0),
        (("1", "0.26"), 1, 0.01),
        (("0", "0.25"), 1, 1.0),
        (("one", "0.25"), 1, 0.0),
        (("1", "nan"), 1, 0.0),
        (("1", ""), 1, 0.0),
    ],
)
def test_numbers_may_differ_by_the_tolerance_and_texts_not_at_all(
    cells: tuple[str, str], differing: int, largest: float
) -> None:
    comparison = compare(RECORDED, answered(*cells), 1e-6)
    assert not comparison.identical
    assert comparison.differing_rows == differing
    assert comparison.largest_difference is not None
    assert math.isclose(comparison.largest_difference, largest, rel_tol=1e-6, abs_tol=1e-12)


def test_other_columns_or_fewer_rows_are_refused() -> None:
    with pytest.raises(Finding, match="must have the columns prediction, probability, got a, b"):
        compare(RECORDED, Table(("a", "b"), RECORDED.rows), 1e-6)
    with pytest.raises(Finding, match="must have 2 rows, got 1"):
        compare(RECORDED, Table(RECORDED.header, RECORDED.rows[:1]), 1e-6)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must have a header and rows, got 0 lines"),
        (b"a,b\n", "must have a header and rows, got 1 lines"),
        (b"a,b\n1\n", "x row 1: must have 2 cells, got 1"),
        (b'a,b\n"1,2\n', "must be well-formed CSV"),
        (b"\xff", "must be well-formed CSV"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(Finding, match=told):
        parse_csv("x", content)


@given(st.lists(st.floats(0, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values_and_bounds_its_share(
    values: list[float], share: int
) -> None:
    found = percentile(values, share)
    assert found in [round(value, 3) for value in values]
    assert sum(round(value, 3) <= found for value in values) * 100 >= share * len(values)


def test_batches_hold_every_row_once() -> None:
    table = Table(("a",), tuple((str(n),) for n in range(7)))
    batches = list(table.batches(3))
    assert [len(batch.rows) for batch in batches] == [3, 3, 1]
    assert tuple(row for batch in batches for row in batch.rows) == table.rows
