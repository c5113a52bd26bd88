"""A forecast is built by the same pipeline: same protection, registered to wait for a person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.definitions.binder import bind
from pipelines.definitions.shapes import check_shapes, steps_of
from tests.pipelines.definitions.compiling import compile_into, values_for
from tests.pipelines.forecast_models import DESCRIPTION, described

pytestmark = [pytest.mark.authoring, pytest.mark.slow]


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The compiled definition of a forecast; compiling twice gives the same bytes."""
    models = tmp_path_factory.mktemp("models")
    described(models, DESCRIPTION)
    first = compile_into(tmp_path_factory.mktemp("out"), "--models", str(models))
    again = compile_into(tmp_path_factory.mktemp("again"), "--models", str(models))
    assert first == again
    document: dict[str, Any] = json.loads(first["demand.json"])
    return document


@pytest.fixture(scope="module")
def steps(definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Its steps by name."""
    return {step["Name"]: dict(step) for step in steps_of(definition)}


def test_a_bound_definition_is_what_the_api_takes(definition: dict[str, Any]) -> None:
    check_shapes(bind(definition, values_for(definition), "demand"), "demand")


def test_its_jobs_are_isolated_in_the_network_and_under_keys(
    steps: dict[str, dict[str, Any]],
) -> None:
    for name in ("Prepare", "Evaluate"):
        network = steps[name]["Arguments"]["NetworkConfig"]
        assert network["EnableNetworkIsolation"] is True
        assert network["EnableInterContainerTrafficEncryption"] is True
    assert steps["Train"]["Arguments"]["EnableNetworkIsolation"] is True


def test_an_error_above_the_threshold_fails_and_names_the_baseline(
    steps: dict[str, dict[str, Any]],
) -> None:
    (condition,) = steps["CheckThreshold"]["Arguments"]["Conditions"]
    assert condition["Type"] == "LessThanOrEqualTo"
    assert condition["LeftValue"]["Std:JsonGet"]["Path"] == "regression_metrics.relative_mae.value"
    reason = steps["BelowThreshold"]["Arguments"]["ErrorMessage"]["Std:Join"]["Values"]
    assert "model demand: relative_mae must be at most" in reason
    assert reason[-2] == "of the mae of the best baseline,"
    assert reason[-1]["Std:JsonGet"]["Path"] == "baselines.best.mae"


def test_a_version_waits_for_a_person_with_its_errors(steps: dict[str, dict[str, Any]]) -> None:
    arguments = steps["Register"]["Arguments"]
    assert arguments["ModelApprovalStatus"] == "PendingManualApproval"
    assert arguments["Task"] == "OTHER"
    told = {name for name, report in arguments["ModelMetrics"].items() if report}
    assert told == {"ModelQuality", "Explainability"}
    assert arguments["CustomerMetadataProperties"]["metric"] == "relative_mae"


def test_what_makes_the_forecasts_is_told_in_place_of_an_endpoint_s_machines(
    steps: dict[str, dict[str, Any]],
) -> None:
    specification = steps["Register"]["Arguments"]["InferenceSpecification"]
    assert specification["SupportedRealtimeInferenceInstanceTypes"] == ["ml.m5.large"]
