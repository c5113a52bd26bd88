"""Compiled definitions are read as their account gets them: network, keys, isolation and role."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policies.model import JobStep, Model, Problem, read_plans
from tests.policies.model.planned import CHECKOUT, ORGANIZATION, plan, problems_of, resource

_ROOT = "/gatehouse/data-science"
_COMPILED = Path("pipelines") / "definitions" / "compiled" / "breast-cancer.json"
_ROLE = "arn:aws:iam::111111111111:role/gatehouse-data-science-processing"
_ROLES = ("pipeline", "processing", "training", "tuning")


def _account() -> list[dict[str, Any]]:
    made = [resource('aws_subnet.it["a"]', {}), resource("aws_security_group.it", {"name": "it"})]
    for purpose in ("data", "models"):
        made.append(resource(f"aws_kms_key.{purpose}", {}))
        told = {"name": f"alias/gatehouse-data-science-{purpose}"}
        keys = {"target_key_id": [f"aws_kms_key.{purpose}.key_id"]}
        made.append(resource(f"aws_kms_alias.{purpose}", told, keys))
    every = {
        "value": [
            "aws_subnet.it",
            "aws_security_group.it",
            "aws_kms_key.data",
            "aws_kms_key.models",
        ]
    }
    for path in (
        *("keys/data-arn", "keys/models-arn"),
        *("network/subnet-ids", "network/workload-security-group-ids"),
    ):
        name = path.replace("/", "-")
        made.append(resource(f"aws_ssm_parameter.{name}", {"name": f"{_ROOT}/{path}"}, every))
    for purpose in _ROLES:
        told = {"name": f"{_ROOT}/roles/{purpose}-arn", "value": _ROLE, "type": "String"}
        made.append(resource(f"aws_ssm_parameter.{purpose}", told))
    return made


def _model(content: str | None, folder: Path, *others: dict[str, Any]) -> Model:
    if content is not None:
        (folder / _COMPILED).parent.mkdir(parents=True)
        (folder / _COMPILED).write_text(content, "utf-8")
    return read_plans({"data-science": plan(*_account(), *others)}, ORGANIZATION, folder)


def _committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CHECKOUT / _COMPILED).read_text("utf-8"))
    return found


def _steps(model: Model) -> dict[str, JobStep]:
    return {each.name: each for definition in model.definitions for each in definition.steps}


def _unread(model: Model) -> list[Problem]:
    return [each for each in problems_of(model) if each.check == "definitions-read"]


def test_every_job_of_the_committed_definition_is_read(tmp_path: Path) -> None:
    model = _model((CHECKOUT / _COMPILED).read_text("utf-8"), tmp_path)
    steps = _steps(model)
    assert [name for name, each in steps.items() if each.runs_job] == [
        "Prepare",
        "Train",
        "Evaluate",
    ]
    for each in (steps["Prepare"], steps["Train"], steps["Evaluate"]):
        assert (each.isolated, each.encrypted_traffic, each.role) == (True, True, _ROLE)
        assert each.subnets == ('aws_subnet.it["a"]',)
        assert each.groups == ("aws_security_group.it",)
    assert steps["Train"].volume_key == "aws_kms_key.models"
    assert steps["Prepare"].output_key == "aws_kms_key.data"
    assert _unread(model) == []


def test_each_step_names_its_line(tmp_path: Path) -> None:
    text = (CHECKOUT / _COMPILED).read_text("utf-8")
    for name, step in _steps(_model(text, tmp_path)).items():
        assert f'"Name": "{name}"' in text.splitlines()[step.source.line - 1]


def test_a_step_in_a_branch_is_read_and_one_without_a_network_shows_none(tmp_path: Path) -> None:
    definition = _committed()
    job = next(each for each in definition["Steps"] if each["Name"] == "Train")
    bare = {key: value for key, value in job["Arguments"].items() if key == "RoleArn"}
    branch = next(each for each in definition["Steps"] if each["Type"] == "Condition")
    branch["Arguments"]["IfSteps"].append({"Name": "Bare", "Type": "Training", "Arguments": bare})
    found = _steps(_model(json.dumps(definition), tmp_path))["Bare"]
    assert (found.runs_job, found.subnets, found.groups) == (True, (), ())
    assert (found.isolated, found.volume_key, found.output_key) == (None, "", "")


def test_each_training_of_a_tuning_is_a_step_of_its_own(tmp_path: Path) -> None:
    inner = _committed()["Steps"][1]["Arguments"]
    tuning = {
        "Name": "Tune",
        "Type": "Tuning",
        "Arguments": {"TrainingJobDefinitions": [inner, inner | {"EnableNetworkIsolation": False}]},
    }
    model = _model(json.dumps({"Steps": [tuning]}), tmp_path)
    found = [each.isolated for definition in model.definitions for each in definition.steps]
    assert found == [True, False]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "must be compiled for every model"),
        ("{", "must be JSON"),
        ("[]", "must be an object with Steps"),
        ('{"Steps": [1]}', "must be a step"),
        ('{"Steps": [{"Name": "a", "Type": "New", "Arguments": {}}]}', "a type that is known"),
        ('{"Steps": [{"Name": "a", "Type": "Training"}]}', "must have Arguments"),
        (
            '{"Steps": [{"Type": "Training", "Arguments": {"RoleArn": "contract:no/x"}}]}',
            "must name what the account publishes",
        ),
    ],
)
def test_a_definition_that_cannot_be_read_is_not_decided(
    content: str | None, told: str, tmp_path: Path
) -> None:
    (problem,) = _unread(_model(content, tmp_path))
    assert told in problem.must_hold
    assert not problem.violated


def test_a_pipeline_that_terraform_makes_carries_its_own_definition(tmp_path: Path) -> None:
    job = {"RoleArn": _ROLE, "EnableNetworkIsolation": True}
    steps = [{"Name": "Own", "Type": "Training", "Arguments": job}]
    told = {"pipeline_name": "own", "pipeline_definition": json.dumps({"Steps": steps})}
    model = _model('{"Steps": []}', tmp_path, resource("aws_sagemaker_pipeline.own", told))
    assert _steps(model)["Own"].isolated is True
    unknown = resource("aws_sagemaker_pipeline.own", {}, {"pipeline_definition": ["local.x"]})
    again = _model(None, tmp_path, unknown)
    assert any(each.source.address == "aws_sagemaker_pipeline.own" for each in _unread(again))


def test_a_contract_that_leads_to_no_subnet_is_not_decided(tmp_path: Path) -> None:
    empty = resource("aws_ssm_parameter.more", {"name": f"{_ROOT}/network/other-subnet-ids"}, {})
    committed = (CHECKOUT / _COMPILED).read_text("utf-8")
    named = committed.replace("contract:network/subnet-ids", "contract:network/other-subnet-ids")
    steps = _steps(_model(named, tmp_path, empty))
    assert steps["Train"].subnets == ("?",)
