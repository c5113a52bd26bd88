"""What was applied before a module had its function in another moves; none of it is made anew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tftest

from tests.roots import variants
from tests.roots.plans import Resource, RootPlan, planned_by, set_up_root

pytestmark = pytest.mark.terraform

_ADDRESS = re.compile(r"(?P<type>\w+)\.(?P<name>\w+)(?:\[(?P<key>.+)\])?")
_MADE = "arn:aws:iam::111111111111:role/made"
_INGESTION = 'module.feature_ingestion["this"]'
_CALLS = {
    'module.detective_control["this"]',
    'module.training_trigger["this"]',
    "module.trial_function",
}

# The call of a module, and the address of a resource in it.
_Place = tuple[str, str]


def test_an_applied_function_keeps_all_that_it_has(data_science: RootPlan, tmp_path: Path) -> None:
    earlier = _earlier(data_science)
    assert {call for call, _ in earlier} == _CALLS
    _all_moves(set_up_root(tmp_path / "checkout", "data-science"), earlier)


@pytest.mark.long
def test_an_applied_ingestion_keeps_all_that_it_has(tmp_path: Path) -> None:
    organization = variants.organization_with(variants.FEATURES)
    terraform = set_up_root(tmp_path / "checkout", "data-science", organization)
    earlier = _earlier(planned_by(terraform, "data-science"))
    assert {call for call, _ in earlier} == {*_CALLS, _INGESTION}
    _all_moves(terraform, earlier)


def _all_moves(terraform: tftest.TerraformTest, earlier: Mapping[_Place, Resource]) -> None:
    """Say whether a root, applied when its functions were in their modules, keeps all of them."""
    (Path(terraform.tfdir) / "terraform.tfstate").write_text(_state(earlier), "utf-8")
    planned = terraform.plan(output=True, refresh=False, tf_vars={"account": "data-science"})
    changes = planned.resource_changes
    moved = {
        each["previous_address"]: address
        for address, each in changes.items()
        if "previous_address" in each
    }
    assert moved == {f"{call}.{at}": found.address for (call, at), found in earlier.items()}
    actions = {action for each in moved.values() for action in changes[each]["change"]["actions"]}
    assert actions <= {"no-op", "update"}
    assert not [a for a, each in changes.items() if "delete" in each["change"]["actions"]]


def _earlier(plan: RootPlan) -> dict[_Place, Resource]:
    """Give what belongs to the functions, by the call of their module and its address there."""
    found = {}
    for address, resource in plan.resources.items():
        call, _, now = address.partition(".module.function.")
        if call == _INGESTION and now.startswith("aws_iam_role"):
            now = now.replace(".this", ".function")
        if now:
            found[call, now.removesuffix("[0]")] = resource
    return found


def _state(earlier: Mapping[_Place, Resource]) -> str:
    """Write the state of an account in which this, and nothing else, was applied."""
    resources: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (call, before), resource in earlier.items():
        parts = _ADDRESS.fullmatch(before)
        assert parts is not None, before
        made = {name: _MADE for name in ("arn", "id") if resource.unknown.get(name)}
        instance = {"schema_version": 0, "attributes": {**resource.values, **made}}
        if parts["key"]:
            instance["index_key"] = json.loads(parts["key"])
        kind: dict[str, Any] = {
            "module": call,
            "mode": "managed",
            "type": parts["type"],
            "name": parts["name"],
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [],
        }
        known = resources.setdefault((call, parts["type"], parts["name"]), kind)
        known["instances"].append(instance)
    written = {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "earlier"}
    return json.dumps({**written, "outputs": {}, "resources": list(resources.values())})
