"""From a CSV to an answer without AWS: drafted, prepared, trained, evaluated, served."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.models.description import read_description
from pipelines.serving.app import build_app
from pipelines.serving.model import read_archive
from scripts.own_data.draft import Draft, Request, draft
from scripts.own_data.join import join
from scripts.own_data.sheet import Sheet, read_sheet
from tests.pipelines.serving.asgi_client import AsgiClient
from tests.pipelines.tabular_models import Built, build
from tests.scripts.own_data.sheets import ABALONE, DATA, good, sheet_of

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the data do not lie beside the checkout")
ASKED = {"content-type": "text/csv", "accept": "text/csv; header=present"}


@dataclass(frozen=True)
class Made:
    """A draft, and what the steps made of it."""

    draft: Draft
    built: Built

    @property
    def value(self) -> float:
        """The deciding number of the evaluation."""
        found = json.loads((self.built.evaluation / "evaluation.json").read_text("utf-8"))
        for part in self.built.model.metric_path.split("."):
            found = found[part]
        return float(found)

    def ask(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """Serve the archive and ask about rows."""
        body = io.StringIO()
        writer = csv.DictWriter(body, self.built.model.features)
        writer.writeheader()
        writer.writerows(rows)
        client = AsgiClient(build_app(read_archive(self.built.archive)))
        answer = client.post("/invocations", content=body.getvalue(), headers=ASKED)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.text)))


def made(sheet: Sheet, request: Request, folder: Path) -> Made:
    """Draft a model and run the three steps on the very data that were drafted from."""
    drafted = draft(sheet, request)
    description, data = folder / f"{request.name}.yaml", folder / f"{request.name}.csv"
    description.write_text(drafted.text, "utf-8")
    data.write_text(sheet.text(), "utf-8", newline="")
    return Made(drafted, build(read_description(description), data, folder))


def answers_like_the_evaluation(found: Made) -> None:
    """Check that an endpoint says of the held-out rows what the evaluation recorded."""
    with (found.built.evaluation / "holdout.csv").open(encoding="utf-8", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    for row in rows:
        row.pop(found.built.model.target)
    with (found.built.evaluation / "predictions.csv").open(encoding="utf-8", newline="") as file:
        assert found.ask(rows) == list(csv.DictReader(file))


def answers_about_anything(found: Made) -> None:
    """Check that gaps and categories that training never saw are answered, not refused."""
    model = found.built.model
    empty = dict.fromkeys(model.features, "")
    strange = empty | dict.fromkeys(model.categorical, "never seen")
    answered = found.ask([empty, strange])
    assert [set(one) for one in answered] == [set(answered[0])] * 2


def test_a_small_model_goes_all_the_way(tmp_path: Path) -> None:
    found = made(sheet_of(tmp_path, good(400)), Request("fruits", "ripe"), tmp_path)
    assert found.value > found.draft.proposal.threshold
    answers_like_the_evaluation(found)
    answers_about_anything(found)


@needs_data
def test_abalone_is_a_regression_that_beats_its_threshold(tmp_path: Path) -> None:
    sheet = read_sheet(DATA / "abalone.csv", ABALONE.split(","))
    found = made(sheet, Request("abalone", "rings"), tmp_path)
    assert found.draft.target.kind.value == "regression"
    assert found.built.model.categorical == ("sex",)
    assert found.draft.warnings == ()
    assert found.value < found.draft.proposal.threshold < found.draft.proposal.guess
    answers_like_the_evaluation(found)
    answers_about_anything(found)


@needs_data
def test_abalone_in_three_ages_is_a_model_of_several_classes(tmp_path: Path) -> None:
    lines = (DATA / "abalone.csv").read_text("utf-8").splitlines()
    rows = [ABALONE.replace("rings", "age")]
    for line in lines:
        first, _, rings = line.rpartition(",")
        age = "young" if int(rings) < 9 else "grown" if int(rings) < 11 else "old"
        rows.append(f"{first},{age}")
    sheet = sheet_of(tmp_path, "\n".join(rows) + "\n")
    found = made(sheet, Request("abalone-age", "age"), tmp_path)
    assert found.draft.target.classes == ("grown", "old", "young")
    assert found.draft.proposal.metric == "accuracy"
    assert found.value > found.draft.proposal.threshold > found.draft.proposal.guess
    answers_like_the_evaluation(found)
    answers_about_anything(found)


@needs_data
def test_fraud_in_two_files_is_judged_by_what_means_something(tmp_path: Path) -> None:
    files = [read_sheet(DATA / f"insurance-{name}.csv") for name in ("claims", "customers")]
    joined = join(files[0], files[1], "policy_id")
    found = made(joined.sheet, Request("fraud", "fraud", key="policy_id"), tmp_path)
    assert found.draft.proposal.metric == "average_precision"
    assert "policy_id" in found.built.model.ignored
    assert found.draft.target.counts == {"0": 4836, "1": 164}
    assert found.value > found.draft.proposal.threshold > found.draft.proposal.guess
    assert len(found.built.model.features) == 28
    answers_like_the_evaluation(found)
    answers_about_anything(found)
