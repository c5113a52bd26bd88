"""A CSV that nobody has described is read strictly, and names are proposed where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import GatehouseError
from scripts.own_data.sheet import normal_names, read_sheet
from tests.scripts.own_data.sheets import ABALONE, sheet_of


def refusal(folder: Path, content: bytes, columns: tuple[str, ...] = ()) -> str:
    path = folder / "fruit.csv"
    path.write_bytes(content)
    with pytest.raises(GatehouseError) as caught:
        read_sheet(path, columns)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "fruit.csv: must not be empty"),
        (b"a,b\n", "fruit.csv: must have rows below its header, got none"),
        (b"a,b\n1,2\n3,gr\xfcn\n", "fruit.csv line 3: must be UTF-8 text, got byte 0xfc"),
        (b"a,b\n1,2\n3\n", "fruit.csv line 3: must have 2 cells, got 1"),
        (b"a,b\n1,2,3\n", "fruit.csv line 2: must have 2 cells, got 3"),
        (b'a,b\n1,"2\n', "fruit.csv line 2: must be well-formed CSV"),
        (b"a,b,a\n1,2,3\n", "fruit.csv header: must name a column once, got 'a' twice"),
        (b"Policy ID,b\n1,2\n", "fruit.csv header: must name columns by 1 to 63 lower-case"),
        (b"a,\n1,2\n", "got ''"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    assert sentence in refusal(tmp_path, content)


def test_names_that_are_none_come_with_a_first_line_that_would_do(tmp_path: Path) -> None:
    told = refusal(tmp_path, b"Policy ID,policy-id,2nd Name,Gr\xc3\xb6\xc3\x9fe,\n1,2,3,4,5\n")
    names = "policy_id,policy_id_2,column_2nd_name,gr_e,column_5"
    assert f"hint: write the first line as {names}" in told


def test_a_file_that_begins_with_numbers_is_taken_for_one_without_header(tmp_path: Path) -> None:
    told = refusal(tmp_path, b"M,0.455,15\nF,0.5,7\n")
    assert "where the file has no header, name its columns: --columns" in told


def test_a_file_without_header_gets_names_and_keeps_its_first_row(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, "M,0.455\nF,0.5\n", ("sex", "length"))
    assert sheet.header == ("sex", "length")
    assert sheet.rows == (("M", "0.455"), ("F", "0.5"))
    assert sheet.lines == (1, 2)
    assert sheet.text() == "sex,length\nM,0.455\nF,0.5\n"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (("sex",), "fruit.csv line 1: must have 1 cells, got 2"),
        (("sex", "sex"), "--columns: must name columns, each once, by 1 to 63 lower-case"),
        (("Sex", "length"), "hint: write sex,length"),
        (("m", "l"), "--columns: must be left out where the first line of the file is a header"),
    ],
)
def test_names_that_do_not_fit_the_file_are_refused(
    tmp_path: Path, columns: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(tmp_path, b"m,l\n", columns)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=12))
def test_proposed_names_are_names_and_each_comes_once(header: list[str]) -> None:
    names = normal_names(header)
    assert len(set(names)) == len(names) == len(header)
    assert normal_names(names) == names


def test_good_names_stay_as_they_are() -> None:
    assert normal_names(ABALONE.split(",")) == ABALONE.split(",")
