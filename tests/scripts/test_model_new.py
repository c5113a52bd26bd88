"""`gatehouse model new`, as its users run it, on a checkout that it may write to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.models.description import describe
from pipelines.models.simulation import simulated_demand
from pipelines.organization import load_organization
from tests.scripts.command_line import CommandLine, Told, copied_checkout
from tests.scripts.own_data.sheets import good, with_column


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def checkout(copied: Path) -> Iterator[Path]:
    """Give the copy as it was before any test."""
    file = copied / "accounts" / "organization.yaml"
    before = file.read_bytes()
    yield copied
    file.write_bytes(before)
    described(copied).unlink(missing_ok=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "fruit.csv"
    path.write_text(good(), "utf-8")
    return path


def new(checkout: Path, data: Path, *more: str) -> Told:
    command = CommandLine(checkout / "state", checkout)
    return command("model", "new", "fruit", "--data", str(data), "--target", "ripe", *more)


def described(checkout: Path) -> Path:
    return checkout / "pipelines" / "models" / "fruit.yaml"


def test_it_writes_description_and_entry_and_tells_what_comes_next(
    checkout: Path, data: Path
) -> None:
    told = new(checkout, data)
    assert told.code == 0, told.err
    model = describe("fruit", checkout / "pipelines" / "models")
    assert (model.kind.value, model.metric.name, model.classes) == ("binary", "auc", ("no", "yes"))
    assert load_organization(checkout).models["fruit"].owner == "sofia"
    assert "  make compile\n" in told.err
    assert f"  gatehouse pipeline start fruit --data {data} --wait --as sofia\n" in told.err
    assert all(len(line) <= 100 for line in told.out.splitlines())


def test_a_dry_run_shows_all_of_it_and_writes_nothing(checkout: Path, data: Path) -> None:
    before = (checkout / "accounts" / "organization.yaml").read_bytes()
    told = new(checkout, data, "--dry-run")
    assert told.code == 0, told.err
    assert "metric: { name: auc, threshold: 0.625 }" in told.err
    assert not described(checkout).exists()
    assert (checkout / "accounts" / "organization.yaml").read_bytes() == before


def test_what_is_there_is_written_over_only_when_that_is_said(checkout: Path, data: Path) -> None:
    assert new(checkout, data).code == 0
    described(checkout).write_text("mine\n", "utf-8")
    told = new(checkout, data)
    assert "fruit.yaml: must not be there yet" in told.is_refusal(2)
    assert described(checkout).read_text("utf-8") == "mine\n"
    assert new(checkout, data, "--force").code == 0
    assert describe("fruit", checkout / "pipelines" / "models").name == "fruit"
    assert len(load_organization(checkout).models) == 2


def test_programs_get_json(checkout: Path, data: Path) -> None:
    told = json.loads(new(checkout, data, "--json").out)
    assert (told["kind"], told["metric"]["metric"]) == ("binary", "auc")
    assert [column["use"] for column in told["columns"]] == ["numeric", "categorical"]
    assert told["files"][0] == str(described(checkout))
    assert told["next"][0] == "make compile"


def test_a_join_leaves_the_csv_that_is_trained_on(checkout: Path, tmp_path: Path) -> None:
    fruit, sorts = tmp_path / "fruit.csv", tmp_path / "sorts.csv"
    fruit.write_text(with_column("sort", [str(place % 40) for place in range(200)]), "utf-8")
    rows = "".join(f"{place},{place * 0.5}\n" for place in range(40))
    sorts.write_text(f"sort,sugar\n{rows}", "utf-8")
    told = new(checkout, fruit, "--with", str(sorts), "--on", "sort")
    assert told.code == 0, told.err
    joined = tmp_path / "fruit-data.csv"
    assert joined.read_text("utf-8").splitlines()[0] == "size,colour,sort,ripe,sugar"
    assert f"--data {joined} " in told.err
    assert "many to one" in told.out
    assert describe("fruit", checkout / "pipelines" / "models").ignored == ("sort",)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--with", "sorts.csv"), "--with and --on: must be given together"),
        (("--out", "x.csv"), "--out: must be left out where the CSV is used as it is"),
        (("--metric", "rmse"), "--metric: must be one of accuracy, auc"),
        (("--numeric", "colour"), "column colour: must be a finite number or empty"),
        (("--ignore", "weight"), "must name columns of fruit.csv besides the target"),
        (("--owner", "nobody"), "people must have the entry asked for"),
        (("--about", "short"), "models.fruit.description must be at least 10 characters long"),
    ],
)
def test_a_request_that_does_not_fit_is_refused_and_nothing_is_written(
    more: tuple[str, ...], sentence: str, checkout: Path, data: Path
) -> None:
    assert sentence in new(checkout, data, *more).is_refusal(2)
    assert not described(checkout).exists()


def test_data_that_cannot_be_used_are_refused_with_line_column_and_value(
    checkout: Path, data: Path
) -> None:
    data.write_text(good().replace("\n", "\n", 1).replace(",no\n", ",\n", 1), "utf-8")
    refusal = new(checkout, data).is_refusal(2)
    assert "column ripe: must have a value in every row, because it is the target" in refusal
    assert "fruit.csv line " in refusal
    assert not described(checkout).exists()


def test_no_input_is_ever_written_over(checkout: Path, data: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    bare.write_text(good().partition("\n")[2], "utf-8")
    names = ("--columns", "size,colour,ripe", "--out", str(bare), "--force")
    assert "must be another file than those that are read" in new(checkout, bare, *names).err
    assert bare.read_text("utf-8") == good().partition("\n")[2]


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    path = tmp_path / "demand.csv"
    header, *rows = simulated_demand().splitlines()
    path.write_text("\n".join([header, *rows[-3000:]]) + "\n", "utf-8")
    return path


def new_forecast(checkout: Path, data: Path, *more: str) -> Told:
    command = CommandLine(checkout / "state", checkout)
    words = ("model", "new", "fruit", "--kind", "forecast", "--data", str(data))
    return command(*words, "--target", "demand", *more)


def test_hours_become_a_forecast_that_answers_in_batches(checkout: Path, hours: Path) -> None:
    told = new_forecast(checkout, hours, "--time", "time")
    assert told.code == 0, told.err
    model = describe("fruit", checkout / "pipelines" / "models")
    assert (model.kind.value, model.metric.name) == ("forecast", "relative_mae")
    assert load_organization(checkout).models["fruit"].answers.value == "batch"
    assert "  gatehouse bootstrap --account data-science\n" in told.err
    assert "--account production" not in told.err
    assert "horizon    24 hours: as many hours without a target end the data" in told.out


def test_a_dry_run_of_a_forecast_writes_nothing(checkout: Path, hours: Path) -> None:
    told = new_forecast(checkout, hours, "--time", "time", "--dry-run", "--json")
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["series"]["known"] == ["working_day"]
    assert document["hours"]["ahead"] == 24
    assert not described(checkout).exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((), "--time: must name the column of the hour for a forecast, got nothing"),
        (("--time", "time", "--positive", "1"), "--positive: must be left out for a forecast"),
        (("--time", "time", "--columns", "a,b,c,d"), "--with and --columns: must be left out"),
    ],
)
def test_what_means_nothing_for_a_forecast_is_refused(
    checkout: Path, hours: Path, more: tuple[str, ...], told: str
) -> None:
    assert told in new_forecast(checkout, hours, *more).is_refusal(2)


def test_hours_mean_nothing_for_rows(checkout: Path, data: Path) -> None:
    refused = new(checkout, data, "--time", "size").is_refusal(2)
    assert "--time: must be left out for rows, got size" in refused
