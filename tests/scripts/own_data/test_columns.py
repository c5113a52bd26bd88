"""Columns are guessed by what is in them, and what is neither numbers nor texts is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import GatehouseError
from scripts.own_data.columns import Column, Use, Wishes, judge_column
from tests.scripts.own_data.sheets import sheet_of, with_column

ROWS = 300


def judged(
    folder: Path, cells: list[str], name: str = "extra", wishes: Wishes | None = None
) -> Column:
    sheet = sheet_of(folder, with_column(name, cells))
    return judge_column(sheet, name, wishes or Wishes(), 10)


def repeated(*cells: str) -> list[str]:
    return [cells[place % len(cells)] for place in range(ROWS)]


@pytest.mark.parametrize(
    ("cells", "use", "why"),
    [
        (repeated("1.5", "-2e3", "", ".5"), Use.NUMERIC, "from -2000 to 1.5; gaps become the med"),
        (repeated("0", "1"), Use.NUMERIC, "numbers from 0 to 1"),
        (repeated("a", "b", ""), Use.CATEGORICAL, "texts: 'a', 'b'"),
        (repeated("a", ""), Use.CATEGORICAL, "texts: 'a'"),
        (repeated("a"), Use.IGNORED, "always 'a'"),
        (repeated("7"), Use.IGNORED, "always 7"),
        (repeated("7", ""), Use.IGNORED, "always 7"),
        (repeated("7", "7.0"), Use.IGNORED, "always 7"),
        (repeated(""), Use.IGNORED, "a value in 0 rows, fewer than 10"),
        ([str(place) for place in range(ROWS)], Use.IGNORED, "an identifier"),
        ([f"c{place}" for place in range(ROWS)], Use.IGNORED, "300 different texts in every row"),
        ([f"c{place % 250}" for place in range(ROWS)], Use.IGNORED, "are text, no category"),
        ([str(place * 7) for place in range(ROWS)], Use.NUMERIC, "numbers from 0 to 2093"),
    ],
)
def test_a_column_is_what_its_values_are(
    tmp_path: Path, cells: list[str], use: Use, why: str
) -> None:
    found = judged(tmp_path, cells)
    assert found.use is use
    assert why in found.why


def test_numbers_under_the_name_of_an_identifier_are_left_out(tmp_path: Path) -> None:
    cells = [str(place * 7) for place in range(ROWS)]
    assert judged(tmp_path, cells, "customer_id").use is Use.IGNORED
    few = [str(place % 5) for place in range(ROWS)]
    assert judged(tmp_path, few, "shop_id").use is Use.NUMERIC


def test_categories_of_few_rows_are_counted(tmp_path: Path) -> None:
    found = judged(tmp_path, ["a"] * (ROWS - 12) + ["b"] * 9 + ["c"] * 3)
    assert (found.rare, found.distinct) == (2, 3)
    assert "2 of fewer than 10 rows share a bucket" in found.why


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        (
            "n/a",
            "fruit.csv line 4, column extra: must be all numbers or all texts, got 'n/a' where",
        ),
        ("nan", "fruit.csv line 4, column extra: must be a finite number or empty, got 'nan'"),
        ("-Infinity", "must be a finite number or empty, got '-Infinity'"),
        ("1e999", "must be a finite number or empty, got '1e999'"),
    ],
)
def test_a_cell_of_another_kind_is_refused_with_its_line(
    tmp_path: Path, odd: str, sentence: str
) -> None:
    cells = repeated("1", "2")
    cells[2] = cells[7] = odd
    with pytest.raises(GatehouseError) as caught:
        judged(tmp_path, cells)
    assert sentence in str(caught.value)
    assert "lines 4, 9" in str(caught.value)


def test_a_number_among_texts_is_the_odd_one(tmp_path: Path) -> None:
    cells = repeated("n/a", "none")
    cells[3] = "12"
    with pytest.raises(GatehouseError, match=r"line 5, column extra: .* got '12' where line 2 has"):
        judged(tmp_path, cells)


def test_whoever_knows_better_is_believed(tmp_path: Path) -> None:
    mixed = repeated("12", "n/a")
    assert judged(tmp_path, mixed, wishes=Wishes(categorical=["extra"])).use is Use.CATEGORICAL
    assert judged(tmp_path, mixed, wishes=Wishes(ignored=["extra"])).use is Use.IGNORED
    counted = [str(place) for place in range(ROWS)]
    assert judged(tmp_path, counted, wishes=Wishes(numeric=["extra"])).use is Use.NUMERIC


def test_what_cannot_be_as_wished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GatehouseError, match="line 3, column extra: must be a finite number"):
        judged(tmp_path, repeated("12", "n/a"), wishes=Wishes(numeric=["extra"]))
    texts = [f"c{place}" for place in range(ROWS)]
    with pytest.raises(GatehouseError, match="column extra: must have at most 200 different"):
        judged(tmp_path, texts, wishes=Wishes(categorical=["extra"]))


@pytest.mark.parametrize(
    ("wishes", "rule"),
    [
        (Wishes(numeric=["weight"]), "must name columns of fruit.csv besides the target"),
        (Wishes(ignored=["ripe"]), "must name columns of fruit.csv besides the target"),
        (Wishes(numeric=["size"], ignored=["size"]), "must name a column once, got size"),
    ],
)
def test_wishes_about_other_columns_are_refused(tmp_path: Path, wishes: Wishes, rule: str) -> None:
    with pytest.raises(GatehouseError, match=rule):
        wishes.check(sheet_of(tmp_path, with_column("extra", repeated("1", "2"))), "ripe")
