"""Small plans, written as Terraform writes them, and the model of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.organization import load_organization
from policies.model import Model, Problem, read_plans

CHECKOUT = Path(__file__).resolve().parents[3]
VARIANTS = Path(__file__).parent / "fixtures" / "variants"
ACCOUNT = "222222222222"
ORGANIZATION = load_organization(CHECKOUT)


def resource(
    address: str,
    values: Mapping[str, Any],
    references: Mapping[str, list[str]] | None = None,
    actions: tuple[str, ...] = ("create",),
) -> dict[str, Any]:
    """Write a resource; what it refers to is not known yet."""
    type_, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name.partition("[")[0],
        "change": {
            "actions": list(actions),
            "after": dict(values),
            "after_unknown": dict.fromkeys(references or {}, True),
        },
        "references": references or {},
    }


def plan(*resources: Mapping[str, Any], outputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write the plan of a root that has these resources."""
    declared = {}
    for each in resources:
        constants = {name: {"constant_value": v} for name, v in each["change"]["after"].items()}
        told = {name: {"references": found} for name, found in each["references"].items()}
        local = f"{each['type']}.{each['name']}"
        declared[local] = {"address": local, "expressions": constants | told}
    return {
        "format_version": "1.2",
        "planned_values": {"outputs": dict(outputs or {})},
        "resource_changes": [
            {name: part for name, part in each.items() if name != "references"}
            for each in resources
        ],
        "configuration": {"root_module": {"resources": list(declared.values())}},
    }


def model_of(*resources: Mapping[str, Any], **others: Mapping[str, Any]) -> Model:
    """Read a plan of staging, and plans of other roots, without looking at files."""
    plans = {name.replace("__", "/"): found for name, found in others.items()}
    return read_plans({"staging": plan(*resources), **plans}, ORGANIZATION, None)


def problems_of(model: Model) -> list[Problem]:
    """List what is wrong, but for the plans that a small model leaves out."""
    return [
        each
        for each in model.problems
        if (each.must_hold, each.got) != ("must have a plan", "none")
    ]


def document(*statements: Mapping[str, Any]) -> str:
    """Write a policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READING = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = {
    "Sid": "Trust",
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "lambda.amazonaws.com"},
}


def role(name: str, **values: Any) -> dict[str, Any]:
    """Write a role of the account."""
    given = {"name": name, "path": "/", "assume_role_policy": document(TRUST), **values}
    return resource(f"aws_iam_role.{name}", given)


def variants() -> dict[str, Any]:
    """Read the plan of the fixture."""
    found: dict[str, Any] = json.loads((VARIANTS / "plan.json").read_text("utf-8"))
    return found
