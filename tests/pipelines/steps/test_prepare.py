"""Preparing checks the data and splits it: the same rows and seed, the same parts."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from pipelines.models.description import ModelDescription
from pipelines.models.table import read_table
from pipelines.steps.prepare import main, prepare
from pipelines.steps.split import PARTS
from tests.pipelines.tabular_models import Case, case_of, rows_of

BINARY_ROWS = [line for line in rows_of("binary", 60).splitlines() if line][1:]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def part_rows(folder: Path, model: ModelDescription) -> dict[str, list[tuple[str, ...]]]:
    return {
        part: [row.cells for row in read_table(folder / part / f"{part}.csv", model)]
        for part in PARTS
    }


def test_the_parts_are_all_rows_and_share_none(case: Case, tmp_path: Path) -> None:
    prepare(case.model, case.csv, tmp_path)
    parts = part_rows(tmp_path, case.model)
    everything = sorted(row for rows in parts.values() for row in rows)
    assert everything == sorted(row.cells for row in read_table(case.csv, case.model))
    assert [len(parts[part]) for part in ("validation", "holdout")] == [30, 30]


def test_the_report_tells_what_was_made(case: Case, tmp_path: Path) -> None:
    prepare(case.model, case.csv, tmp_path)
    report = json.loads((tmp_path / "data" / "data.json").read_text("utf-8"))
    assert report["sha256"] == hashlib.sha256(case.csv.read_bytes()).hexdigest()
    assert report["rows"] == 150
    assert report["columns"] == list(case.model.columns)
    for part in PARTS:
        content = (tmp_path / part / f"{part}.csv").read_bytes()
        assert report["parts"][part]["sha256"] == hashlib.sha256(content).hexdigest()
        assert set(report["parts"][part]["balance"]) == set(case.model.classes)
        assert all(count > 0 for count in report["parts"][part]["balance"].values())


def test_a_rerun_writes_the_same_bytes(case: Case, tmp_path: Path) -> None:
    for run in ("first", "second"):
        prepare(case.model, case.csv, tmp_path / run)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_the_order_of_rows_does_not_matter(case: Case, tmp_path: Path) -> None:
    header, *rows = case.csv.read_text("utf-8").splitlines()
    random.Random(5).shuffle(rows)  # noqa: S311 - test data, not a secret
    shuffled = tmp_path / "fruit.csv"
    shuffled.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    prepare(case.model, case.csv, tmp_path / "one")
    prepare(case.model, shuffled, tmp_path / "other")
    for part in PARTS:
        file = f"{part}/{part}.csv"
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_another_seed_splits_otherwise(case: Case, tmp_path: Path) -> None:
    prepare(case.model, case.csv, tmp_path / "one")
    prepare(replace(case.model, seed=8), case.csv, tmp_path / "other")
    file = "holdout/holdout.csv"
    assert (tmp_path / "one" / file).read_bytes() != (tmp_path / "other" / file).read_bytes()


def test_other_data_than_expected_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=f"must have the SHA-256 {'0' * 64}, got "):
        prepare(case.model, case.csv, tmp_path, "0" * 64)
    assert contents(tmp_path) == {}


def test_a_rare_class_is_refused(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    rows = ["size,weight,colour,ripe"] + ["1,2,red,no"] * 40 + ["1,2,red,yes"] * 9
    case.csv.write_text("\n".join(rows), "utf-8")
    with pytest.raises(InvalidInput, match="must have at least 10 rows with ripe yes, got 9"):
        prepare(case.model, case.csv, tmp_path / "out")


def test_a_column_without_values_is_refused(tmp_path: Path) -> None:
    case = case_of("regression", tmp_path)
    case.csv.write_text("size,weight,colour,price\n" + "1,,red,2\n" * 20, "utf-8")
    with pytest.raises(InvalidInput, match="column weight: must have a value in some row"):
        prepare(case.model, case.csv, tmp_path / "out")


def test_a_column_of_identifiers_is_refused_before_training(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    rows = [f"1,2,colour-{number},{'no' if number % 2 else 'yes'}" for number in range(400)]
    case.csv.write_text("\n".join(["size,weight,colour,ripe", *rows]), "utf-8")
    with pytest.raises(InvalidInput, match="column colour: must have at most 200"):
        prepare(case.model, case.csv, tmp_path / "out")


def test_an_ignored_column_may_be_there_or_not_and_reaches_no_part(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    model = replace(case.model, ignored=("note",))
    prepare(model, case.csv, tmp_path / "without")
    header, *rows = case.csv.read_text("utf-8").splitlines()
    noted = [f"note,{header}", *(f"row {place},{row}" for place, row in enumerate(rows))]
    case.csv.write_text("\n".join(noted) + "\n", "utf-8")
    prepare(model, case.csv, tmp_path / "with")
    for part in PARTS:
        file = f"{part}/{part}.csv"
        assert (tmp_path / "with" / file).read_bytes() == (tmp_path / "without" / file).read_bytes()


@pytest.mark.parametrize("files", [[], ["a.csv", "b.csv"], ["notes.txt"]])
def test_the_input_must_be_one_csv(case: Case, tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).write_text("x", "utf-8")
    count = sum(name.endswith(".csv") for name in files)
    with pytest.raises(InvalidInput, match=f"must hold exactly one CSV file, got {count}"):
        prepare(case.model, tmp_path, tmp_path / "out")


def test_in_a_container_a_refusal_is_one_sentence_in_the_message_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, output = tmp_path / "processing/input/raw", tmp_path / "output"
    raw.mkdir(parents=True)
    output.mkdir()
    case = case_of("binary", tmp_path)
    (raw / "fruit.csv").write_text("size,weight,colour,ripe\n1,heavy,red,no\n", "utf-8")
    arguments = ["--model", "fruit-binary", "--description", str(case.description)]
    assert main(arguments, {"ML_ROOT": str(tmp_path)}) == 1
    sentence = "fruit.csv line 2, column weight: must be a finite number or empty, got 'heavy'"
    assert (output / "message").read_text("utf-8") == sentence
    assert capsys.readouterr().err.strip() == sentence
    assert not (tmp_path / "processing/output").exists()


def test_in_a_container_the_outputs_lie_where_they_are_uploaded_from(tmp_path: Path) -> None:
    case = case_of("binary", tmp_path)
    raw = tmp_path / "processing/input/raw"
    raw.mkdir(parents=True)
    case.csv.rename(raw / "fruit.csv")
    arguments = ["--model", "fruit-binary", "--description", str(case.description)]
    assert main(arguments, {"ML_ROOT": str(tmp_path)}) == 0
    assert set(contents(tmp_path / "processing/output")) == {
        "data/constraints.json",
        "data/data.json",
        "data/statistics.json",
        "holdout/holdout.csv",
        "train/train.csv",
        "validation/validation.csv",
    }


def test_an_output_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = case_of("binary", tmp_path)
    (tmp_path / "out").write_text("a file, not a folder", "utf-8")
    arguments = ["--model", "fruit-binary", "--description", str(case.description)]
    places = ["--input", str(case.csv), "--output", str(tmp_path / "out")]
    assert main(arguments + places, {}) == 1
    assert "must be readable and writable, got Not a directory" in capsys.readouterr().err


SOMETHING_LIKE_CSV = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            ["size", "weight", "colour", "ripe", "1", "", "x", "yes", "no", '"', "\x00"]
        )
        .flatmap(lambda cell: st.sampled_from([cell, f"{cell},", f"{cell}\n"]))
        .map(str),
        max_size=60,
    ).map(lambda cells: ("size,weight,colour,ripe\n" + "".join(cells)).encode()),
    st.tuples(
        st.integers(0, len(BINARY_ROWS) - 1), st.text(st.characters(codec="utf-8"), max_size=30)
    ).map(
        lambda change: "\n".join(
            [
                "size,weight,colour,ripe",
                *BINARY_ROWS[: change[0]],
                change[1],
                *BINARY_ROWS[change[0] + 1 :],
            ]
        ).encode()
    ),
)


@settings(max_examples=200)
@given(SOMETHING_LIKE_CSV)
def test_any_bytes_are_either_prepared_or_refused_in_one_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        case = case_of("binary", base)
        case.csv.write_bytes(content)
        (base / "output").mkdir()
        arguments = ["--model", "fruit-binary", "--description", str(case.description)]
        places = ["--input", str(case.csv), "--output", str(base / "prepared")]
        code = main(arguments + places, {"ML_ROOT": str(base)})
        if code == 0:
            assert set(part_rows(base / "prepared", case.model)) == set(PARTS)
        else:
            message = (base / "output" / "message").read_text("utf-8")
            assert code == 1
            assert message.startswith("fruit.csv")
            assert len(message.split("\n\nhint: ")[0].splitlines()) == 1
            assert not (base / "prepared").exists()
