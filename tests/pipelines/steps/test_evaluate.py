"""Evaluation judges a model by rows that it has not seen, in the registry's own layout."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import InvalidInput
from pipelines.models.description import describe
from pipelines.models.kinds import METRICS, Kind
from pipelines.models.sample import write_sample
from pipelines.steps.evaluate import evaluate, main
from tests.pipelines.tabular_models import Built, build, describe_kind


def value(report: dict[str, Any], path: str) -> float:
    found: Any = report
    for part in path.split("."):
        found = found[part]
    return float(found)


def report_of(built: Built) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((built.evaluation / "evaluation.json").read_text("utf-8"))
    return document


def test_every_metric_that_can_decide_is_there(built: Built) -> None:
    report = report_of(built)
    group = built.model.kind.metrics_group
    assert list(report) == [group]
    for name in METRICS[built.model.kind]:
        assert set(report[group][name]) == {"value", "standard_deviation"}
        assert report[group][name]["standard_deviation"] == "NaN"


def test_the_model_has_learned_something(built: Built) -> None:
    report = report_of(built)
    least = {
        Kind.BINARY: ("binary_classification_metrics.auc.value", 0.9),
        Kind.MULTICLASS: ("multiclass_classification_metrics.accuracy.value", 0.6),
        Kind.REGRESSION: ("regression_metrics.r2.value", 0.8),
    }
    path, bound = least[built.model.kind]
    assert value(report, path) > bound
    assert isinstance(value(report, built.model.metric_path), float)


def test_predictions_and_held_out_rows_are_kept_as_evidence(built: Built) -> None:
    holdout = (built.prepared / "holdout/holdout.csv").read_bytes()
    assert (built.evaluation / "holdout.csv").read_bytes() == holdout
    predictions = (built.evaluation / "predictions.csv").read_text("utf-8").splitlines()
    assert len(predictions) == len(holdout.splitlines())


def test_an_unpacked_model_is_judged_like_its_archive(built: Built, tmp_path: Path) -> None:
    evaluate(built.model, built.folder, built.evaluation / "holdout.csv", tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (built.evaluation / path.name).read_bytes()


def test_a_model_of_another_description_is_refused(built: Built, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(built.folder, other)
    signature = json.loads((other / "signature.json").read_text("utf-8"))
    (other / "signature.json").write_text(json.dumps({**signature, "model": "other"}), "utf-8")
    with pytest.raises(InvalidInput, match="got the signature of other"):
        evaluate(built.model, other, built.evaluation / "holdout.csv", tmp_path / "out")


@pytest.mark.parametrize("damage", ["no archive", "not gzip", "cut short", "no model", "no json"])
def test_a_damaged_archive_is_one_sentence(
    built: Built, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "model.tar.gz"
    match damage:
        case "not gzip":
            archive.write_bytes(b"no archive at all")
        case "cut short":
            archive.write_bytes(built.archive.read_bytes()[:200])
        case "no model" | "no json":
            folder = tmp_path / "model"
            shutil.copytree(built.folder, folder)
            (folder / "model.json").write_text("{", "utf-8")
            if damage == "no model":
                (folder / "model.json").unlink()
            with tarfile.open(archive, "w:gz") as tar:
                tar.add(folder, ".")
    description = describe_kind(built.model.kind.value, tmp_path)
    (tmp_path / "output").mkdir()
    code = main(
        [
            *("--model", built.model.name, "--description", str(description)),
            *("--archive", str(archive), "--holdout", str(built.evaluation / "holdout.csv")),
        ],
        {"ML_ROOT": str(tmp_path)},
    )
    message = (tmp_path / "output/message").read_text("utf-8")
    assert code == 1
    assert len(message.splitlines()) == 1
    assert "model.tar.gz: must " in message
    assert capsys.readouterr().err.strip() == message


def test_the_demo_model_reaches_its_own_threshold(tmp_path: Path) -> None:
    model = describe("breast-cancer")
    built = build(model, write_sample("breast-cancer", tmp_path / "raw.csv"), tmp_path)
    assert value(report_of(built), model.metric_path) >= model.metric.threshold
