"""Batch transform jobs send a batch to a model's container and store what it answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique, until
from tests.twin.engines.serving import model
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push
from twin.engines.sagemaker.batch import BatchFailure, requests_of


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def request(studio: Studio, source: str, says: str = "ok", **changes: Any) -> dict[str, Any]:
    return {
        "TransformJobName": unique("batch"),
        "ModelName": model(studio, says),
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": source}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{studio.bucket}/{unique('answers')}",
            "AssembleWith": "Line",
        },
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **changes,
    }


def ended(studio: Studio, given: dict[str, Any]) -> dict[str, Any]:
    studio.sagemaker.create_transform_job(**given)
    return waited(studio, given["TransformJobName"])


def waited(studio: Studio, name: str) -> dict[str, Any]:
    def over() -> Any:
        job = studio.sagemaker.describe_transform_job(TransformJobName=name)
        return job if job["TransformJobStatus"] not in ("InProgress", "Stopping") else None

    return dict(until(over, f"the end of {name}"))


def test_every_object_of_a_batch_is_answered_beside_its_name(studio: Studio) -> None:
    prefix = unique("rows")
    studio.put(f"{prefix}/a.csv", "1,2\n3,4\n")
    studio.put(f"{prefix}/deep/b.csv", "5,6")
    given = request(studio, f"s3://{studio.bucket}/{prefix}/")
    job = ended(studio, given)
    assert job["TransformJobStatus"] == "Completed"
    assert job["TransformStartTime"] <= job["TransformEndTime"]
    place = given["TransformOutput"]["S3OutputPath"]
    assert studio.get(f"{place}/a.csv.out") == b"ok:1,2\n3,4\n"
    assert studio.get(f"{place}/deep/b.csv.out") == b"ok:5,6\n"
    assert studio.log("/aws/sagemaker/TransformJobs", given["TransformJobName"]) is not None


def test_a_strategy_of_single_records_asks_for_each_line(studio: Studio) -> None:
    source = studio.put(f"{unique('rows')}.csv", "1\n2\n3")
    given = request(studio, source, BatchStrategy="SingleRecord")
    assert ended(studio, given)["TransformJobStatus"] == "Completed"
    name = source.rsplit("/", 1)[-1]
    answers = studio.get(f"{given['TransformOutput']['S3OutputPath']}/{name}.out")
    assert answers == b"ok:1\nok:2\nok:3\n"


def test_a_row_that_the_model_refuses_fails_the_job_with_what_it_said(studio: Studio) -> None:
    given = request(studio, studio.put(f"{unique('rows')}.csv", "bad"))
    job = ended(studio, given)
    assert job["TransformJobStatus"] == "Failed"
    assert "400: not like this" in job["FailureReason"]


def test_a_batch_that_is_not_there_and_a_model_that_does_not_load_fail(studio: Studio) -> None:
    missing = ended(studio, request(studio, f"s3://{studio.bucket}/{unique('nothing')}"))
    assert "No S3 objects found" in missing["FailureReason"]
    source = studio.put(f"{unique('rows')}.csv", "1")
    broken = ended(studio, request(studio, source, says="broken"))
    assert "did not pass the ping" in broken["FailureReason"]


def test_a_stopped_job_ends_as_stopped(studio: Studio) -> None:
    prefix = unique("rows")
    for number in range(40):
        studio.put(f"{prefix}/{number:02}.csv", "slow")
    given = request(studio, f"s3://{studio.bucket}/{prefix}/")
    studio.sagemaker.create_transform_job(**given)
    studio.sagemaker.stop_transform_job(TransformJobName=given["TransformJobName"])
    assert waited(studio, given["TransformJobName"])["TransformJobStatus"] == "Stopped"
    listed = studio.sagemaker.list_transform_jobs(StatusEquals="Stopped")
    names = [one["TransformJobName"] for one in listed["TransformJobSummaries"]]
    assert given["TransformJobName"] in names


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"ModelName": "none-of-this-name"}, "Could not find model"),
        ({"DataProcessing": {"JoinSource": "Input"}}, "does not model DataProcessing"),
        (
            {"TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 2}},
            "on one instance",
        ),
    ],
)
def test_what_the_twin_cannot_show_is_refused(
    studio: Studio, changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ClientError, match=wrong):
        studio.sagemaker.create_transform_job(**request(studio, "s3://any/rows", **changes))


def test_a_pipeline_predicts_in_batches(studio: Studio) -> None:
    source = studio.put(f"{unique('rows')}.csv", "1\n")
    arguments = request(studio, source)
    del arguments["TransformJobName"]
    step = {"Name": "Predict", "Type": "Transform", "Arguments": arguments}
    done = studio.execute(studio.pipeline([step]))
    assert done["PipelineExecutionStatus"] == "Succeeded"
    arn = studio.steps(done)["Predict"]["Metadata"]["TransformJob"]["Arn"]
    assert ":transform-job/pipelines-" in arn


def test_lines_are_put_together_up_to_the_largest_payload() -> None:
    cut = requests_of(b"11\n22\n33\n", by_line=True, single=False, most=6, name="a")
    assert list(cut) == [b"11\n22\n", b"33\n"]
    with pytest.raises(BatchFailure, match="larger than MaxPayloadInMB"):
        list(requests_of(b"1234567", by_line=True, single=False, most=6, name="a"))
