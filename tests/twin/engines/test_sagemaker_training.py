"""Training jobs make models and metrics; tuning jobs find the best of several."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique, until
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.engines.sagemaker.search import proposals

METRICS = [{"Name": "loss", "Regex": "loss=([0-9.]+);"}]


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def test_a_training_job_makes_an_archive_and_metrics(studio: Studio) -> None:
    job = studio.train(
        HyperParameters={"x": "2"},
        InputDataConfig=[_channel(studio)],
        AlgorithmSpecification=_algorithm(studio),
    )
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed")
    states = [entry["Status"] for entry in job["SecondaryStatusTransitions"]]
    assert states == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("loss", 1.0)]
    model = _archived(studio, job)
    assert model == {"x": 2.0, "rows": 2, "says": ""}
    lines = studio.log("/aws/sagemaker/TrainingJobs", f"{job['TrainingJobName']}/algo-1-")
    assert "channels=['train']" in lines[-1]


def test_equal_models_give_equal_archives(studio: Studio) -> None:
    digests = {
        hashlib.sha256(
            studio.get(
                studio.train(HyperParameters={"x": "1"})["ModelArtifacts"]["S3ModelArtifacts"]
            )
        ).hexdigest()
        for _ in range(2)
    }
    assert len(digests) == 1


def test_a_failing_training_gives_its_message_and_exit_code(studio: Studio) -> None:
    job = studio.train(HyperParameters={"mode": "fail"})
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: the rows are wrong, exit code: 3"


def test_a_training_that_does_not_listen_is_killed_at_its_limit(studio: Studio) -> None:
    job = studio.train(
        HyperParameters={"mode": "sleep"}, StoppingCondition={"MaxRuntimeInSeconds": 1}
    )
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_a_stopped_training_keeps_its_model(studio: Studio) -> None:
    job = _stopped(studio)
    assert job["TrainingJobStatus"] == "Stopped"
    assert studio.get(job["ModelArtifacts"]["S3ModelArtifacts"])


def test_a_stopped_training_that_may_not_keep_its_model_has_stopped_all_the_same(
    studio: Studio,
) -> None:
    job = _stopped(studio, OutputDataConfig={"S3OutputPath": "s3://nobody-made-this-bucket/out"})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert "NoSuchBucket" in job["FailureReason"]


def test_what_has_ended_cannot_be_stopped(studio: Studio) -> None:
    name = studio.train()["TrainingJobName"]
    with pytest.raises(ClientError, match="the training job is in status Completed"):
        studio.sagemaker.stop_training_job(TrainingJobName=name)
    described = studio.sagemaker.describe_training_job(TrainingJobName=name)
    assert described["TrainingJobStatus"] == "Completed"
    processed = studio.process("look")["ProcessingJobName"]
    with pytest.raises(ClientError, match="the processing job is in status Completed"):
        studio.sagemaker.stop_processing_job(ProcessingJobName=processed)


def test_a_stopped_tuning_job_stops_its_training_jobs(studio: Studio) -> None:
    name = _tune(studio, "Minimize", ["1"], mode="sleep")

    def trials() -> Any:
        answer = studio.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name
        )
        return answer["TrainingJobSummaries"]

    until(trials, "the training job")
    studio.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    assert _tuned(studio, name)["HyperParameterTuningJobStatus"] == "Stopped"
    assert [one["TrainingJobStatus"] for one in trials()] == ["Stopped"]


def test_tuning_picks_the_best(studio: Studio) -> None:
    name = _tune(studio, "Minimize", ["0", "2.9", "9"])
    job = _tuned(studio, name)
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["TrainingJobStatusCounters"]["Completed"] == 3
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"x": "2.9"}
    best = job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    assert best["Value"] == pytest.approx(0.01)
    listed = studio.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["TrainingJobSummaries"]
    assert [t["TunedHyperParameters"]["x"] for t in listed] == ["2.9", "0", "9"]


def test_tuning_can_look_for_the_greatest(studio: Studio) -> None:
    job = _tuned(studio, _tune(studio, "Maximize", ["2.9", "9"]))
    assert job["BestTrainingJob"]["TunedHyperParameters"] == {"x": "9"}


def test_a_tuning_job_of_failures_fails(studio: Studio) -> None:
    job = _tuned(studio, _tune(studio, "Minimize", ["not-a-number"]))
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert "All training jobs failed" in job["FailureReason"]


def test_a_tuning_job_without_its_metric_is_refused(studio: Studio) -> None:
    with pytest.raises(ClientError, match="The objective metric accuracy must be one of"):
        _tune(studio, "Minimize", ["1"], metric="accuracy")


def test_a_search_stays_in_its_ranges_and_repeats_itself() -> None:
    config = {
        "Strategy": "Bayesian",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 50},
        "ParameterRanges": {
            "IntegerParameterRanges": [{"Name": "n", "MinValue": "2", "MaxValue": "5"}],
            "ContinuousParameterRanges": [
                {"Name": "r", "MinValue": "0.001", "MaxValue": "1", "ScalingType": "Logarithmic"}
            ],
            "CategoricalParameterRanges": [{"Name": "c", "Values": ["a", "b"]}],
        },
    }
    found = proposals(config, 7)
    assert found == proposals(config, 7) != proposals(config, 8)
    assert {one["n"] for one in found} == {"2", "3", "4", "5"}
    assert {one["c"] for one in found} == {"a", "b"}
    rates = [float(one["r"]) for one in found]
    assert min(rates) >= 0.001 and max(rates) <= 1
    assert sum(rate < 0.1 for rate in rates) > len(rates) / 2


def _stopped(studio: Studio, **changes: Any) -> dict[str, Any]:
    """Stop a training once it trains, and give what became of it."""
    request = studio.training(HyperParameters={"mode": "sleep"}, **changes)
    studio.sagemaker.create_training_job(**request)
    name = request["TrainingJobName"]

    def trains() -> bool:
        job = studio.sagemaker.describe_training_job(TrainingJobName=name)
        return bool(job["SecondaryStatus"] == "Training")

    until(trains, "the training")
    studio.sagemaker.stop_training_job(TrainingJobName=name)
    return studio.trained(name)


def _algorithm(studio: Studio) -> dict[str, Any]:
    return {
        "TrainingImage": studio.image,
        "TrainingInputMode": "File",
        "MetricDefinitions": METRICS,
    }


def _channel(studio: Studio) -> dict[str, Any]:
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": studio.put("train/rows.csv", "1\n2\n"),
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"ChannelName": "train", "DataSource": {"S3DataSource": source}}


def _archived(studio: Studio, job: dict[str, Any]) -> Any:
    body = studio.get(job["ModelArtifacts"]["S3ModelArtifacts"])
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        stream = archive.extractfile("model.json")
        assert stream is not None
        return json.loads(stream.read())


def _tune(studio: Studio, kind: str, values: list[str], metric: str = "loss", **static: str) -> str:
    name = unique("tune")
    request = studio.training(AlgorithmSpecification=_algorithm(studio))
    del request["TrainingJobName"]
    studio.sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Grid",
            "HyperParameterTuningJobObjective": {"Type": kind, "MetricName": metric},
            "ResourceLimits": {"MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "x", "Values": values}]},
        },
        TrainingJobDefinition={**request, "StaticHyperParameters": static},
    )
    return name


def _tuned(studio: Studio, name: str) -> dict[str, Any]:
    def ended() -> Any:
        job = studio.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        running = job["HyperParameterTuningJobStatus"] in ("InProgress", "Stopping")
        return None if running else job

    return dict(until(ended, f"the end of {name}"))
