"""Pipeline definitions: what is refused, and what their functions and conditions stand for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from twin.engines.sagemaker.pipelines.cache import duration
from twin.engines.sagemaker.pipelines.definition import parse
from twin.engines.sagemaker.pipelines.values import Scope, ValueFailure, holds, resolve
from twin.errors import ServiceError

SCOPE = Scope(
    parameters={"Rate": 0.95, "Count": 3, "Flag": True, "Name": "a"},
    execution={"PipelineExecutionId": "abc"},
    steps={
        "Prepare": {
            "ProcessingOutputConfig": {
                "Outputs": [
                    {"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}},
                    {"OutputName": "test", "S3Output": {"S3Uri": "s3://b/test"}},
                ]
            }
        },
        "Train": {"FinalMetricDataList": [{"MetricName": "validation:auc", "Value": 0.9}]},
    },
    read_file=lambda step, name: {"metrics": {"auc": {"value": 0.97}}, "a b": [1, {"c": name}]},
    read_uri=lambda uri: {"uri": uri},
)
METRIC = {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.evaluation"}}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"Get": "Parameters.Rate"}, 0.95),
        ({"Get": "Execution.PipelineExecutionId"}, "abc"),
        (
            {"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"},
            "s3://b/test",
        ),
        ({"Get": "Steps.Prepare.ProcessingOutputConfig.Outputs[0].OutputName"}, "train"),
        ({"Get": "Steps.Train.FinalMetricDataList['validation:auc'].Value"}, 0.9),
        ({"Std:JsonGet": {**METRIC, "Path": "metrics.auc.value"}}, 0.97),
        ({"Std:JsonGet": {**METRIC, "Path": "$['a b'][1].c"}}, "evaluation"),
        ({"Std:JsonGet": {"S3Uri": {"Get": "Parameters.Name"}, "Path": "uri"}}, "a"),
        (
            {
                "Std:Join": {
                    "On": "/",
                    "Values": [
                        "s3:/",
                        {"Get": "Parameters.Count"},
                        {"Get": "Parameters.Rate"},
                        {"Get": "Parameters.Flag"},
                        {"Std:Join": {"On": "-", "Values": ["a", "b"]}},
                    ],
                }
            },
            "s3://3/0.95/true/a-b",
        ),
        ({"Get": "one of two", "Other": 1}, {"Get": "one of two", "Other": 1}),
        ([{"x": {"Get": "Parameters.Count"}}], [{"x": 3}]),
    ],
)
def test_functions_stand_for_values(value: Any, found: Any) -> None:
    assert resolve(value, SCOPE) == found


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"Get": "Steps.Prepare.Nothing"}, "there is no Nothing"),
        ({"Get": "Steps.Later.Name"}, "step Later has not run"),
        ({"Std:JsonGet": {**METRIC, "Path": "metrics.f1"}}, "there is no f1"),
        ({"Std:Join": {"On": "", "Values": [{"a": 1, "b": 2}]}}, "Only texts and numbers"),
        ({"Std:Invent": {}}, "Std:Invent is not modelled"),
    ],
)
def test_what_stands_for_nothing_says_so(value: Any, sentence: str) -> None:
    with pytest.raises(ValueFailure, match=sentence):
        resolve(value, SCOPE)


def _compare(kind: str, left: Any, right: Any) -> dict[str, Any]:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


RATE = {"Get": "Parameters.Rate"}


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        (_compare("Equals", RATE, 0.95), True),
        (_compare("GreaterThan", RATE, 0.95), False),
        (_compare("GreaterThanOrEqualTo", RATE, 0.95), True),
        (_compare("LessThan", RATE, 1), True),
        (_compare("LessThanOrEqualTo", RATE, 0.9), False),
        ({"Type": "In", "QueryValue": {"Get": "Parameters.Name"}, "Values": ["a", "b"]}, True),
        ({"Type": "In", "QueryValue": "c", "Values": ["a", "b"]}, False),
        ({"Type": "Not", "Expression": _compare("Equals", RATE, 1)}, True),
        ({"Type": "Or", "Conditions": [_compare("Equals", 1, 2), _compare("Equals", 1, 1)]}, True),
        ({"Type": "Or", "Conditions": [_compare("Equals", 1, 2)]}, False),
    ],
)
def test_conditions_are_decided(condition: dict[str, Any], outcome: bool) -> None:
    assert holds(condition, SCOPE) is outcome


def test_a_number_is_not_compared_with_a_text() -> None:
    with pytest.raises(ValueFailure, match="cannot compare"):
        holds(_compare("GreaterThan", RATE, "0.9"), SCOPE)


def _document(*steps: dict[str, Any], parameters: Any = (), **changes: Any) -> str:
    document = {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)}
    return json.dumps({**document, **changes})


def _fail(name: str, *refers: str, **changes: Any) -> dict[str, Any]:
    message = {"Std:Join": {"On": "", "Values": [{"Get": one} for one in refers]}}
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}, **changes}


def _check(name: str, *otherwise: dict[str, Any]) -> dict[str, Any]:
    arguments = {"Conditions": [], "IfSteps": [], "ElseSteps": list(otherwise)}
    return {"Name": name, "Type": "Condition", "Arguments": arguments}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ("[]", "must have Steps"),
        (_document(Version="2019"), "Version must be 2020-12-01"),
        (_document(_fail("a"), _fail("a")), "a occurs twice"),
        (_document(_fail("a", "Steps.b.x")), "step a refers to the step b"),
        (_document(_fail("a", DependsOn=["b"])), "step a refers to the step b"),
        (_document(_fail("a", "Parameters.p")), "parameter p is referred to"),
        (_document(_fail("a", "Nowhere.p")), "Nowhere.p refers to nothing"),
        (_document(_fail("a", "Steps.b.x"), _fail("b", "Steps.a.x")), "wait for each other"),
        (_document({"Name": "a"}), "a step needs a Name and a Type"),
        (_document(_check("a", _check("b"))), "condition steps cannot be nested, but b is"),
        (_document(parameters=[{"Name": "p", "Type": "Text"}]), "known Type"),
        (
            _document(
                parameters=[
                    {"Name": "p", "Type": "String", "EnumValues": ["a"], "DefaultValue": "b"}
                ]
            ),
            "the default of p must be one of",
        ),
    ],
)
def test_a_definition_that_cannot_run_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence):
        parse(text)


PARAMETERS = parse(
    _document(
        parameters=[
            {"Name": "Uri", "Type": "String"},
            {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
            {"Name": "Count", "Type": "Integer", "DefaultValue": 1, "EnumValues": [1, 2]},
            {"Name": "Flag", "Type": "Boolean", "DefaultValue": False},
        ]
    )
)


def test_parameters_take_their_types_and_defaults() -> None:
    found = PARAMETERS.bind({"Uri": "s3://b/k", "Count": "2", "Flag": "True"})
    assert found == {"Uri": "s3://b/k", "Rate": 0.5, "Count": 2, "Flag": True}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, r"Parameters \['Uri'\] do not have default values"),
        ({"Uri": "u", "Other": "1"}, r"Unknown parameters for this pipeline: \['Other'\]"),
        ({"Uri": "u", "Rate": "high"}, r"Cannot assign property \[Rate\] with type \[Float\]"),
        ({"Uri": "u", "Count": "3"}, "Count must be one of"),
        ({"Uri": "u", "Flag": "maybe"}, r"\[Flag\] with type \[Boolean\]"),
    ],
)
def test_wrong_parameters_are_refused(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence):
        PARAMETERS.bind(given)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P30D", timedelta(days=30)),
        ("PT1H30M", timedelta(hours=1, minutes=30)),
        ("30d", timedelta(days=30)),
        ("12h", timedelta(hours=12)),
        ("P1W", timedelta(weeks=1)),
    ],
)
def test_cache_durations_are_read(text: str, found: timedelta) -> None:
    assert duration(text) == found


def test_a_cache_duration_in_another_form_is_refused() -> None:
    with pytest.raises(ServiceError, match="duration of ISO 8601"):
        duration("a while")
