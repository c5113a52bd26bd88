"""The pipeline of a trial calls one function, and lets nobody choose where anything runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.definitions.binder import bind
from pipelines.definitions.shapes import check_shapes
from pipelines.errors import InvalidInput
from tests.pipelines.definitions.compiling import ROOT, values_for

DEFINITION = ROOT / "pipelines/definitions/compiled/trial/breast-cancer.json"


def definition() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DEFINITION.read_text("utf-8"))
    return document


def test_who_starts_a_trial_chooses_a_version_and_whether_it_is_served() -> None:
    assert definition()["Parameters"] == [
        {"Name": "ModelPackageArn", "Type": "String", "DefaultValue": "none"},
        {
            "Name": "Wanted",
            "Type": "String",
            "DefaultValue": "serving",
            "EnumValues": ["serving", "removed"],
        },
    ]


def test_every_step_calls_the_one_function_of_trials() -> None:
    steps = definition()["Steps"]
    assert [step["Name"] for step in steps] == ["Deploy", *(f"Await{n}" for n in range(1, 6))]
    for step in steps:
        assert step["Type"] == "Lambda"
        assert step["FunctionArn"] == "contract:functions/trial-arn"
        assert {one["OutputType"] for one in step["OutputParameters"]} == {"String"}


def test_each_wait_goes_on_where_the_one_before_it_stopped_and_the_last_one_judges() -> None:
    deploy, *waits = definition()["Steps"]
    before = deploy["Name"]
    for step in waits:
        for name in ("state", "configuration", "previous"):
            wanted = {"Get": f"Steps.{before}.OutputParameters['{name}']"}
            assert step["Arguments"][name] == wanted
        before = step["Name"]
    assert [step["Arguments"]["last"] for step in waits] == [False] * 4 + [True]


def test_a_bound_definition_is_what_the_api_takes() -> None:
    bound = bind(definition(), values_for(definition()), "trial")
    check_shapes(bound, "trial")
    assert "contract:" not in json.dumps(bound)


def test_a_step_that_names_no_function_is_refused() -> None:
    broken = bind(definition(), values_for(definition()), "trial")
    broken["Steps"][0]["FunctionArn"] = "gatehouse-data-science-trial"
    with pytest.raises(InvalidInput, match="step Deploy: must name its function by ARN"):
        check_shapes(broken, "trial")
