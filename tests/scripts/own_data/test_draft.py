"""What the drafter accepts, the first job accepts with the description that was written."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from pipelines.errors import GatehouseError, InvalidInput
from pipelines.models.description import read_description
from pipelines.models.kinds import Kind
from pipelines.models.table import read_table, render_table
from pipelines.serving.preprocessing import fit
from pipelines.steps.prepare import prepare
from scripts.own_data.columns import Wishes
from scripts.own_data.draft import Draft, Request, draft
from scripts.own_data.sheet import read_sheet
from tests.scripts.own_data.sheets import good, sheet_of, with_column


def drafted(folder: Path, text: str, wishes: Wishes | None = None) -> Draft:
    return draft(sheet_of(folder, text), Request("fruit", "ripe", wishes=wishes or Wishes()))


def test_ten_lines_describe_a_model_and_its_data_fit(tmp_path: Path) -> None:
    found = drafted(tmp_path, good())
    assert len(found.text.splitlines()) == 12
    path = tmp_path / "fruit.yaml"
    path.write_text(found.text, "utf-8")
    model = read_description(path)
    assert (model.numeric, model.categorical, model.classes) == (
        ("size",),
        ("colour",),
        ("no", "yes"),
    )
    assert len(read_table(tmp_path / "fruit.csv", model)) == found.rows == 200
    assert sum(found.parts.values()) == 200


def test_a_draft_of_the_same_data_is_the_same(tmp_path: Path) -> None:
    assert drafted(tmp_path, good()) == drafted(tmp_path, good())


def test_what_is_left_out_is_listed_and_told(tmp_path: Path) -> None:
    text = with_column("row_id", [str(place) for place in range(200)])
    text = with_column("unit", ["cm"] * 200, text)
    found = drafted(tmp_path, text)
    assert "  ignored: [row_id, unit]\n" in found.text
    why = {column.name: column.why for column in found.columns}
    assert "an identifier" in why["row_id"]
    assert why["unit"] == "always 'cm'"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (good() + "5.5,red,yes\n" * 3, "in all: some may be tested on what they taught"),
        (good() + "5.5,red,yes\n5.5,red,no\n", " rows are alike in all but the target: no model"),
        (with_column("rare", ["x"] * 60 + [""] * 140), "rare has no value in 70% of the rows"),
        (good(60), "rows of the rarest class are held out, so the metric moves by chance"),
    ],
)
def test_what_is_suspicious_is_told(tmp_path: Path, text: str, warning: str) -> None:
    assert any(warning in told for told in drafted(tmp_path, text).warnings)


def test_a_column_that_tells_the_target_comes_with_a_way_out(tmp_path: Path) -> None:
    answers = [line.rpartition(",")[2] for line in good().splitlines()[1:]]
    text = with_column("paid", [{"yes": "1", "no": "0"}[one] for one in answers])
    (told,) = [told for told in drafted(tmp_path, text).warnings if "paid" in told]
    assert told.endswith("Known when a prediction is asked for? Else --ignore paid")
    without = drafted(tmp_path, text, Wishes(ignored=["paid"]))
    assert not [told for told in without.warnings if "paid" in told]


def test_few_positives_are_told_and_judged_by_average_precision(tmp_path: Path) -> None:
    numbers = random.Random(2)  # noqa: S311 - test data, not a secret
    rows = [f"{numbers.gauss(0, 1):.4f},{'yes' if place < 20 else 'no'}" for place in range(500)]
    found = drafted(tmp_path, "\n".join(["size,ripe", *rows]) + "\n")
    assert found.proposal.metric == "average_precision"
    assert any("one who never says yes is right in 96.0%" in told for told in found.warnings)


@pytest.mark.parametrize("name", ["", "Fruit", "a", "x" * 25, "../fruit", "fruit-"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(GatehouseError, match="NAME: must be 3 to 24 lower-case letters"):
        draft(sheet_of(tmp_path, good()), Request(name, "ripe"))


def test_a_forecast_is_no_draft_of_rows(tmp_path: Path) -> None:
    request = Request("fruit", "ripe", kind=Kind.FORECAST)
    with pytest.raises(GatehouseError, match="--kind: must be of rows that are predicted one by"):
        draft(sheet_of(tmp_path, good()), request)


def test_data_without_anything_to_learn_from_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"cm,{'yes' if place % 2 else 'no'}\n" for place in range(60))
    with pytest.raises(InvalidInput, match="must have a column that a model can learn from"):
        drafted(tmp_path, f"unit,ripe\n{rows}")


def test_a_threshold_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GatehouseError, match="--threshold: must be a finite number, got nan"):
        draft(sheet_of(tmp_path, good()), Request("fruit", "ripe", threshold=float("nan")))


NAMES = st.sampled_from(["size", "no", "on", "null", "y", "yes", "true", "x1", "id", "colour_id"])
TEXT = st.text(st.characters(codec="utf-8"), max_size=4)
POOLS = st.one_of(
    st.lists(st.sampled_from(["1", "2", "-3.5", "", "1e5", "007"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["red", "no", "null", "", "1,5", '"', "\n", "é"]), min_size=1),
    st.lists(TEXT, min_size=1, max_size=4),
    st.lists(st.integers(-9999, 9999).map(str), min_size=1, max_size=60),
    st.lists(st.floats().map(repr), min_size=1, max_size=40),
)
_USUAL = [["no", "yes"], ["0", "1"], ["a", "b", "c"], ["1", "2", "3"], ["true", "x"]]
TARGETS = st.one_of(
    st.sampled_from(_USUAL),
    st.integers(3, 99).map(lambda count: [str(place / 2) for place in range(count)]),
    st.sampled_from(_USUAL),
    st.lists(st.floats(-1e6, 1e6).map(repr), min_size=3, max_size=40),
    st.lists(TEXT, min_size=2, max_size=4),
    st.lists(st.sampled_from(["\U0001f600", "\u2028", "\x85", "\x7f", "~", "é"]), min_size=2),
)


@st.composite
def sheets(picked: st.DrawFn) -> str:
    """Draw a CSV: columns of anything, rows that pick from them, and sometimes a torn line."""
    names = picked(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    pools = [*(picked(POOLS) for _ in names), picked(TARGETS)]
    numbers = random.Random(picked(st.integers(0, 99)))  # noqa: S311 - test data, not a secret
    count = picked(st.integers(5, 200))
    rows = [[numbers.choice(pool) for pool in pools] for _ in range(count)]
    text = render_table([*names, "ripe"], rows)
    return text + picked(st.sampled_from([*[""] * 10, "1,2\n", '"']))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_any_csv_that_is_accepted_is_prepared_and_can_be_trained_on(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        data = base / "fruit.csv"
        data.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            found = draft(read_sheet(data), Request("fruit", "ripe"))
        except GatehouseError as refusal:
            event(f"refused: {refusal.must_hold[:40]}")
            assert len(str(refusal).split("\n\nhint: ")[0].splitlines()) == 1
            return
        event(f"accepted: {found.target.kind}")
        (base / "fruit.yaml").write_text(found.text, "utf-8")
        model = read_description(base / "fruit.yaml")
        prepare(model, data, base / "prepared")
        rows = read_table(base / "prepared/train/train.csv", model)
        learned = fit(model.numeric, model.categorical, [row.features for row in rows], 10)
        assert learned.transform([row.features for row in rows]).shape[0] == found.parts["train"]
