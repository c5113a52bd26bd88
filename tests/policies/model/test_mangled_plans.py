"""A plan may be anything: it is read without a crash, and what it broke is told."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.model import Model, read_plans
from policies.model.export import export_schema, exported
from tests.policies.model.planned import ORGANIZATION, VARIANTS, problems_of, variants

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_LIKELY = st.sampled_from(
    [
        *("", "{", "[]", '{"Statement": 1}', '{"Version": "2012-10-17", "Statement": [1]}'),
        *('{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}', "*", "r-1"),
        *('{"Statement": [{"Effect": "Deny", "Principal": {"AWS": 1}, "Action": "*"}]}', True),
        *('{"Statement": [{"Effect": "Deny", "Action": "*", "Condition": {"Bool": []}}]}', {}),
        '{"Statement": [{"Effect": "Deny", "Action": "*", "Condition": {"Bool": {"a": {}}}}]}',
    ]
)


@cache
def _paths() -> list[tuple[str | int, ...]]:
    def walk(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        found = [path]
        if isinstance(value, dict):
            found += [p for key in sorted(value) for p in walk(value[key], (*path, key))]
        elif isinstance(value, list):
            found += [p for index, each in enumerate(value) for p in walk(each, (*path, index))]
        return found

    return walk(variants(), ())[1:]


def _put(plan: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    place: Any = plan
    for step in path[:-1]:
        try:
            place = place[step]
        except (KeyError, IndexError, TypeError):
            return
    last = path[-1]
    if isinstance(place, dict):
        place[last] = value
    elif isinstance(place, list) and isinstance(last, int) and last < len(place):
        place[last] = value


def _use(model: Model) -> None:
    """Do what readers of a model do."""
    document = json.loads(json.dumps(exported(model)))
    jsonschema.Draft202012Validator(export_schema()).validate(document)
    for role in model.roles.values():
        for owned in model.owned:
            assert model.layers(role, owned).identity == role.identity


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_mangled_plan_is_read_without_a_crash(data: st.DataObject) -> None:
    plan = copy.deepcopy(variants())
    for _ in range(data.draw(st.integers(1, 3))):
        _put(plan, data.draw(st.sampled_from(_paths())), data.draw(_LIKELY | _ANYTHING))
    _use(read_plans({"staging": plan}, ORGANIZATION, VARIANTS))


@pytest.mark.parametrize("name", ["{", "alias/{e}", "}"])
def test_an_alias_with_braces_is_read_as_it_is(name: str) -> None:
    plan = copy.deepcopy(variants())
    aliases = [each for each in plan["resource_changes"] if each["type"] == "aws_kms_alias"]
    assert aliases
    for each in aliases:
        each["change"]["after"]["name"] = name
    model = read_plans({"staging": plan}, ORGANIZATION, VARIANTS)
    assert any(arn.endswith(f":{name}") for owned in model.owned for arn in owned.arns)


@settings(max_examples=60)
@given(_ANYTHING, _ANYTHING)
def test_what_is_no_plan_is_told(plan: Any, organization: Any) -> None:
    model = read_plans({"staging": plan, "organization": organization}, ORGANIZATION, None)
    assert {each.source.root for each in problems_of(model)} >= {"staging", "organization"}
    assert not [each for each in model.problems if each.violated]


def _policies() -> list[str]:
    kinds = ("aws_iam_role_policy", "aws_s3_bucket_policy", "aws_iam_policy", "aws_iam_role")
    return [each["address"] for each in variants()["resource_changes"] if each["type"] in kinds]


@pytest.mark.parametrize("address", _policies())
@pytest.mark.parametrize("broken", [None, "", "{", 7, [], '{"Statement": []}', "null"])
def test_no_broken_policy_passes(address: str, broken: Any) -> None:
    plan = variants()
    (entry,) = (each for each in plan["resource_changes"] if each["address"] == address)
    attribute = "assume_role_policy" if entry["type"] == "aws_iam_role" else "policy"
    entry["change"]["after"][attribute] = broken
    entry["change"]["after_unknown"][attribute] = broken is None
    found = [
        each.source.address
        for each in problems_of(read_plans({"staging": plan}, ORGANIZATION, None))
    ]
    assert address in found


def test_a_plan_of_another_account_or_of_no_root_is_told() -> None:
    plan = variants() | {"variables": {"account": {"value": "production"}}}
    found = problems_of(read_plans({"staging": plan, "stray": {}}, ORGANIZATION, None))
    assert [(each.source.root, each.violated) for each in found] == [
        ("staging", False),
        ("stray", False),
    ]


def test_a_plan_that_did_not_come_to_its_end_is_told() -> None:
    for part in ({"errored": True}, {"complete": False}):
        found = problems_of(read_plans({"staging": variants() | part}, ORGANIZATION, None))
        assert [each.got for each in found] == ["one that did not"]
