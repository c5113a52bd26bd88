"""Processing jobs run containers, carry data, and fail in SageMaker's words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, until
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push

GROUP = "/aws/sagemaker/ProcessingJobs"


def _cluster(**changes: Any) -> dict[str, Any]:
    given = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}
    return {"ProcessingResources": {"ClusterConfig": given | changes}}


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def test_inputs_are_fetched_and_outputs_stored_under_the_wanted_key(studio: Studio) -> None:
    studio.put("many/a.txt", "one")
    studio.put("many/deep/b.txt", "two")
    key = studio.lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    job = studio.process("copy", "all", **_carrying(studio, f"s3://{studio.bucket}/many/", key))
    assert job["ProcessingJobStatus"] == "Completed"
    assert job["CreationTime"] <= job["ProcessingStartTime"] <= job["ProcessingEndTime"]
    stored = studio.lab.client("s3").head_object(Bucket=studio.bucket, Key="out/a.txt")
    assert stored["SSEKMSKeyId"] == key
    assert studio.get("out/b.txt") == b"TWO"
    assert studio.log(GROUP, f"{job['ProcessingJobName']}/algo-1-") == ["copied all"]


def test_a_manifest_lists_what_is_fetched(studio: Studio) -> None:
    studio.put("listed/a.txt", "in")
    studio.put("listed/b.txt", "out")
    manifest = studio.put(
        "manifest.json", f'[{{"prefix": "s3://{studio.bucket}/listed/"}}, "a.txt"]'
    )
    request = _carrying(studio, manifest)
    request["ProcessingInputs"][0]["S3Input"]["S3DataType"] = "ManifestFile"
    request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"] += "/listed"
    assert studio.process("copy", **request)["ProcessingJobStatus"] == "Completed"
    found = studio.lab.client("s3").list_objects_v2(Bucket=studio.bucket, Prefix="out/listed")
    assert [entry["Key"] for entry in found["Contents"]] == ["out/listed/a.txt"]


def test_a_failing_container_gives_its_message_and_exit_code(studio: Studio) -> None:
    job = studio.process("fail")
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["ExitMessage"] == "the rows are wrong"
    assert job["FailureReason"] == "AlgorithmError: the rows are wrong, exit code: 3"
    assert "about to fail" in studio.log(GROUP, job["ProcessingJobName"])


def test_an_input_without_objects_fails_the_job(studio: Studio) -> None:
    job = studio.process("copy", **_carrying(studio, f"s3://{studio.bucket}/nothing-here"))
    assert job["ProcessingJobStatus"] == "Failed"
    assert "No S3 objects found under S3 URL" in job["FailureReason"]
    assert studio.role in job["FailureReason"]


def test_a_role_that_does_not_trust_sagemaker_is_refused(studio: Studio) -> None:
    request = studio.processing("copy", RoleArn=studio.lab.role("lambda"))
    with pytest.raises(ClientError, match="Could not assume role"):
        studio.start_processing(request)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ProcessingJobName": "not_a_name"}, "at 'processingJobName' failed to satisfy"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "greater than or equal to 1"),
        (_cluster(InstanceCount=2), "InstanceCount must be 1"),
        (_cluster(InstanceType="big"), "Member must satisfy enum value set"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(
    studio: Studio, changes: dict[str, Any], sentence: str
) -> None:
    client = studio.unchecked()
    with pytest.raises(ClientError, match=sentence) as caught:
        client.create_processing_job(**studio.processing("copy", **changes))
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_name_can_be_used_once(studio: Studio) -> None:
    request = studio.processing("look")
    studio.processed(studio.start_processing(request))
    with pytest.raises(ClientError, match="Job name must be unique") as caught:
        studio.start_processing(request)
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"


def test_an_unknown_job_is_told_in_the_words_of_the_service(studio: Studio) -> None:
    with pytest.raises(ClientError, match="Could not find requested job with name: nobody"):
        studio.sagemaker.describe_processing_job(ProcessingJobName="nobody")


def test_jobs_are_listed_by_status_the_youngest_first(studio: Studio) -> None:
    failed = [studio.process("fail")["ProcessingJobName"] for _ in range(2)]
    listed = studio.sagemaker.list_processing_jobs(StatusEquals="Failed", MaxResults=2)
    assert [job["ProcessingJobName"] for job in listed["ProcessingJobSummaries"]] == failed[::-1]


def test_the_end_of_a_job_is_an_event(studio: Studio) -> None:
    url, arn = studio.lab.queue()
    events = studio.lab.client("events")
    events.put_rule(
        Name="jobs",
        EventPattern='{"detail-type": ["SageMaker Processing Job State Change"]}',
    )
    events.put_targets(Rule="jobs", Targets=[{"Id": "queue", "Arn": arn}])
    job = studio.process("look")
    body = until(lambda: studio.lab.received(url), "the event")["Body"]
    assert job["ProcessingJobName"] in body and '"Completed"' in body


def _carrying(studio: Studio, source: str, key: str | None = None) -> dict[str, Any]:
    given = {
        "S3Uri": source,
        "LocalPath": "/opt/ml/processing/input/in",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    target = {
        "S3Uri": f"s3://{studio.bucket}/out",
        "LocalPath": "/opt/ml/processing/output/out",
        "S3UploadMode": "EndOfJob",
    }
    return {
        "ProcessingInputs": [{"InputName": "in", "S3Input": given}],
        "ProcessingOutputConfig": {
            "Outputs": [{"OutputName": "out", "S3Output": target}],
            **({"KmsKeyId": key} if key else {}),
        },
    }
