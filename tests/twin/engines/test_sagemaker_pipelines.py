"""Pipelines run their steps, stop, and go on where they failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique, until
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push

RATE = {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5}
RATE_GIVEN = {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Rate"}]}}


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def test_parameters_are_checked_when_an_execution_starts(studio: Studio) -> None:
    pipeline = studio.pipeline([studio.step("Look", "look", RATE_GIVEN)], [RATE])
    with pytest.raises(ClientError, match="Unknown parameters") as caught:
        studio.start(pipeline, Other="1")
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ClientError, match="Cannot assign property"):
        studio.start(pipeline, Rate="high")


def test_an_execution_tells_who_started_it(studio: Studio) -> None:
    pipeline = studio.pipeline([studio.step("Look", "look")])
    arn = studio.start(pipeline)
    told = studio.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["CreatedBy"]
    caller = studio.lab.client("sts").get_caller_identity()
    assert told["IamIdentity"]["Arn"] == caller["Arn"]
    assert told["IamIdentity"]["PrincipalId"] == caller["UserId"]


def test_one_request_token_starts_one_execution(studio: Studio) -> None:
    pipeline = studio.pipeline([studio.step("Look", "look")])
    token = unique("a-token-of-more-than-32-characters")
    arns = {
        studio.sagemaker.start_pipeline_execution(PipelineName=pipeline, ClientRequestToken=token)[
            "PipelineExecutionArn"
        ]
        for _ in range(2)
    }
    assert len(arns) == 1
    studio.executed(arns.pop())


def test_a_step_with_a_cache_is_not_run_twice(studio: Studio) -> None:
    step = studio.step("Look", "look") | {"CacheConfig": {"Enabled": True, "ExpireAfter": "PT1H"}}
    pipeline = studio.pipeline([step])
    first, second = (studio.execute(pipeline) for _ in range(2))
    hit = studio.steps(second)["Look"]
    assert hit["CacheHitResult"] == {"SourcePipelineExecutionArn": first["PipelineExecutionArn"]}
    assert hit["Metadata"] == studio.steps(first)["Look"]["Metadata"]


def test_where_a_result_goes_does_not_tell_one_run_of_a_step_from_another(studio: Studio) -> None:
    step = studio.step("Look", "look") | {"CacheConfig": {"Enabled": True}}
    run = {"Get": "Execution.PipelineExecutionId"}
    place = {
        "LocalPath": "/opt/ml/processing/output/out",
        "S3UploadMode": "EndOfJob",
        "S3Uri": {"Std:Join": {"On": "/", "Values": [f"s3://{studio.bucket}/kept", run]}},
    }
    outputs = [{"OutputName": "out", "S3Output": place}]
    step["Arguments"]["ProcessingOutputConfig"] = {"Outputs": outputs}
    pipeline = studio.pipeline([step])
    first, second = (studio.execute(pipeline) for _ in range(2))
    assert studio.steps(second)["Look"]["CacheHitResult"] == {
        "SourcePipelineExecutionArn": first["PipelineExecutionArn"]
    }


def test_another_argument_is_another_run_of_a_step(studio: Studio) -> None:
    step = studio.step("Look", "look") | {"CacheConfig": {"Enabled": True}}
    step["Arguments"]["AppSpecification"]["ContainerArguments"] = [{"Get": "Parameters.Told"}]
    pipeline = studio.pipeline([step], [{"Name": "Told", "Type": "String", "DefaultValue": "a"}])
    studio.execute(pipeline)
    second = studio.execute(pipeline, Told="b")
    assert "CacheHitResult" not in studio.steps(second)["Look"]


def test_a_retry_runs_the_failed_steps_only(studio: Studio) -> None:
    source = f"s3://{studio.bucket}/{unique('retried')}"
    studio.put(source.removeprefix(f"s3://{studio.bucket}/") + "/a.txt", "x")
    flaky = studio.step("Flaky", "fail_once", inputs=source, after=["First"])
    last = studio.step("Last", "look", after=["Flaky"])
    pipeline = studio.pipeline([studio.step("First", "look"), flaky, last])
    failed = studio.execute(pipeline)
    assert {n: s["StepStatus"] for n, s in studio.steps(failed).items()} == {
        "First": "Succeeded",
        "Flaky": "Failed",
    }
    first = studio.steps(failed)["First"]
    studio.put(source.removeprefix(f"s3://{studio.bucket}/") + "/b.ok", "x")
    arn = failed["PipelineExecutionArn"]
    studio.sagemaker.retry_pipeline_execution(
        PipelineExecutionArn=arn, ClientRequestToken=unique("a-token-of-more-than-32-characters")
    )
    retried = studio.executed(arn)
    assert retried["PipelineExecutionStatus"] == "Succeeded"
    assert "FailureReason" not in retried
    steps = studio.steps(retried)
    assert steps["First"] == first
    assert steps["Flaky"]["AttemptCount"] == 2
    assert steps["Last"]["StepStatus"] == "Succeeded"
    with pytest.raises(ClientError, match="cannot be retried in status Succeeded"):
        studio.sagemaker.retry_pipeline_execution(
            PipelineExecutionArn=arn,
            ClientRequestToken=unique("a-token-of-more-than-32-characters"),
        )


def test_a_stopped_execution_stops_its_jobs_and_until_then_its_pipeline_stays(
    studio: Studio,
) -> None:
    steps = [studio.step("Sleep", "sleep"), studio.step("Never", "look", after=["Sleep"])]
    pipeline = studio.pipeline(steps)
    arn = studio.start(pipeline)

    def sleeping() -> Any:
        step = studio.steps({"PipelineExecutionArn": arn}).get("Sleep")
        jobs = studio.sagemaker.list_processing_jobs(StatusEquals="InProgress")
        return step and jobs["ProcessingJobSummaries"]

    until(sleeping, "the job")
    with pytest.raises(ClientError, match="has running executions") as caught:
        studio.sagemaker.delete_pipeline(
            PipelineName=pipeline, ClientRequestToken=unique("a-token-of-more-than-32-characters")
        )
    assert caught.value.response["Error"]["Code"] == "ConflictException"
    studio.sagemaker.stop_pipeline_execution(
        PipelineExecutionArn=arn, ClientRequestToken=unique("a-token-of-more-than-32-characters")
    )
    stopped = studio.executed(arn)
    assert stopped["PipelineExecutionStatus"] == "Stopped"
    assert {n: s["StepStatus"] for n, s in studio.steps(stopped).items()} == {"Sleep": "Stopped"}
    jobs = studio.sagemaker.list_processing_jobs(StatusEquals="InProgress")
    assert jobs["ProcessingJobSummaries"] == []


def test_independent_steps_run_side_by_side(studio: Studio) -> None:
    pipeline = studio.pipeline([studio.step("A", "nap"), studio.step("B", "nap")])
    a, b = studio.steps(studio.execute(pipeline)).values()
    assert max(a["StartTime"], b["StartTime"]) < min(a["EndTime"], b["EndTime"])


def test_a_pipeline_trains_tunes_and_registers(studio: Studio) -> None:
    group = unique("group")
    studio.sagemaker.create_model_package_group(ModelPackageGroupName=group)
    execution = studio.execute(studio.pipeline(_registering(studio, group)))
    steps = studio.steps(execution)
    assert execution["PipelineExecutionStatus"] == "Succeeded", steps
    arn = steps["Register"]["Metadata"]["RegisterModel"]["Arn"]
    assert arn.endswith(f":model-package/{group}/1")
    package = studio.sagemaker.describe_model_package(ModelPackageName=arn)
    container = package["InferenceSpecification"]["Containers"][0]
    assert container["ModelDataUrl"].endswith("/output/model.tar.gz")
    assert studio.get(container["ModelDataUrl"])
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    best = package["CustomerMetadataProperties"]["best"]
    tuned = studio.sagemaker.describe_training_job(TrainingJobName=best)
    assert tuned["HyperParameters"]["x"] == "3"


def test_a_job_that_the_api_refuses_fails_its_step(studio: Studio) -> None:
    step = studio.step("Look", "look")
    step["Arguments"]["RoleArn"] = studio.role + "-that-does-not-exist"
    failed = studio.steps(studio.execute(studio.pipeline([step])))["Look"]
    assert "Failed to invoke sagemaker:CreateProcessingJob" in failed["FailureReason"]
    assert "Could not assume role" in failed["FailureReason"]


def test_a_step_of_a_type_that_is_not_run_is_named(studio: Studio) -> None:
    pipeline = studio.pipeline([{"Name": "Call", "Type": "Callback", "Arguments": {}}])
    with pytest.raises(ClientError, match="does not run steps of the type Callback: step Call"):
        studio.start(pipeline)


def test_pipelines_are_described_updated_and_deleted(studio: Studio) -> None:
    name = studio.pipeline([studio.step("Look", "look")])
    described = studio.sagemaker.describe_pipeline(PipelineName=name)
    assert described["PipelineStatus"] == "Active"
    document = json.loads(described["PipelineDefinition"])
    document["Steps"][0]["Name"] = "Other"
    studio.sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(document))
    changed = studio.sagemaker.describe_pipeline(PipelineName=name)
    assert json.loads(changed["PipelineDefinition"])["Steps"][0]["Name"] == "Other"
    assert changed["RoleArn"] == described["RoleArn"]
    with pytest.raises(ClientError, match="already exists"):
        studio.sagemaker.create_pipeline(
            PipelineName=name,
            PipelineDefinition=changed["PipelineDefinition"],
            RoleArn=studio.role,
            ClientRequestToken=unique("another-token-of-more-than-32-letters"),
        )
    studio.sagemaker.delete_pipeline(
        PipelineName=name, ClientRequestToken=unique("a-token-of-more-than-32-characters")
    )
    with pytest.raises(ClientError, match="does not exist") as caught:
        studio.sagemaker.describe_pipeline(PipelineName=name)
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"


def _registering(studio: Studio, group: str) -> list[dict[str, Any]]:
    training = studio.training(
        AlgorithmSpecification={
            "TrainingImage": studio.image,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "final loss=([0-9.]+);"}],
        }
    )
    del training["TrainingJobName"]
    train = {"Name": "Train", "Type": "Training", "Arguments": training}
    tune = {
        "Name": "Tune",
        "Type": "Tuning",
        "Arguments": {
            "HyperParameterTuningJobConfig": {
                "Strategy": "Grid",
                "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
                "ResourceLimits": {"MaxParallelTrainingJobs": 2},
                "ParameterRanges": {
                    "CategoricalParameterRanges": [{"Name": "x", "Values": ["1", "3"]}]
                },
            },
            "TrainingJobDefinition": training,
        },
    }
    return [_register(studio, group), train, tune]


def _register(studio: Studio, group: str) -> dict[str, Any]:
    model = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    return {
        "Name": "Register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": group,
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {
                "Containers": [{"Image": studio.image, "ModelDataUrl": model}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            "CustomerMetadataProperties": {
                "best": {"Get": "Steps.Tune.TrainingJobSummaries[0].TrainingJobName"}
            },
        },
    }
