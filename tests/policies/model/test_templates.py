"""A definition that a plan does not know is read from its template, and only where nothing else can
stand for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policies.checks.plan.definitions import pipeline_definitions_isolated
from policies.model import JobStep, Model, read_plans
from policies.model.terraform_files import members_of
from policies.verdict import Verdict
from tests.policies.model.planned import ORGANIZATION, TRUST, document, plan, problems_of, resource

_FOLDER = Path("accounts") / "data-science"
_PIPELINE = "aws_sagemaker_pipeline.own"
_JOB = """{
  "Steps": [
    {
      "Name": "Own",
      "Type": "Training",
      "Arguments": {
        "EnableInterContainerTrafficEncryption": true,
        "EnableNetworkIsolation": %s,
        "OutputDataConfig": {"KmsKeyId": ${jsonencode(key)}},
        "ResourceConfig": {"VolumeKmsKeyId": ${jsonencode(key)}},
        "RoleArn": ${jsonencode(role)},
        "VpcConfig": {"SecurityGroupIds": ${jsonencode(groups)}, "Subnets": ${jsonencode(subnets)}}
      }
    }
  ]
}
"""
_ISOLATED = _JOB % "true"
_NAMES = """{
    groups  = [aws_security_group.it.id]
    key     = aws_kms_key.it.arn
    role    = aws_iam_role.it.arn
    subnets = values(aws_subnet.it)[*].id
  }"""
_CALL = 'templatefile("${path.module}/own.json.tftpl", ' + _NAMES + ")"


def _model(folder: Path, written: str, template: str = _ISOLATED, **files: str) -> Model:
    place = folder / _FOLDER
    place.mkdir(parents=True)
    (place / "own.json.tftpl").write_text(template, "utf-8")
    block = f'resource "aws_sagemaker_pipeline" "own" {{\n  pipeline_definition = {written}\n}}\n'
    (place / "main.tf").write_text(block, "utf-8")
    for name, content in files.items():
        (place / name.replace("__", ".")).write_text(content, "utf-8")
    return read_plans({"data-science": plan(*_account())}, ORGANIZATION, folder)


def _account() -> list[dict[str, Any]]:
    role = {
        "name": "it",
        "path": "/",
        "assume_role_policy": document(TRUST),
        "permissions_boundary": "arn:aws:iam::111111111111:policy/bound",
    }
    return [
        resource("aws_iam_role.it", role),
        resource("aws_kms_key.it", {}),
        resource("aws_security_group.it", {"name": "it"}),
        *(resource(f'aws_subnet.it["{zone}"]', {}) for zone in "ab"),
        resource(_PIPELINE, {"pipeline_name": "own"}, {"pipeline_definition": ["aws_subnet.it"]}),
    ]


def _own(model: Model) -> list[JobStep]:
    return [step for each in model.definitions if each.name == "own" for step in each.steps]


def _told(model: Model) -> list[tuple[str, bool]]:
    """Give what is said of the pipeline's definition, and whether that is a violation."""
    return [
        (each.got, each.violated)
        for each in problems_of(model)
        if each.check == "definitions-read" and each.source.address == _PIPELINE
    ]


def _isolated(model: Model, what: str) -> list[Verdict]:
    """Give what the check of jobs says of a setting of the pipeline's job."""
    doubts = pipeline_definitions_isolated(model).doubts
    return [it.verdict for it in doubts if what in it.must and it.source.address == "own: Own"]


@pytest.mark.parametrize("written", [_CALL, f"jsonencode(jsondecode({_CALL}))"])
def test_each_name_is_what_its_expression_is_made_from(written: str, tmp_path: Path) -> None:
    model = _model(tmp_path, written)
    (step,) = _own(model)
    assert step.role == "arn:aws:iam::111111111111:role/it"
    assert step.subnets == ('aws_subnet.it["a"]', 'aws_subnet.it["b"]')
    assert step.groups == ("aws_security_group.it",)
    assert {step.volume_key, step.output_key} == {"aws_kms_key.it"}
    assert (step.isolated, step.encrypted_traffic) == (True, True)
    assert (step.source.file, step.source.line) == ("accounts/data-science/own.json.tftpl", 4)
    assert _told(model) == []


