"""A description that asks for tuning gets it where its threshold is missed, and as protected."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.definitions.binder import bind
from pipelines.definitions.shapes import check_shapes, steps_of
from tests.pipelines.definitions.compiling import compile_into, strings, values_for
from tests.pipelines.tabular_models import KINDS, describe_kind

pytestmark = [pytest.mark.authoring, pytest.mark.slow]

_TUNING = """\
tuning:
  max_jobs: 8
  parallel_jobs: 2
  strategy: {strategy}
  ranges:
    learning_rate: {{ min: 0.01, max: 0.5, scaling: logarithmic }}
    rounds: {{ min: 20, max: 120 }}
"""
_KEPT = "training: { instance_type: ml.m5.large }"
_SPOT = "training: { instance_type: ml.m5.large, spot: { max_wait_minutes: 90 } }"
_STRATEGIES = {"binary": "bayesian", "multiclass": "random", "regression": "hyperband"}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The definition of a model of each kind, each with another strategy."""
    models, out = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("out")
    for kind in KINDS:
        path = describe_kind(kind, models)
        section = _TUNING.format(strategy=_STRATEGIES[kind])
        text = path.read_text("utf-8")
        assert _KEPT in text
        text = text.replace(_KEPT, _SPOT) if kind == "regression" else text
        path.write_text(text + section, "utf-8")
    compiled = compile_into(out, "--models", str(models))
    return {kind: json.loads(compiled[f"fruit-{kind}.json"]) for kind in KINDS}


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of model."""
    return str(request.param)


@pytest.fixture
def steps(definitions: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """The steps of its definition by name."""
    return {step["Name"]: dict(step) for step in steps_of(definitions[kind])}


def test_a_bound_definition_is_what_the_api_takes(
    definitions: dict[str, dict[str, Any]], kind: str
) -> None:
    definition = definitions[kind]
    bound = bind(definition, values_for(definition), kind)
    check_shapes(bound, kind)
    assert not [text for text in strings(bound) if "contract:" in text or "build:" in text]


def test_a_missed_threshold_leads_to_tuning_and_a_second_one_to_the_end(
    definitions: dict[str, dict[str, Any]], kind: str
) -> None:
    first, second = definitions[kind]["Steps"][-2:]
    branches = {
        step["Name"]: tuple(
            [one["Name"] for one in step["Arguments"][branch]]
            for branch in ("IfSteps", "ElseSteps")
        )
        for step in (first, second)
    }
    assert branches == {
        "CheckThreshold": (["Register"], ["Tune", "EvaluateTuned"]),
        "CheckTunedThreshold": (["RegisterTuned"], ["BelowThreshold"]),
    }
    comparisons = [step["Arguments"]["Conditions"] for step in (first, second)]
    assert [one[0]["Type"] for one in comparisons] == [
        "LessThanOrEqualTo" if kind == "regression" else "GreaterThanOrEqualTo"
    ] * 2
    read = [one[0]["LeftValue"]["Std:JsonGet"]["PropertyFile"]["Get"] for one in comparisons]
    assert read == [
        f"Steps.{name}.PropertyFiles.evaluation" for name in ("Evaluate", "EvaluateTuned")
    ]


def test_no_condition_is_nested_because_sagemaker_nests_none(
    definitions: dict[str, dict[str, Any]], kind: str
) -> None:
    for step in definitions[kind]["Steps"]:
        branches = step["Arguments"].get("IfSteps", []) + step["Arguments"].get("ElseSteps", [])
        assert not [one for one in branches if one["Type"] == "Condition"]


def test_a_search_is_as_protected_as_the_training_that_it_repeats(
    steps: dict[str, dict[str, Any]],
) -> None:
    train, searched = steps["Train"]["Arguments"], steps["Tune"]["Arguments"]
    trial = searched["TrainingJobDefinition"]
    same = (
        *("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "VpcConfig"),
        *("ResourceConfig", "StoppingCondition"),
    )
    assert {name: trial[name] for name in same} == {name: train[name] for name in same}
    read = [[channel["DataSource"] for channel in job["InputDataConfig"]] for job in (trial, train)]
    assert read[0] == read[1]
    assert trial["EnableNetworkIsolation"] is True
    assert trial["EnableInterContainerTrafficEncryption"] is True
    assert trial["ResourceConfig"]["VolumeKmsKeyId"] == "contract:keys/models-arn"
    assert trial["OutputDataConfig"]["KmsKeyId"] == "contract:keys/models-arn"
    assert trial["RoleArn"] == "contract:roles/tuning-arn"
    assert trial["AlgorithmSpecification"]["TrainingImage"] == "build:image-uri"


def test_a_search_looks_at_validation_rows_and_never_at_those_held_out(
    steps: dict[str, dict[str, Any]], kind: str
) -> None:
    config = steps["Tune"]["Arguments"]["HyperParameterTuningJobConfig"]
    trial = steps["Tune"]["Arguments"]["TrainingJobDefinition"]
    metric, aim = {
        "binary": ("validation:logloss", "Minimize"),
        "multiclass": ("validation:mlogloss", "Minimize"),
        "regression": ("validation:rmse", "Minimize"),
    }[kind]
    assert config["HyperParameterTuningJobObjective"] == {"MetricName": metric, "Type": aim}
    (definition,) = trial["AlgorithmSpecification"]["MetricDefinitions"]
    assert definition["Name"] == metric
    assert [channel["ChannelName"] for channel in trial["InputDataConfig"]] == [
        "train",
        "validation",
    ]
    assert not [text for text in strings(trial) if "holdout" in text]


def test_the_description_says_how_far_a_search_goes(
    steps: dict[str, dict[str, Any]], kind: str
) -> None:
    arguments = steps["Tune"]["Arguments"]
    config = arguments["HyperParameterTuningJobConfig"]
    assert config["Strategy"] == _STRATEGIES[kind].capitalize()
    assert config["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": 8,
        "MaxParallelTrainingJobs": 2,
    }
    assert config["RandomSeed"] == 7
    assert config["TrainingJobEarlyStoppingType"] == "Off"
    ranges = config["ParameterRanges"]
    (rate,), (rounds,) = ranges["ContinuousParameterRanges"], ranges["IntegerParameterRanges"]
    assert rate == {
        "Name": "learning_rate",
        "MinValue": "0.01",
        "MaxValue": "0.5",
        "ScalingType": "Logarithmic",
    }
    assert (rounds["Name"], rounds["MinValue"], rounds["MaxValue"]) == ("rounds", "20", "120")
    static = arguments["TrainingJobDefinition"]["StaticHyperParameters"]
    assert static["max_depth"] == "3"
    assert not {"learning_rate", "rounds"} & set(static)
    rationed = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig")
    wanted = {"MinResource": 20, "MaxResource": 120} if kind == "regression" else None
    assert rationed == wanted


def test_the_tuned_model_is_registered_with_its_own_numbers(
    steps: dict[str, dict[str, Any]],
) -> None:
    package, lineage = (
        steps["RegisterTuned"]["Arguments"],
        steps["RegisterTuned"]["Arguments"]["CustomerMetadataProperties"],
    )
    usual = steps["Register"]["Arguments"]["CustomerMetadataProperties"]
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    own = json.dumps({name: lineage[name] for name in ("evaluation_uri", "metric_value")})
    assert "EvaluateTuned" in own
    assert "Steps.Evaluate." not in own
    report = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert report == lineage["evaluation_uri"] != usual["evaluation_uri"]
    measured = steps["EvaluateTuned"]["Arguments"]["ProcessingInputs"][0]["S3Input"]["S3Uri"]
    (container,) = package["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == measured
    assert measured["Std:Join"]["Values"][2] == {
        "Get": "Steps.Tune.BestTrainingJob.TrainingJobName"
    }
    assert set(lineage) - set(usual) == {
        *("metric_value_before_tuning", "training_job", "tuning_job"),
        *("tuned_learning_rate", "tuned_rounds"),
    }
    assert set(usual) < set(lineage)


def test_who_is_refused_after_tuning_is_told_both_numbers(
    steps: dict[str, dict[str, Any]],
) -> None:
    parts = steps["BelowThreshold"]["Arguments"]["ErrorMessage"]["Std:Join"]["Values"]
    numbers = [
        part["Std:JsonGet"]["PropertyFile"]["Get"] for part in parts if "Std:JsonGet" in part
    ]
    assert numbers == [
        "Steps.Evaluate.PropertyFiles.evaluation",
        "Steps.EvaluateTuned.PropertyFiles.evaluation",
    ]
    assert {"Get": "Parameters.Threshold"} in parts


def test_spot_instances_are_asked_for_where_the_description_says_so(
    steps: dict[str, dict[str, Any]], kind: str
) -> None:
    train = steps["Train"]["Arguments"]
    trial = steps["Tune"]["Arguments"]["TrainingJobDefinition"]
    spot = kind == "regression"
    for job in (train, trial):
        assert job.get("EnableManagedSpotTraining", False) is spot
        assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600} | (
            {"MaxWaitTimeInSeconds": 5400} if spot else {}
        )
    assert ("CheckpointConfig" in train) is spot


def test_progress_is_kept_where_the_execution_writes_and_not_shared_by_a_search(
    steps: dict[str, dict[str, Any]], kind: str
) -> None:
    assert "CheckpointConfig" not in steps["Tune"]["Arguments"]["TrainingJobDefinition"]
    if kind == "regression":
        kept = steps["Train"]["Arguments"]["CheckpointConfig"]["S3Uri"]["Std:Join"]["Values"]
        written = steps["Train"]["Arguments"]["OutputDataConfig"]["S3OutputPath"]
        assert kept == [*written["Std:Join"]["Values"], "checkpoints"]
