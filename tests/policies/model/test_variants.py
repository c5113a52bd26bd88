"""However a resource is wrapped, keyed or counted: the same facts, each with its line."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policies.model import Model, read_plans
from policies.model.export import exported
from scripts.processes import ChildProcesses
from scripts.terraform import Terraform
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.policies.model.planned import CHECKOUT, ORGANIZATION, VARIANTS, problems_of, variants

_WAYS = ("written", "wrapped", "dotted", "counted", "many")
_KEPT = ("configuration", "planned_values", "resource_changes")
_INDEX, _MODULE = re.compile(r"\[[^\]]*\]"), re.compile(r"\bmodule\.\w+\.")


@cache
def _model() -> Model:
    return read_plans({"staging": variants()}, ORGANIZATION, VARIANTS)


def _facts(model: Model, way: str) -> str:
    """Give the facts about one way of writing the kit, with its name and addresses left out."""
    document = exported(model)
    prefix = "" if way == "written" else f"module.{way}"

    def is_own(each: dict[str, Any]) -> bool:
        address = str(each["source"]["address"])
        return address.startswith(prefix) if prefix else not address.startswith("module.")

    found: dict[str, Any] = {
        name: sorted(json.dumps(_plain(each, way)) for each in document[name] if is_own(each))
        for name in ("owned", "policies", "networks", "resources")
    }
    found["roles"] = [_plain(each, way) for each in document["roles"].values() if is_own(each)]
    return json.dumps(found, indent=1)


def _plain(value: Any, way: str) -> Any:
    if isinstance(value, dict):
        return {
            key: _plain(each, way) for key, each in value.items() if key not in ("file", "line")
        }
    if isinstance(value, list):
        return [_plain(each, way) for each in value]
    return _local(value).replace(way, "it") if isinstance(value, str) else value


def _local(address: str) -> str:
    return _MODULE.sub("", _INDEX.sub("", address))


@pytest.mark.parametrize("way", _WAYS[1:])
def test_the_same_facts_follow_from_however_it_is_written(way: str) -> None:
    written = _facts(_model(), "written")
    assert "gatehouse-staging-it" in written
    assert _facts(_model(), way) == written


def test_nothing_about_the_variants_is_left_open() -> None:
    assert problems_of(_model()) == []


def test_each_fact_names_the_line_that_declares_it() -> None:
    every = [each.source for each in _model().resources]
    assert len(every) == 10 * len(_WAYS)
    for source in every:
        line = (VARIANTS / source.file).read_text("utf-8").splitlines()[source.line - 1]
        kind, name = _local(source.address).split(".")
        assert line == f'resource "{kind}" "{name}" {{'


def test_the_dotted_keys_stay_apart() -> None:
    plan = variants()
    text = json.dumps(plan)
    twice = json.loads(text)
    twice["resource_changes"] += json.loads(
        json.dumps([each for each in plan["resource_changes"] if "dotted" in each["address"]])
        .replace("x.y", "x.z")
        .replace("gatehouse-staging-dotted", "gatehouse-staging-other")
    )
    model = read_plans({"staging": twice}, ORGANIZATION, VARIANTS)
    buckets = {each.arn: each.policy for each in model.owned_of("bucket")}
    for name in ("dotted", "other"):
        policy = buckets[f"arn:aws:s3:::gatehouse-staging-{name}"]
        assert policy is not None
        assert ('x.y"' if name == "dotted" else 'x.z"') in policy.address
    assert problems_of(model) == []


@pytest.mark.terraform
@pytest.mark.slow
def test_the_committed_plan_is_what_terraform_plans(tmp_path: Path) -> None:
    shutil.copytree(VARIANTS, tmp_path / "root")
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    folder = tmp_path / "root" / "accounts" / "staging"
    terraform = Terraform(binary, folder, environment.variables, ChildProcesses(), timeout=120)
    with one_at_a_time(environment.variables):
        terraform.init()
    terraform.plan(tmp_path / "it.tfplan", {}, lambda _: None)
    found = terraform.show(tmp_path / "it.tfplan")
    committed = variants()
    assert set(committed) == {*_KEPT, "format_version"}
    assert found["configuration"]["root_module"] == committed["configuration"]["root_module"]
    assert [_change(each) for each in found["resource_changes"]] == [
        _change(each) for each in committed["resource_changes"]
    ]


def _change(entry: dict[str, Any]) -> tuple[str, Any, Any]:
    change = entry["change"]
    return entry["address"], change["after"], change["after_unknown"]
