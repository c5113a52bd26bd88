"""Conditions choose branches, and what reads a branch runs where it was taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.twin.engines.accounts import Lab
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push

RATE = {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5}
ID = {"Get": "Execution.PipelineExecutionId"}


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def test_a_condition_takes_the_branch_of_its_property_file(studio: Studio) -> None:
    pipeline = studio.pipeline(_judging(studio), [RATE])
    good = studio.execute(pipeline)
    assert good["PipelineExecutionStatus"] == "Succeeded"
    steps = studio.steps(good)
    assert set(steps) == {"Measure", "Check", "Good"}
    assert steps["Check"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    job = steps["Good"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    described = studio.sagemaker.describe_processing_job(ProcessingJobName=job)
    identifier = good["PipelineExecutionArn"].rsplit("/", 1)[-1]
    assert described["AppSpecification"]["ContainerArguments"] == [f"{identifier}-0.7-0.5"]
    assert job.startswith(f"pipelines-{identifier}-Good-")

    bad = studio.execute(pipeline, Rate="0.9")
    assert bad["PipelineExecutionStatus"] == "Failed"
    assert bad["FailureReason"] == "Step failure: One or multiple steps failed."
    steps = studio.steps(bad)
    assert set(steps) == {"Measure", "Check", "Bad"}
    assert steps["Bad"]["FailureReason"] == "0.7 is below 0.9"
    assert steps["Bad"]["Metadata"] == {"Fail": {"ErrorMessage": "0.7 is below 0.9"}}


def test_what_reads_a_step_of_a_branch_runs_only_where_that_branch_was_taken(
    studio: Studio,
) -> None:
    measure, check = _judging(studio)
    score = check["Arguments"]["Conditions"][0]["LeftValue"]
    arguments = check["Arguments"]
    again = json.loads(json.dumps(measure).replace("Measure", "Again").replace("0.7", "0.8"))
    second = json.loads(json.dumps(score).replace("Measure", "Again"))
    verdict = {
        "Name": "Verdict",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [arguments["Conditions"][0] | {"LeftValue": second}],
            "IfSteps": [studio.step("Late", "look")],
            "ElseSteps": arguments["ElseSteps"],
        },
    }
    arguments["ElseSteps"] = [again]
    pipeline = studio.pipeline([measure, check, verdict], [RATE])
    good = studio.execute(pipeline)
    assert good["PipelineExecutionStatus"] == "Succeeded"
    assert set(studio.steps(good)) == {"Measure", "Check", "Good"}

    late = studio.execute(pipeline, Rate="0.75")
    assert late["PipelineExecutionStatus"] == "Succeeded"
    assert set(studio.steps(late)) == {"Measure", "Check", "Again", "Verdict", "Late"}

    bad = studio.execute(pipeline, Rate="0.9")
    assert bad["PipelineExecutionStatus"] == "Failed"
    assert set(studio.steps(bad)) == {"Measure", "Check", "Again", "Verdict", "Bad"}


def _judging(studio: Studio) -> list[dict[str, Any]]:
    measure = studio.step("Measure", "write", "scores.json", '{"auc": {"value": 0.7}}')
    uri = {"Std:Join": {"On": "/", "Values": [f"s3://{studio.bucket}/scores", ID]}}
    output = {
        "S3Uri": uri,
        "LocalPath": "/opt/ml/processing/output/out",
        "S3UploadMode": "EndOfJob",
    }
    measure["Arguments"]["ProcessingOutputConfig"] = {
        "Outputs": [{"OutputName": "out", "S3Output": output}]
    }
    measure["PropertyFiles"] = [
        {"PropertyFileName": "scores", "OutputName": "out", "FilePath": "scores.json"}
    ]
    score = {
        "Std:JsonGet": {
            "PropertyFile": {"Get": "Steps.Measure.PropertyFiles.scores"},
            "Path": "auc.value",
        }
    }
    rate = {"Get": "Parameters.Rate"}
    good = studio.step("Good", "look", {"Std:Join": {"On": "-", "Values": [ID, score, rate]}})
    message = {"Std:Join": {"On": " is below ", "Values": [score, rate]}}
    bad = {"Name": "Bad", "Type": "Fail", "Arguments": {"ErrorMessage": message}}
    condition = {"Type": "GreaterThanOrEqualTo", "LeftValue": score, "RightValue": rate}
    check = {
        "Name": "Check",
        "Type": "Condition",
        "Arguments": {"Conditions": [condition], "IfSteps": [good], "ElseSteps": [bad]},
    }
    return [measure, check]
