"""The steps of a forecast: cut by time, same bytes on a rerun, refusals before it is trained."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.forecasting.forecaster import read_forecaster
from pipelines.models.description import read_description
from pipelines.models.simulation import simulated_demand
from pipelines.steps import evaluate, prepare, train
from pipelines.steps.train_forecast import stride, train_forecast
from tests.pipelines.forecast_models import DESCRIPTION, QUICK, Built, build, described


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Run the three steps on simulated hours."""
    return build(tmp_path_factory.mktemp("forecast"))


def test_the_commands_of_the_jobs_make_the_same_bytes(built: Built, tmp_path: Path) -> None:
    environment = {**os.environ, "ML_ROOT": str(tmp_path)}
    description = ["--description", str(built.csv.parent / "demand.yaml")]
    inputs = tmp_path / "processing/input"
    (inputs / "raw").mkdir(parents=True)
    (inputs / "raw" / "demand.csv").write_bytes(built.csv.read_bytes())
    assert prepare.main(["--model", "demand", *description], environment) == 0
    for part in ("train", "validation"):
        folder = tmp_path / "input/data" / part
        folder.mkdir(parents=True)
        made = tmp_path / "processing/output" / part / f"{part}.csv"
        (folder / made.name).write_bytes(made.read_bytes())
    assert train.main(description, environment) == 0
    archive = inputs / "model" / "model.tar.gz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "model", ".")
    holdout = inputs / "holdout" / "holdout.csv"
    holdout.parent.mkdir()
    holdout.write_bytes((tmp_path / "processing/output/holdout/holdout.csv").read_bytes())
    assert evaluate.main(["--model", "demand", *description], environment) == 0
    evaluation = tmp_path / "processing/output/evaluation"
    for name in ("evaluation.json", "explainability.json", "predictions.csv", "holdout.csv"):
        assert (evaluation / name).read_bytes() == (built.evaluation / name).read_bytes(), name
    assert {path.name for path in evaluation.iterdir()} == {
        path.name for path in built.evaluation.iterdir()
    }
    for name in ("model.json", "forecaster.json"):
        assert (tmp_path / "model" / name).read_bytes() == (built.folder / name).read_bytes()


def test_a_gap_is_refused_by_the_first_job_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = simulated_demand(500, 0).splitlines(keepends=True)
    (tmp_path / "gap.csv").write_text("".join(lines[:200] + lines[201:]), "utf-8")
    arguments = ["--model", "demand", "--description", str(described(tmp_path))]
    arguments += ["--input", str(tmp_path / "gap.csv"), "--output", str(tmp_path / "out")]
    (tmp_path / "output").mkdir()
    assert prepare.main(arguments, {"ML_ROOT": str(tmp_path)}) == 1
    said = (tmp_path / "output" / "message").read_text("utf-8")
    assert "gap.csv line 201, column time: must be 2025-01-09T07:00:00Z" in said
    assert said.strip() == capsys.readouterr().err.strip()


def test_too_short_a_series_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="must have hours for 7 forecasts held out"):
        build(tmp_path, hours=300)


def test_a_series_that_repeats_itself_exactly_has_no_unit(tmp_path: Path) -> None:
    model = read_description(described(tmp_path))
    lines = simulated_demand(1500, 0).splitlines()
    flat = [lines[0], *(f"{line.rpartition(',')[0]},5" for line in lines[1:])]
    raw = tmp_path / "flat.csv"
    raw.write_text("\n".join(flat) + "\n", "utf-8")
    prepare.prepare(model, raw, tmp_path / "prepared")
    hours, judge = (
        tmp_path / "prepared" / part / f"{part}.csv" for part in ("train", "validation")
    )
    with pytest.raises(InvalidInput, match="must differ from what it was 24 hours before"):
        train_forecast(model, hours, judge, tmp_path / "model")


def test_an_archive_of_another_description_is_refused(built: Built, tmp_path: Path) -> None:
    other = read_description(described(tmp_path, QUICK.replace("horizon: 6", "horizon: 5")))
    with pytest.raises(InvalidInput, match="must be trained for the description of model demand"):
        read_forecaster(built.folder, other)
    (tmp_path / "model.json").write_bytes((built.folder / "model.json").read_bytes())
    with pytest.raises(InvalidInput, match=r"forecaster\.json"):
        read_forecaster(tmp_path, built.model)
    document = json.loads((built.folder / "forecaster.json").read_bytes())
    (tmp_path / "forecaster.json").write_text(json.dumps({**document, "linear": [[1], []]}))
    with pytest.raises(InvalidInput, match="must hold a forecast of this platform"):
        read_forecaster(tmp_path, built.model)


@pytest.mark.parametrize(("hours", "expected"), [(100, 1), (11_000, 5), (17_520, 11)])
def test_origins_to_train_on_are_of_every_hour_of_the_day(
    tmp_path: Path, hours: int, expected: int
) -> None:
    series = read_description(described(tmp_path, DESCRIPTION)).series
    assert series is not None
    apart = stride(series, hours)
    assert apart == expected
    assert len({origin % 24 for origin in range(0, 24 * apart, apart)}) == 24
