"""A CSV is read strictly: every cell is right, or the error names file, line, column and value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription, read_description
from pipelines.models.table import parse_table, read_table, render_table
from tests.pipelines.tabular_models import describe_kind

HEADER = "size,weight,colour,ripe\n"


@pytest.fixture
def model(tmp_path: Path) -> ModelDescription:
    return read_description(describe_kind("binary", tmp_path))


def refusal(text: str, model: ModelDescription) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_table(text, "fruit.csv", model)
    return str(caught.value).partition("\n")[0]


def test_cells_become_values_in_the_described_order(model: ModelDescription) -> None:
    rows = parse_table("ripe,colour,size,weight\nyes, red ,1.5,\n", "fruit.csv", model)
    assert [(row.features, row.target) for row in rows] == [((1.5, None, "red"), "yes")]


def test_blank_lines_and_a_byte_order_mark_are_no_data(
    tmp_path: Path, model: ModelDescription
) -> None:
    path = tmp_path / "fruit.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n1,2,red,no\r\n\r\n")
    assert [row.line for row in read_table(path, model)] == [3]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "fruit.csv: must not be empty, got no line"),
        ("\n\n", "fruit.csv: must not be empty, got no line"),
        (HEADER, "fruit.csv: must have rows below its header, got a header only"),
        (
            "size,colour,ripe\n1,red,no\n",
            "fruit.csv header: must have the column weight, got 'size, colour, ripe'",
        ),
        (
            "size,weight,colour,ripe,age\n1,2,red,no,3\n",
            "fruit.csv header: must have no column that model fruit-binary does not describe,"
            " got 'age'",
        ),
        (
            "size,size,weight,colour,ripe\n",
            "fruit.csv header: must name a column once, got 'size' twice",
        ),
        (
            HEADER + "1,2,red,no\n1,heavy,red,no\n",
            "fruit.csv line 3, column weight: must be a finite number or empty, got 'heavy'",
        ),
        (
            HEADER + "1,2,red,maybe\n",
            "fruit.csv line 2, column ripe: must be one of no, yes, got 'maybe'",
        ),
        (HEADER + "1,2,red,\n", "fruit.csv line 2, column ripe: must be one of no, yes, got ''"),
        (HEADER + "1,2,red\n", "fruit.csv line 2: must have 4 cells, got 3"),
        (HEADER + '1,2,"red,no\n', "fruit.csv line 2: must be well-formed CSV, got "),
    ],
)
def test_what_is_wrong_is_one_sentence(model: ModelDescription, text: str, sentence: str) -> None:
    assert refusal(text, model).startswith(sentence)


@pytest.mark.parametrize(
    "cell", ["nan", "inf", "-Infinity", "1e999", "1e39", "1_000", "0x10", "\u0661"]
)
def test_what_python_would_take_for_a_number_is_not_always_one(
    model: ModelDescription, cell: str
) -> None:
    assert f"column size: must be a finite number or empty, got '{cell}'" in refusal(
        f"{HEADER}{cell},2,red,no\n", model
    )


def test_a_long_value_is_shown_short_and_on_one_line(model: ModelDescription) -> None:
    sentence = refusal(f'{HEADER}"{"x" * 500}\nsecond line",2,red,no\n', model)
    assert len(sentence) < 200


def test_what_is_not_text_is_refused(tmp_path: Path, model: ModelDescription) -> None:
    path = tmp_path / "fruit.csv"
    path.write_bytes(HEADER.encode() + b"1,2,gr\xfcn,no\n")
    with pytest.raises(InvalidInput, match="line 2: must be UTF-8 text, got byte 0xfc"):
        read_table(path, model)


def test_a_regression_target_must_be_there(tmp_path: Path) -> None:
    model = read_description(describe_kind("regression", tmp_path))
    text = "size,weight,colour,price\n1,2,red,\n"
    assert "column price: must be a finite number, got ''" in refusal(text, model)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e38, 1e38).map(repr) | st.just(""),
            st.integers(-9, 9).map(str),
            st.text(st.characters(codec="utf-8"), max_size=8),
            st.sampled_from(["no", "yes"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_written_rows_read_back_the_same(
    model: ModelDescription, cells: list[tuple[str, ...]]
) -> None:
    rows = parse_table(render_table(model.columns, cells), "fruit.csv", model)
    again = parse_table(
        render_table(model.columns, [row.cells for row in rows]), "fruit.csv", model
    )
    assert len(rows) == len(cells)
    assert [(row.cells, row.features) for row in again] == [
        (row.cells, row.features) for row in rows
    ]
