"""From somebody's own CSV to an answer in production: a regression, and fraud in two files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import laid_out, release
from tests.journeys.stage import ROOT, Stage
from tests.journeys.story import Story, table
from tests.scripts.command_line import CommandLine, copied_checkout
from tests.scripts.own_data.sheets import ABALONE, DATA

pytestmark = [
    pytest.mark.journey,
    pytest.mark.long,
    pytest.mark.skipif(not DATA.is_dir(), reason="the data do not lie beside the checkout"),
]
AUTHORING = ROOT / ".venv-authoring" / "bin" / "python"
FRAUD = "insurance-fraud"


class OwnData(Story):
    """What people do with a model of their own."""

    def __init__(self, stage: Stage, model: str, data: Path) -> None:
        super().__init__(stage, model)
        self._data = data

    def data(self) -> Path:
        """Give the CSV that `gatehouse model new` left or took."""
        return self._data


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, OwnData]]:
    """Three accounts on a twin for the models that were described from CSVs alone."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    data = tmp_path_factory.mktemp("data")
    gatehouse = CommandLine(data / "state", root)
    described = {
        name: gatehouse("model", "new", name, *arguments, "--json").out
        for name, arguments in _requests(data).items()
    }
    done = subprocess.run(
        [str(AUTHORING), "-m", "pipelines.definitions.compile"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for story in laid_out(Stage(tmp_path_factory.mktemp("stage"), root)):
        yield {
            name: OwnData(story.stage, name, Path(json.loads(told)["data"]))
            for name, told in described.items()
        }


def _requests(folder: Path) -> dict[str, tuple[str, ...]]:
    """Say what is asked about each model, on copies of the data."""
    for file in DATA.glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    claims, customers = (folder / f"insurance-{name}.csv" for name in ("claims", "customers"))
    return {
        "abalone": (
            *("--data", str(folder / "abalone.csv"), "--columns", ABALONE, "--target", "rings"),
        ),
        FRAUD: (
            *("--data", str(claims), "--with", str(customers), "--on", "policy_id"),
            *("--target", "fraud"),
        ),
    }


@pytest.fixture(scope="module", params=["abalone", FRAUD])
def released(own: dict[str, OwnData], request: pytest.FixtureRequest) -> tuple[OwnData, int]:
    """A version of each model that went the whole way to production."""
    story = own[request.param]
    return story, release(story)


def test_production_answers_as_the_trained_model_did_on_the_same_rows(
    released: tuple[OwnData, int],
) -> None:
    story, version = released
    promotion = story.promotion_of(version)
    assert promotion is not None
    told = story.show(promotion["execution"])["release"]
    holdout = story.read(told["holdout"]["uri"]).decode().splitlines()
    own = table(story.read(told["predictions"]["uri"]).decode())
    # No longer than a request of the platform's own test.
    asked = "\n".join(line.rpartition(",")[0] for line in holdout[:501]) + "\n"
    answered = table(story.ask("production", asked.encode(), "text/csv; header=present").decode())
    assert len(answered) == 500
    assert answered == own[:500]


def test_the_version_was_judged_by_the_metric_that_was_proposed(
    released: tuple[OwnData, int],
) -> None:
    story, version = released
    shown = story.stage.gatehouse(
        *("model", "show", story.model, "--version", str(version), "--as", "lena", "--json")
    ).json()
    found = float(shown["metric_value"])
    if story.model == FRAUD:
        assert shown["metric"] == "average_precision"
        assert 2 * 0.0328 <= float(shown["threshold"]) <= found
    else:
        assert shown["metric"] == "rmse"
        assert found <= float(shown["threshold"]) < 3.22


def test_production_answers_rows_with_gaps_and_with_categories_it_never_saw(
    released: tuple[OwnData, int],
) -> None:
    story, _ = released
    column = "sex" if story.model == "abalone" else "policy_state"
    header, row, *_ = story.data().read_text("utf-8").splitlines()
    ignored = {"policy_id", "fraud", "rings"}
    known = {
        name: cell
        for name, cell in zip(header.split(","), row.split(","), strict=True)
        if name not in ignored
    }
    rows = [known, known | {column: ""}, known | {column: "elsewhere"}, dict.fromkeys(known, "")]
    body = "\n".join([",".join(known), *(",".join(one.values()) for one in rows)]) + "\n"
    answered = table(story.ask("production", body.encode(), "text/csv; header=present").decode())
    assert len(answered) == 4
    assert all(one["prediction"] for one in answered)


def test_bad_data_are_refused_before_a_job_starts(
    released: tuple[OwnData, int], tmp_path: Path
) -> None:
    story, _ = released
    before = _runs(story)
    lines = story.data().read_text("utf-8").splitlines(keepends=True)
    bad = tmp_path / "bad.csv"
    bad.write_text("".join([*lines[:99], lines[99].replace(",", ",n/a,", 1)]), "utf-8")
    refused = story.stage.gatehouse(
        *("pipeline", "start", story.model, "--data", str(bad), "--as", "sofia"),
        inside="data-science",
        code=2,
    )
    assert "bad.csv line 100: must have " in refused.err
    assert _runs(story) == before


def _runs(story: OwnData) -> list[str]:
    listed = story.stage.gatehouse(
        "pipeline", "status", story.model, "--as", "sofia", "--json"
    ).json()
    return [found["run"] for found in listed]
