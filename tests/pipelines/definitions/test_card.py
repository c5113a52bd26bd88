"""The card of a version is valid JSON of the published schema, and tells what its run found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipelines.definitions.shapes import steps_of
from pipelines.models.description import MODELS, describe

NAMES = sorted(path.stem for path in MODELS.glob("*.yaml"))
# Made from sagemaker.core.shapes.model_card_shapes.ModelCardContent of the SDK, with every object
# closed: its page is model-registry-details.html#model-card-schema.
SCHEMA = json.loads(Path(__file__).with_name("model_card.schema.json").read_text("utf-8"))
COMPILED = MODELS.parent / "definitions" / "compiled"
_TOLD = {
    "Parameters.Threshold": "0.95",
    "Parameters.LearningRate": "0.05",
    "Parameters.MaxDepth": "4",
    "Execution.PipelineExecutionArn": "arn:aws:sagemaker:eu-west-1:1:pipeline/p/execution/e",
    "Steps.Train.ModelArtifacts.S3ModelArtifacts": "s3://models/model.tar.gz",
}


def _register(name: str) -> dict[str, Any]:
    definition = json.loads((COMPILED / f"{name}.json").read_text("utf-8"))
    return next(dict(one["Arguments"]) for one in steps_of(definition) if one["Name"] == "Register")


def _resolved(value: Any) -> str:
    """Fill in what a run would; a number becomes its text, as Std:Join makes it."""
    if isinstance(value, str):
        return value
    if "Std:Join" in value:
        join = value["Std:Join"]
        return str(join["On"]).join(_resolved(one) for one in join["Values"])
    if "Std:JsonGet" in value:
        return "f00d" if value["Std:JsonGet"]["Path"] == "sha256" else "0.987"
    return _TOLD.get(value["Get"], f"s3://bucket/{len(value['Get'])}")


def _card(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_resolved(_register(name)["ModelCard"]["ModelCardContent"]))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_card_follows_the_published_schema(name: str) -> None:
    Draft202012Validator(SCHEMA).validate(_card(name))
    assert set(_card(name)["model_overview"]) == {"model_artifact", "model_creator"}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_tells_what_the_run_measured_and_chose(name: str) -> None:
    card, model = _card(name), describe(name)
    [evaluation] = card["evaluation_details"]
    measured, threshold = evaluation["metric_groups"][0]["metric_data"]
    assert (measured["name"], measured["value"]) == (model.metric.name, 0.987)
    assert threshold["value"] == 0.95
    told = card["training_details"]["training_job_details"]["user_provided_hyper_parameters"]
    values = {one["name"]: one["value"] for one in told}
    assert (values["learning_rate"], values["max_depth"]) == ("0.05", "4")
    assert values["rounds"] == str(model.hyperparameters.rounds)
    assert card["additional_information"]["custom_details"]["data sha256"] == "f00d"


@pytest.mark.parametrize("name", NAMES)
def test_a_card_waits_for_review_and_approves_nothing(name: str) -> None:
    assert _register(name)["ModelCard"]["ModelCardStatus"] == "PendingReview"
    assert _register(name)["ModelApprovalStatus"] == "PendingManualApproval"


@pytest.mark.parametrize("name", NAMES)
def test_no_text_that_the_starter_writes_goes_into_a_card(name: str) -> None:
    written = json.dumps(_register(name)["ModelCard"])
    for parameter in ("InputDataUri", "InputDataSha256", "InputDataVersion"):
        assert f"Parameters.{parameter}" not in written


@pytest.mark.parametrize("name", NAMES)
def test_a_version_names_what_later_data_are_compared_with(name: str) -> None:
    quality = _register(name)["DriftCheckBaselines"]["ModelDataQuality"]
    for kind, file in (("Statistics", "statistics.json"), ("Constraints", "constraints.json")):
        folder, found = quality[kind]["S3Uri"]["Std:Join"]["Values"]
        assert folder["Get"].startswith("Steps.Prepare.")
        assert found == file
