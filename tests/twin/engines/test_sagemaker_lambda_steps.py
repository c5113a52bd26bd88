"""Steps of a pipeline that call functions keep what those answer, and fail with their reason."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique
from tests.twin.engines.functions import function
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push

ECHO = """
def handle(event, context):
    return {"word": event["word"] + "!", "count": event["count"] + 1, "share": 1, "right": True}
"""
BREAKS = """
def handle(event, context):
    raise ValueError("the package must be approved, got Rejected")
"""
ANSWERS_OTHERWISE = """
def handle(event, context):
    return {"statusCode": 200, "count": "seven", "body": "an error that nobody sees"}
"""
OUTPUTS = [
    {"OutputName": "word", "OutputType": "String"},
    {"OutputName": "count", "OutputType": "Integer"},
    {"OutputName": "share", "OutputType": "Float"},
    {"OutputName": "right", "OutputType": "Boolean"},
]


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def call(lab: Lab, name: str, source: str, outputs: Any = OUTPUTS, **arguments: Any) -> Any:
    arn = f"arn:aws:lambda:{REGION}:{TOOLS}:function:{function(lab, source)}"
    return {
        "Name": name,
        "Type": "Lambda",
        "FunctionArn": arn,
        "Arguments": arguments,
        "OutputParameters": outputs,
    }


def test_what_a_function_answers_is_what_later_steps_are_given(studio: Studio) -> None:
    first = call(studio.lab, "First", ECHO, word={"Get": "Parameters.Word"}, count=6)
    second = call(
        studio.lab,
        "Second",
        ECHO,
        word={"Get": "Steps.First.OutputParameters['word']"},
        count={"Get": "Steps.First.OutputParameters['count']"},
    )
    word = [{"Name": "Word", "Type": "String"}]
    ended = studio.executed(studio.start(studio.pipeline([first, second], word), Word="ready"))
    assert ended["PipelineExecutionStatus"] == "Succeeded"
    told = studio.steps(ended)["Second"]["Metadata"]["Lambda"]
    assert told["Arn"] == second["FunctionArn"]
    assert told["OutputParameters"] == [
        {"Name": "word", "Value": "ready!!"},
        {"Name": "count", "Value": "8"},
        {"Name": "share", "Value": "1"},
        {"Name": "right", "Value": "true"},
    ]


def test_a_function_that_raises_fails_the_step_with_its_reason(studio: Studio) -> None:
    step = call(studio.lab, "Deploy", BREAKS)
    later = call(studio.lab, "Later", ECHO, word="a", count=1) | {"DependsOn": ["Deploy"]}
    ended = studio.execute(studio.pipeline([step, later]))
    assert ended["PipelineExecutionStatus"] == "Failed"
    steps = studio.steps(ended)
    assert set(steps) == {"Deploy"}
    assert steps["Deploy"]["StepStatus"] == "Failed"
    assert (
        "ValueError: the package must be approved, got Rejected"
        in (steps["Deploy"]["FailureReason"])
    )


@pytest.mark.parametrize(
    ("outputs", "wrong"),
    [
        (
            [{"OutputName": "state", "OutputType": "String"}],
            "state as String, but answered nothing",
        ),
        ([{"OutputName": "count", "OutputType": "Integer"}], "count as Integer, but answered 's"),
    ],
)
def test_an_answer_without_what_was_declared_fails_the_step(
    studio: Studio, outputs: Any, wrong: str
) -> None:
    ended = studio.execute(
        studio.pipeline([call(studio.lab, "Deploy", ANSWERS_OTHERWISE, outputs)])
    )
    assert wrong in studio.steps(ended)["Deploy"]["FailureReason"]


def test_a_function_that_is_not_there_fails_the_step(studio: Studio) -> None:
    step = call(studio.lab, "Deploy", ECHO, word="a", count=1)
    step["FunctionArn"] = f"arn:aws:lambda:{REGION}:{TOOLS}:function:{unique('none')}"
    ended = studio.execute(studio.pipeline([step]))
    reason = studio.steps(ended)["Deploy"]["FailureReason"]
    assert reason.startswith("ClientError: Failed to invoke lambda:Invoke.")
    assert "Function not found" in reason


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"FunctionArn": None}, "must have its FunctionArn"),
        ({"OutputParameters": [{"OutputName": "a", "OutputType": "List"}]}, "known OutputType"),
    ],
)
def test_a_step_that_no_service_would_take_is_refused(
    studio: Studio, changes: dict[str, Any], wrong: str
) -> None:
    step = call(studio.lab, "Deploy", ECHO) | changes
    with pytest.raises(ClientError, match=wrong):
        studio.pipeline([step])
