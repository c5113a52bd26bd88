"""What is committed is what the account will run: fresh, valid, and as secure as promised.

All is judged on the JSON; the objects that it was made from are not asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.definitions.binder import bind
from pipelines.definitions.shapes import check_shapes, is_variable, steps_of
from pipelines.models.description import MODELS, describe
from tests.pipelines.definitions.compiling import compile_into, strings, values_for
from tests.pipelines.tabular_models import KINDS, describe_kind

ROOT = Path(__file__).parents[3]
COMPILED = ROOT / "pipelines" / "definitions" / "compiled"
NAMES = sorted(path.stem for path in MODELS.glob("*.yaml"))
JOBS = ("Processing", "Training")


def definition_of(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((COMPILED / f"{name}.json").read_text("utf-8"))
    return document


def steps_by_name(name: str) -> dict[str, dict[str, Any]]:
    return {step["Name"]: dict(step) for step in steps_of(definition_of(name))}


@pytest.mark.authoring
@pytest.mark.slow
def test_a_fresh_compile_equals_the_committed_definitions(tmp_path: Path) -> None:
    committed = {
        path.relative_to(COMPILED).as_posix(): path.read_bytes()
        for path in COMPILED.rglob("*.json")
    }
    assert compile_into(tmp_path) == committed


@pytest.mark.authoring
@pytest.mark.slow
def test_models_of_every_kind_compile_to_what_the_api_takes(tmp_path: Path) -> None:
    models, out = tmp_path / "models", tmp_path / "out"
    for folder in (models, out):
        folder.mkdir()
    for kind in KINDS:
        describe_kind(kind, models)
    comparisons = {}
    for name, content in compile_into(out, "--models", str(models)).items():
        definition = json.loads(content)
        check_shapes(bind(definition, values_for(definition), name), name)
        if name.startswith("trial/"):
            continue
        condition = definition["Steps"][-1]["Arguments"]["Conditions"][0]
        comparisons[name] = (condition["Type"], condition["LeftValue"]["Std:JsonGet"]["Path"])
    assert comparisons == {
        "fruit-binary.json": ("GreaterThanOrEqualTo", "binary_classification_metrics.auc.value"),
        "fruit-multiclass.json": (
            "GreaterThanOrEqualTo",
            "multiclass_classification_metrics.accuracy.value",
        ),
        # An error must not be more than its threshold.
        "fruit-regression.json": ("LessThanOrEqualTo", "regression_metrics.rmse.value"),
    }


def test_every_described_model_has_a_definition_and_nothing_else_has() -> None:
    for folder in (COMPILED, COMPILED / "trial"):
        assert sorted(path.stem for path in folder.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_bound_definition_is_what_the_api_takes(name: str) -> None:
    definition = definition_of(name)
    bound = bind(definition, values_for(definition), name)
    check_shapes(bound, name)
    assert not [text for text in strings(bound) if "contract:" in text or "build:" in text]


@pytest.mark.parametrize("name", NAMES)
def test_every_job_runs_isolated_in_the_network_under_customer_keys(name: str) -> None:
    jobs = [step for step in steps_by_name(name).values() if step["Type"] in JOBS]
    assert [job["Name"] for job in jobs] == ["Prepare", "Train", "Evaluate"]
    for job in jobs:
        arguments = job["Arguments"]
        network = arguments.get("NetworkConfig", arguments)
        assert network["EnableNetworkIsolation"] is True
        assert network["EnableInterContainerTrafficEncryption"] is True
        assert network["VpcConfig"] == {
            "SecurityGroupIds": ["contract:network/workload-security-group-ids"],
            "Subnets": ["contract:network/subnet-ids"],
        }
        cluster = arguments.get("ProcessingResources", {}).get("ClusterConfig")
        resources = cluster or arguments["ResourceConfig"]
        assert resources["VolumeKmsKeyId"] in ("contract:keys/data-arn", "contract:keys/models-arn")


@pytest.mark.parametrize("name", NAMES)
def test_each_output_lies_in_a_bucket_under_the_key_of_that_bucket(name: str) -> None:
    steps = steps_by_name(name)
    written = {
        "Prepare": steps["Prepare"]["Arguments"]["ProcessingOutputConfig"],
        "Train": steps["Train"]["Arguments"]["OutputDataConfig"],
        "Evaluate": steps["Evaluate"]["Arguments"]["ProcessingOutputConfig"],
    }
    purposes = {"Prepare": "data", "Train": "models", "Evaluate": "models"}
    for step, config in written.items():
        purpose = purposes[step]
        assert config["KmsKeyId"] == f"contract:keys/{purpose}-arn"
        places = [output["S3Output"]["S3Uri"] for output in config.get("Outputs", [])]
        for place in places or [config["S3OutputPath"]]:
            start, execution, *_ = place["Std:Join"]["Values"]
            assert start.startswith(f"s3://${{contract:buckets/{purpose}}}/{name}/")
            assert execution == {"Get": "Execution.PipelineExecutionId"}


@pytest.mark.parametrize("name", NAMES)
def test_roles_are_those_of_the_account_and_no_job_has_the_pipeline_s_own(name: str) -> None:
    steps = steps_by_name(name)
    roles = {job: steps[job]["Arguments"]["RoleArn"] for job in ("Prepare", "Train", "Evaluate")}
    assert roles == {
        "Prepare": "contract:roles/processing-arn",
        "Train": "contract:roles/training-arn",
        "Evaluate": "contract:roles/processing-arn",
    }


def used_parameters(name: str) -> dict[str, list[str]]:
    """Tell where in the arguments of its steps a definition uses which parameter."""
    used: dict[str, list[str]] = {}

    def walk(part: object, where: str, *, computed: bool = False) -> None:
        if isinstance(part, dict):
            computed = computed or is_variable(part)
            for key, value in part.items():
                if key == "Get" and str(value).startswith("Parameters."):
                    used.setdefault(str(value), []).append(where)
                walk(value, where if computed else f"{where}.{key}", computed=computed)
        elif isinstance(part, list):
            for item in part:
                walk(item, where, computed=computed)

    for step in steps_of(definition_of(name)):
        if step["Type"] != "Condition":
            walk(step["Arguments"], step["Name"])
    return used


@pytest.mark.parametrize("name", NAMES)
def test_who_starts_an_execution_chooses_data_threshold_and_what_is_described(
    name: str,
) -> None:
    definition = definition_of(name)
    assert [parameter["Name"] for parameter in definition["Parameters"]] == [
        "InputDataUri",
        "InputDataSha256",
        "InputDataVersion",
        "Threshold",
        *(one.parameter for one in describe(name).per_run),
    ]
    assert definition["Parameters"][3]["DefaultValue"] == describe(name).metric.threshold


@pytest.mark.parametrize("name", NAMES)
def test_what_a_starter_chooses_reaches_data_threshold_and_hyperparameters_only(name: str) -> None:
    assert used_parameters(name) == {
        "Parameters.InputDataUri": [
            "Prepare.ProcessingInputs.S3Input.S3Uri",
            "Register.CustomerMetadataProperties.data_uri",
        ],
        "Parameters.InputDataSha256": ["Prepare.AppSpecification.ContainerArguments"],
        "Parameters.InputDataVersion": ["Register.CustomerMetadataProperties.data_version"],
        "Parameters.Threshold": [
            "Register.CustomerMetadataProperties.threshold",
            "Register.ModelCard.ModelCardContent",
            "BelowThreshold.ErrorMessage",
        ],
        # What may be chosen reaches one hyperparameter, and the records of it; nothing else.
        **{
            f"Parameters.{one.parameter}": [
                f"Train.HyperParameters.{one.name}",
                f"Register.CustomerMetadataProperties.chosen_{one.name}",
                "Register.ModelCard.ModelCardContent",
            ]
            for one in describe(name).per_run
        },
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_chooses_nothing_trains_what_is_described(name: str) -> None:
    defaults = {one["Name"]: one.get("DefaultValue") for one in definition_of(name)["Parameters"]}
    described = asdict(describe(name).hyperparameters)
    for one in describe(name).per_run:
        assert defaults[one.parameter] == described[one.name]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_one_image_runs_by_digest(name: str) -> None:
    steps = steps_by_name(name)
    container = steps["Register"]["Arguments"]["InferenceSpecification"]["Containers"][0]
    assert container["Image"] == "build:image-uri"
    assert container["Environment"] == {}
    assert steps["Train"]["Arguments"]["AlgorithmSpecification"] == {
        "TrainingImage": "build:image-uri",
        "TrainingInputMode": "File",
    }
    for step in ("Prepare", "Evaluate"):
        application = steps[step]["Arguments"]["AppSpecification"]
        assert application["ImageUri"] == "build:image-uri"
        module = f"pipelines.steps.{step.lower()}"
        assert application["ContainerEntrypoint"] == ["python", "-m", module]
        assert application["ContainerArguments"][:2] == ["--model", name]


@pytest.mark.parametrize("name", NAMES)
def test_a_package_waits_for_approval_and_tells_what_it_was_made_of(name: str) -> None:
    arguments = steps_by_name(name)["Register"]["Arguments"]
    assert arguments["ModelApprovalStatus"] == "PendingManualApproval"
    assert arguments["ModelPackageGroupName"] == f"contract:registry/{name}/group-name"
    lineage = arguments["CustomerMetadataProperties"]
    assert set(lineage) == {
        *("commit", "data_sha256", "data_uri", "data_version", "definition_sha256"),
        *("evaluation_uri", "execution_arn", "holdout_uri", "image_digest", "metric"),
        *("metric_value", "predictions_uri", "threshold"),
        *(f"chosen_{one.name}" for one in describe(name).per_run),
    }
    assert lineage["commit"] == "build:commit"
    assert lineage["definition_sha256"] == "build:definition-digest"
    report = arguments["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert report == lineage["evaluation_uri"]
    for kind in ("Bias", "Explainability"):
        folder, name = arguments["ModelMetrics"][kind]["Report"]["S3Uri"]["Std:Join"]["Values"]
        assert folder == report["Std:Join"]["Values"][0]
        assert name == f"{kind.lower()}.json"


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_registered_only_above_its_threshold(name: str) -> None:
    definition = definition_of(name)
    condition = definition["Steps"][-1]["Arguments"]
    comparison = condition["Conditions"]
    assert [step["Name"] for step in condition["IfSteps"]] == ["Register"]
    assert [step["Name"] for step in condition["ElseSteps"]] == ["BelowThreshold"]
    assert [step["Name"] for step in definition["Steps"]] == [
        *("Prepare", "Train", "Evaluate", "CheckThreshold"),
    ]
    better_is_more = describe(name).metric.higher_is_better
    assert comparison[0]["Type"] == (
        "GreaterThanOrEqualTo" if better_is_more else "LessThanOrEqualTo"
    )
    assert comparison[0]["LeftValue"]["Std:JsonGet"]["Path"] == describe(name).metric_path
    assert comparison[0]["RightValue"] == {"Get": "Parameters.Threshold"}


@pytest.mark.parametrize("name", NAMES)
def test_only_prepared_data_are_kept_for_the_next_run_and_only_for_a_week(name: str) -> None:
    kept = {n: one["CacheConfig"] for n, one in steps_by_name(name).items() if "CacheConfig" in one}
    assert kept == {"Prepare": {"Enabled": True, "ExpireAfter": "P7D"}}


@pytest.mark.parametrize("name", NAMES)
def test_no_run_starts_without_what_pins_its_data(name: str) -> None:
    defaults = {one["Name"]: one.get("DefaultValue") for one in definition_of(name)["Parameters"]}
    assert defaults["InputDataSha256"] is None
    told = steps_by_name(name)["Prepare"]["Arguments"]["AppSpecification"]["ContainerArguments"]
    assert told[-2:] == ["--expected-sha256", {"Get": "Parameters.InputDataSha256"}]


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_in_the_one_form(name: str) -> None:
    content = (COMPILED / f"{name}.json").read_bytes()
    rewritten = json.dumps(json.loads(content), indent=2, sort_keys=True, ensure_ascii=False)
    assert content == rewritten.encode("utf-8") + b"\n"
    assert len(hashlib.sha256(content).hexdigest()) == 64
