"""A model that misses its threshold is tuned with the rights that the account gives, or refused.

Its training runs on spot instances, and loses its machine once.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.stage import MODEL, ROOT, Done, Stage
from tests.journeys.story import Story
from tests.scripts.command_line import copied_checkout

pytestmark = [pytest.mark.authoring, pytest.mark.journey, pytest.mark.long]

_HOME = "data-science"
_DESCRIBED = (
    "hyperparameters: { rounds: 200, early_stopping_rounds: 20, learning_rate: 0.1, max_depth: 3 }"
)
# Leaves of so many rows are not found: the model knows nothing, and takes its time for that.
_WEAK = (
    "hyperparameters: "
    "{ rounds: 2000, early_stopping_rounds: 1000, learning_rate: 0.1, min_child_weight: 1000 }"
)
_KEPT = "training: { instance_type: ml.m5.large }"
_SPOT = (
    "training: { instance_type: ml.m5.large, "
    "spot: { max_wait_minutes: 90, checkpoint_rounds: 10 } }"
)
_THRESHOLD, _LOWER, _OUT_OF_REACH = 0.93, 0.4, 0.9999999
_TUNING = """\
tuning:
  max_jobs: 4
  parallel_jobs: 2
  ranges:
    learning_rate: { min: 0.05, max: 0.5, scaling: logarithmic }
    max_depth: { min: 2, max: 6 }
    min_child_weight: { min: 0.5, max: 2 }
    rounds: { min: 50, max: 100 }
    early_stopping_rounds: { min: 10, max: 20 }
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The account in which models are made, under guardrails, for a model that may be tuned."""
    root = copied_checkout(tmp_path_factory.mktemp("checkout"))
    _describe_tuning(root)
    stage = Stage(tmp_path_factory.mktemp("tuning"), root)
    stage.open()
    try:
        stage.apply_side_by_side(_HOME)
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        yield Story(stage)
    finally:
        stage.close()


@pytest.fixture(scope="module")
def tuned(story: Story) -> dict[str, Any]:
    """The package of the version that a search made, after its training lost its machine once."""
    story.stage.gatehouse("twin", "fault", "add", "interrupt", "--count", "1")
    _start(story)
    return _package(story, max(int(found["version"]) for found in story.versions()))


def test_the_tuned_version_is_registered_with_its_own_numbers(
    story: Story, tuned: dict[str, Any]
) -> None:
    told = tuned["CustomerMetadataProperties"]
    assert float(told["metric_value_before_tuning"]) < _THRESHOLD <= float(told["metric_value"])
    report = json.loads(story.read(told["evaluation_uri"]))
    measured = report["binary_classification_metrics"]["auc"]["value"]
    assert float(told["metric_value"]) == measured
    assert tuned["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == told["evaluation_uri"]
    assert "/tuned/" in told["evaluation_uri"]
    assert tuned["ModelApprovalStatus"] == "PendingManualApproval"


def test_the_tuned_version_is_that_of_the_best_job(story: Story, tuned: dict[str, Any]) -> None:
    told = tuned["CustomerMetadataProperties"]
    sagemaker = story.stage.client("sagemaker", _HOME)
    search = sagemaker.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=told["tuning_job"]
    )
    jobs = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=told["tuning_job"]
    )["TrainingJobSummaries"]
    reached = {
        job["TrainingJobName"]: job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
        for job in jobs
    }
    assert len(reached) == 4
    assert len({json.dumps(job["TunedHyperParameters"], sort_keys=True) for job in jobs}) == 4
    best = told["training_job"]
    assert reached[best] == min(reached.values())
    assert search["BestTrainingJob"]["TrainingJobName"] == best
    described = sagemaker.describe_training_job(TrainingJobName=best)
    (container,) = tuned["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == described["ModelArtifacts"]["S3ModelArtifacts"]
    searched = search["BestTrainingJob"]["TunedHyperParameters"]
    assert {name: told[f"tuned_{name}"] for name in searched} == searched
    assert described["EnableNetworkIsolation"] is True
    assert described["VpcConfig"]["Subnets"]
    assert described["ResourceConfig"]["VolumeKmsKeyId"].startswith("arn:aws:kms:")


def test_a_training_on_spot_went_on_with_the_rights_that_its_role_has(
    story: Story, tuned: dict[str, Any]
) -> None:
    sagemaker = story.stage.client("sagemaker", _HOME)
    listed = sagemaker.list_training_jobs(SortBy="CreationTime", SortOrder="Ascending")
    job = sagemaker.describe_training_job(
        TrainingJobName=listed["TrainingJobSummaries"][0]["TrainingJobName"]
    )
    assert job["EnableManagedSpotTraining"] is True
    states = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert states.count("Training") == 2
    assert "Interrupted" in states
    assert job["TrainingJobStatus"] == "Completed"
    logs = story.stage.client("logs", _HOME)
    events = logs.filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=job["TrainingJobName"]
    )["events"]
    assert [one for one in events if one["message"].startswith("going on after ")]


def test_a_model_that_reaches_its_threshold_is_not_tuned(
    story: Story, tuned: dict[str, Any]
) -> None:
    before = len(story.versions())
    _start(story, "--threshold", str(_LOWER))
    assert _outcomes(story) == {
        **dict.fromkeys(("Prepare", "Train", "Evaluate", "CheckThreshold"), "Succeeded"),
        "Register": "Succeeded",
    }
    assert len(story.versions()) == before + 1
    told = _package(story, before + 1)["CustomerMetadataProperties"]
    assert float(told["metric_value"]) < _THRESHOLD
    assert "tuning_job" not in told


def test_prepared_data_are_kept_for_other_settings_and_made_anew_of_other_data(
    story: Story, tuned: dict[str, Any]
) -> None:
    first = tuned["CustomerMetadataProperties"]
    before = len(story.versions())
    _start(story, "--threshold", str(_LOWER))
    kept = {name: step["kept_of"] for name, step in _steps(story).items()}
    assert kept.pop("Prepare") == first["execution_arn"].rpartition("/")[2]
    assert set(kept.values()) == {None}
    told = _package(story, before + 1)["CustomerMetadataProperties"]
    assert told["data_sha256"] == first["data_sha256"]
    assert told["execution_arn"] != first["execution_arn"]

    fewer = story.stage.folder / "fewer.csv"
    fewer.write_text("".join(story.data().read_text("utf-8").splitlines(True)[:-9]), "utf-8")
    story.stage.gatehouse(
        *("pipeline", "start", MODEL, "--data", str(fewer), "--threshold", str(_LOWER)),
        *("--wait", "--as", "sofia"),
        inside=_HOME,
    )
    assert _steps(story)["Prepare"]["kept_of"] is None
    other = _package(story, before + 2)["CustomerMetadataProperties"]
    assert other["data_sha256"] == hashlib.sha256(fewer.read_bytes()).hexdigest()


def test_a_model_below_its_threshold_after_tuning_is_refused_with_both_numbers(
    story: Story, tuned: dict[str, Any]
) -> None:
    before = len(story.versions())
    done = _start(story, "--threshold", str(_OUT_OF_REACH), code=1)
    outcomes = _outcomes(story)
    assert outcomes["Tune"] == outcomes["EvaluateTuned"] == "Succeeded"
    assert outcomes["BelowThreshold"] == "Failed"
    assert not {"Register", "RegisterTuned"} & set(outcomes)
    told = tuned["CustomerMetadataProperties"]
    # The same seed searches alike, so the numbers are those of the version above.
    assert (
        f"model {MODEL}: auc must be at least {_OUT_OF_REACH} to be registered, got "
        f"{told['metric_value_before_tuning']} before tuning and {told['metric_value']} after it"
    ) in done.err
    assert len(story.versions()) == before
    asked = ("pipeline", "compare", MODEL, "--most", "1", "--as", "sofia", "--json")
    (compared,) = story.stage.gatehouse(*asked, inside=_HOME).json()
    assert (compared["status"], compared["version"]) == ("Failed", None)
    assert compared["chosen"] == {"Threshold": str(_OUT_OF_REACH)}
    assert [str(compared[name]) for name in ("value_before_tuning", "value")] == [
        told["metric_value_before_tuning"],
        told["metric_value"],
    ]


def _describe_tuning(root: Path) -> None:
    """Weaken the model, let it be tuned, and compile its pipeline."""
    path = root / "pipelines" / "models" / f"{MODEL}.yaml"
    text = path.read_text("utf-8")
    for old, new in (
        (_DESCRIBED, _WEAK),
        (_KEPT, _SPOT),
        ("threshold: 0.95 }", f"threshold: {_THRESHOLD} }}"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text + _TUNING, "utf-8")
    python = ROOT / ".venv-authoring" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pipelines.definitions.compile"],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=240,
    )


def _start(story: Story, *arguments: str, code: int = 0) -> Done:
    return story.stage.gatehouse(
        *("pipeline", "start", MODEL, "--data", str(story.data()), *arguments),
        *("--wait", "--as", "sofia"),
        code=code,
        inside=_HOME,
    )


def _outcomes(story: Story) -> dict[str, str]:
    """Give how the steps of the latest run ended."""
    return {name: step["status"] for name, step in _steps(story).items()}


def _steps(story: Story) -> dict[str, dict[str, Any]]:
    """Give the steps of the latest run by name."""
    listed = ("pipeline", "status", MODEL, "--as", "sofia", "--json")
    latest = story.stage.gatehouse(*listed).json()[0]["run"]
    steps = story.stage.gatehouse(*listed, "--run", latest).json()
    return {step["step"]: step for step in steps}


def _package(story: Story, version: int) -> dict[str, Any]:
    naming = story.stage.naming
    account = naming.organization.account(_HOME)
    arn = (
        f"arn:aws:sagemaker:{story.stage.region}:{account.id}:model-package/"
        f"{naming.model_package_group(MODEL)}/{version}"
    )
    client = story.stage.client("sagemaker", _HOME)
    found: dict[str, Any] = client.describe_model_package(ModelPackageName=arn)
    return found
