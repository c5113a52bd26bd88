"""The exported model keeps to its schema, says the same for the same plans and copies no values."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema

import policies.model
from pipelines.canonical import canonical_json
from policies.model import read_plans
from policies.model.export import export_schema, exported
from tests.policies.model.planned import ORGANIZATION, VARIANTS, model_of, resource, variants

_SCHEMA = Path(policies.model.__file__).with_name("model.schema.json")


def _export(plans: dict[str, Any]) -> bytes:
    return canonical_json(exported(read_plans(plans, ORGANIZATION, VARIANTS)))


def test_the_committed_schema_is_that_of_the_facts() -> None:
    assert json.loads(_SCHEMA.read_text("utf-8")) == export_schema()


def test_an_export_keeps_to_the_schema_which_is_closed() -> None:
    document = json.loads(_export({"staging": variants()}))
    validator = jsonschema.Draft202012Validator(export_schema())
    validator.validate(document)
    jsonschema.Draft202012Validator.check_schema(export_schema())
    assert not validator.is_valid(document | {"more": 1})
    del document["roles"]
    assert not validator.is_valid(document)


def test_the_same_plans_give_the_same_bytes_in_whatever_order() -> None:
    plan = variants()
    turned = copy.deepcopy(plan)
    turned["resource_changes"].reverse()
    turned["configuration"]["root_module"]["resources"].reverse()
    first = _export({"staging": plan, "production": plan})
    assert _export({"production": turned, "staging": turned}) == first


def test_a_policy_is_named_by_address_and_told_once_with_its_document() -> None:
    document = json.loads(_export({"staging": variants()}))
    role = document["roles"]["arn:aws:iam::222222222222:role/gatehouse-staging-written"]
    told = {each["policy"]: each["document"] for each in document["policies"]}
    assert told[role["identity"][0]]["Statement"][0]["Sid"] == "AllowReading"
    assert told[role["boundary"]]["Statement"][0]["Action"] == "s3:GetObject"


def test_values_of_resources_are_not_copied() -> None:
    secret = resource("aws_ssm_parameter.it", {"name": "/it", "value": "a-secret-of-somebody"})
    assert "a-secret-of-somebody" not in json.dumps(exported(model_of(secret)))
