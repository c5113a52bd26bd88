"""The kind of a model follows from its target, and a target that teaches nothing is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import GatehouseError
from pipelines.models.kinds import Kind
from scripts.own_data.target import Target, judge_target
from tests.scripts.own_data.sheets import sheet_of


def judged(
    folder: Path, cells: list[str], kind: Kind | None = None, positive: str | None = None
) -> Target:
    text = "size,ripe\n" + "".join(f"{place},{cell}\n" for place, cell in enumerate(cells))
    return judge_target(sheet_of(folder, text), "ripe", kind, positive)


def cycle(*cells: str, rows: int = 60) -> list[str]:
    return [cells[place % len(cells)] for place in range(rows)]


@pytest.mark.parametrize(
    ("cells", "kind", "classes"),
    [
        (cycle("0", "1"), Kind.BINARY, ("0", "1")),
        (cycle("yes", "no", "no"), Kind.BINARY, ("no", "yes")),
        (cycle("yes", "no", "yes"), Kind.BINARY, ("no", "yes")),
        (cycle("bad", "good", "good"), Kind.BINARY, ("good", "bad")),
        (cycle("1", "2", "10"), Kind.MULTICLASS, ("1", "2", "10")),
        (cycle("plum", "apple", "pear"), Kind.MULTICLASS, ("apple", "pear", "plum")),
        (cycle("1.5", "2", "3"), Kind.REGRESSION, ()),
        ([str(place) for place in range(60)], Kind.REGRESSION, ()),
    ],
)
def test_the_kind_is_guessed_by_the_values(
    tmp_path: Path, cells: list[str], kind: Kind, classes: tuple[str, ...]
) -> None:
    found = judged(tmp_path, cells)
    assert (found.kind, found.classes) == (kind, classes)


def test_what_is_told_is_taken(tmp_path: Path) -> None:
    assert judged(tmp_path, cycle("1", "2", "3"), Kind.REGRESSION).classes == ()
    assert judged(tmp_path, cycle("0", "1"), positive="0").classes == ("1", "0")
    assert judged(tmp_path, cycle("1", "x"), Kind.BINARY).kind is Kind.BINARY


@pytest.mark.parametrize(
    ("cells", "kind", "sentence"),
    [
        (
            [*cycle("0", "1"), ""],
            None,
            "fruit.csv line 62, column ripe: must have a value in every",
        ),
        (cycle("1"), None, "column ripe: must have two or more different values to be a target"),
        (cycle("1", "1.0"), Kind.REGRESSION, "column ripe: must vary, got 1"),
        (cycle("0", "1", "1.0"), Kind.MULTICLASS, "line 4, column ripe: must write a class one w"),
        ([*cycle("0", "1"), *["2"] * 9], None, "must have at least 10 rows of every class, got 9"),
        (cycle("1.5", "2", "3", rows=9), None, "fruit.csv: must have at least 10 rows, got 9"),
        ([*cycle("1", "2"), "x"], None, "line 62, column ripe: must be all numbers or all texts"),
        ([*cycle("1", "2"), "inf"], None, "line 62, column ripe: must be a finite number or empty"),
        ([*cycle("1", "2"), "x"], Kind.REGRESSION, "line 62, column ripe: must be a finite numb"),
        (cycle("1", "2", "3"), Kind.BINARY, "must have two different values for kind binary"),
        (cycle("1", "2"), Kind.MULTICLASS, "must have from 3 to 100 different values for kind"),
        ([f"c{place}" for place in range(101)], None, "must have from 3 to 100 different values"),
        (cycle("a", '"b,"'), None, "column ripe: must be a class of 1 to 64 characters, without"),
    ],
)
def test_a_target_from_which_nothing_can_be_learned_is_refused(
    tmp_path: Path, cells: list[str], kind: Kind | None, sentence: str
) -> None:
    with pytest.raises(GatehouseError) as caught:
        judged(tmp_path, cells, kind)
    assert sentence in str(caught.value)


def test_a_target_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "size,ripe\n1,2\n")
    with pytest.raises(GatehouseError, match="did you mean ripe"):
        judge_target(sheet, "rippe")


def test_a_positive_class_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GatehouseError, match="--positive: must be one of 0, 1, got 2"):
        judged(tmp_path, cycle("0", "1"), positive="2")
    with pytest.raises(GatehouseError, match="must be left out where there are not two"):
        judged(tmp_path, cycle("1", "2", "3"), positive="2")
    with pytest.raises(GatehouseError, match="must be left out for a regression"):
        judged(tmp_path, cycle("1.5", "2", "3"), positive="2")