def test_a_job_that_a_template_leaves_open_is_a_violation(tmp_path: Path) -> None:
    model = _model(tmp_path, _CALL, _JOB % "false")
    assert _isolated(model, "NetworkIsolation") == [Verdict.VIOLATED]


@pytest.mark.parametrize(
    "other",
    [
        f'var.x ? {_CALL} : templatefile("${{path.module}}/own.json.tftpl", {_NAMES})',
        f"replace({_CALL})",
        f"jsonencode(jsondecode({_CALL})",
        'templatefile("${path.module}/../own.json.tftpl", ' + _NAMES + ")",
        'templatefile("own.json.tftpl", ' + _NAMES + ")",
        'templatefile("${path.module}/own.json.tftpl", local.names)',
        'templatefile("${path.module}/own.json.tftpl", {} == {} ? local.names : ' + _NAMES + ")",
        'templatefile("${path.module}/own.json.tftpl", merge(' + _NAMES + ", local.names))",
        'templatefile("${path.module}/own.json.tftpl", {\n    key = "${f("{")}" })\n  }\n  )',
        'templatefile("${path.module}/own.json.tftpl", { # "\n    key = 1\n  })',
        "file(var.definition)",
    ],
)
def test_a_value_that_may_be_another_is_not_decided(other: str, tmp_path: Path) -> None:
    model = _model(tmp_path, other)
    assert [violated for _, violated in _told(model)] == [False]
    assert _own(model) == []


@pytest.mark.parametrize("name", ["override__tf", "own_override__tf", "own__tf__json"])
def test_a_folder_in_which_a_file_may_override_it_is_not_decided(name: str, tmp_path: Path) -> None:
    ((got, violated),) = _told(_model(tmp_path, _CALL, **{name: ""}))
    assert ("something else may stand for" in got, violated) == (True, False)


@pytest.mark.parametrize(
    "template",
    [
        _ISOLATED.replace("jsonencode(key)", "key"),
        _ISOLATED.replace("${jsonencode(role)}", "${jsonencode(role)}%{ if true }%{ endif }"),
        _ISOLATED.replace("(role)", "(other)"),
        _ISOLATED.replace("true,", "true, ${},"),
    ],
)
def test_a_template_that_reckons_is_not_decided(template: str, tmp_path: Path) -> None:
    ((got, violated),) = _told(_model(tmp_path, _CALL, template))
    assert ("of names it is given" in got, violated) == (True, False)


def test_a_name_that_stands_twice_is_not_decided(tmp_path: Path) -> None:
    twice = _ISOLATED.replace(
        '"EnableNetworkIsolation": true', '"EnableNetworkIsolation": true,' * 2 + '"X": 1'
    )
    ((got, violated),) = _told(_model(tmp_path, _CALL, twice))
    assert (got, violated) == ("a name stands twice in an object", False)


@pytest.mark.parametrize(
    "expression", ["local.subnets", "[aws_kms_key.it.id]", '"subnet-1"', "[]", "each.value"]
)
def test_a_name_that_no_subnet_stands_behind_is_not_decided(
    expression: str, tmp_path: Path
) -> None:
    written = _CALL.replace("values(aws_subnet.it)[*].id", expression)
    model = _model(tmp_path, written)
    assert [step.subnets for step in _own(model)] == [("?",)]
    assert _isolated(model, "Subnets") == [Verdict.NOT_DECIDED]


def test_an_input_that_comes_from_no_resource_stands_for_itself(tmp_path: Path) -> None:
    model = _model(tmp_path, _CALL.replace("values(aws_subnet.it)[*].id", "var.network.subnet_ids"))
    assert [step.subnets for step in _own(model)] == [("var.network.subnet_ids",)]


def test_members_are_read_only_of_an_object_that_is_written_out() -> None:
    assert members_of('{ a = 1, "b" = [2, 3] }') == {"a": " 1", "b": " [2, 3] "}
    assert members_of("{\n  # why\n  a = 1\n}") == {"a": " 1"}
    assert members_of("{ for name in x : name => 1 }") is None
    assert members_of("{ a = 1, a = 2 }") is None
    assert members_of("local.a") is None
