"""Rare, unseen and missing values are told apart the way that training fixed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.serving.preprocessing import Features, Preprocessing, fit

_CELLS: list[tuple[float | None, str | None]] = [
    *((1.0, "red"), (2.0, "red"), (3.0, "red")),
    *((4.0, "blue"), (5.0, "blue"), (None, None)),
    *((6.0, "mauve"), (7.0, "teal")),
]
ROWS: list[Features] = list(_CELLS)


def learned(rare_below: int = 2) -> Preprocessing:
    return fit(["size"], ["colour"], ROWS, rare_below)


def spread(preprocessing: Preprocessing, value: str | None) -> list[float]:
    """Give the columns of the category alone."""
    row: list[float] = preprocessing.transform([[1.0, value]])[0].tolist()
    return row[1:]


def test_categories_of_few_rows_share_one_column() -> None:
    found = learned()
    assert found.levels == {"colour": ("blue", "red")}
    assert found.rare == {"colour": ("mauve", "teal")}
    assert found.outputs == ["size", "colour=blue", "colour=red", "colour= rare"]
    assert spread(found, "red") == [0, 1, 0]
    assert spread(found, "mauve") == spread(found, "teal") == [0, 0, 1]


def test_a_category_that_training_never_saw_counts_as_rare() -> None:
    assert spread(learned(), "ochre") == [0, 0, 1]


def test_a_missing_category_is_no_category_not_a_rare_one() -> None:
    assert spread(learned(), None) == [0, 0, 0]


def test_a_missing_number_is_the_median_of_training() -> None:
    assert learned().transform([[None, "red"]])[0][0] == 4.0


def test_where_nothing_was_rare_an_unseen_category_is_none() -> None:
    found = learned(rare_below=1)
    assert found.rare == {}
    assert spread(found, "ochre") == [0, 0, 0, 0]


def test_the_threshold_counts_rows_exactly() -> None:
    assert learned(rare_below=3).rare == {"colour": ("blue", "mauve", "teal")}
    assert learned(rare_below=4).levels == {"colour": ()}


def test_a_model_without_rare_categories_is_kept_as_before() -> None:
    document = learned(rare_below=1).to_json()
    assert document["schema_version"] == 1
    assert "rare" not in document


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="3 as version"):
        Preprocessing.from_json(learned().to_json() | {"schema_version": 3})


VALUES = st.sampled_from(["a", "b", "c", "d", "rare", None])
TABLE = st.lists(st.tuples(st.floats(-9, 9), VALUES), min_size=1, max_size=30)


@given(TABLE, st.integers(1, 9), TABLE)
def test_what_is_kept_transforms_like_what_was_learned(
    rows: Sequence[tuple[float, str | None]],
    rare_below: int,
    asked: Sequence[tuple[float, str | None]],
) -> None:
    found = fit(["size"], ["colour"], rows, rare_below)
    kept = Preprocessing.from_json(json.loads(json.dumps(found.to_json())))
    matrix = kept.transform(asked)
    assert kept == found
    assert matrix.tolist() == found.transform(asked).tolist()
    assert matrix.shape == (len(asked), len(found.outputs))
    for row, (_, value) in zip(matrix.tolist(), asked, strict=True):
        known = value is not None and (value in found.levels["colour"] or bool(found.rare))
        assert sum(row[1:]) == float(known)
